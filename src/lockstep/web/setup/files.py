"""Import and export: choose a file, see what it would do, then write it."""

from __future__ import annotations

from itertools import islice
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lockstep.operations.setting_up.files.moving import (
    Change,
    ImportRefused,
    Plan,
    export_file,
    plan_import,
    run_import,
)
from lockstep.operations.setting_up.files.tables import FileKind, columns_of
from lockstep.operations.setting_up.files.text import MOST_BYTES, FileRefused
from lockstep.scheduling.roles import Ability
from lockstep.web.access import MemberRequest, needs
from lockstep.web.setup.saying import say_saved

SHOWN = 100
"""Changes and errors that a page shows; the counts are of all."""
KEPT_SECONDS = 3600


@never_cache
@require_safe
@needs(Ability.SET_UP)
def files(request: MemberRequest) -> HttpResponse:
    return render(request, "setup/files.html", _choice(request))


def _choice(request: MemberRequest, **more: Any) -> dict[str, Any]:
    kinds = [(kind.value, _words(kind), columns_of(kind, request.user)) for kind in FileKind]
    return {"kinds": kinds, **more}


def _words(kind: FileKind) -> str:
    return {
        FileKind.LOCATIONS: _("Locations, with opening hours"),
        FileKind.SERVICES: _("Services"),
        FileKind.STAFF: _("Staff"),
        FileKind.ASSIGNMENTS: _("Assignments"),
        FileKind.HOURS: _("Working hours"),
    }[kind]


@never_cache
@require_safe
@needs(Ability.SET_UP)
def export(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in set(FileKind):
        raise Http404
    return HttpResponse(
        export_file(FileKind(kind), by=request.user),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )


@require_POST
@needs(Ability.SET_UP)
def check(request: MemberRequest) -> HttpResponse:
    """Show what the file would do. It is kept for an hour, so that what was seen is what is written."""
    kind, upload = request.POST.get("kind", ""), request.FILES.get("file")
    if kind not in set(FileKind) or upload is None:
        return render(
            request, "setup/files.html", _choice(request, error=_("Choose what the file holds, and the file."))
        )
    if upload.size is None or upload.size > MOST_BYTES:
        words = _("The file is larger than 2 MB. Split it, and import one part after the other.")
        return render(request, "setup/files.html", _choice(request, error=words, chosen=kind))
    data = upload.read()
    try:
        plan = plan_import(FileKind(kind), data, by=request.user)
    except FileRefused as refusal:
        return render(request, "setup/files.html", _choice(request, error=str(refusal), chosen=kind))
    token = uuid4().hex
    cache.set(_key(request, token), (kind, data), KEPT_SECONDS)
    return render(request, "setup/preview.html", _preview(plan, token))


def _preview(plan: Plan, token: str) -> dict[str, Any]:
    return {
        "plan": plan,
        "token": token,
        "words": _words(plan.kind),
        "new": [_shown(each) for each in islice(plan.new, SHOWN)],
        "changed": [_shown(each) for each in islice(plan.changed, SHOWN)],
        "errors": plan.errors[:SHOWN],
        "more": max(0, len(plan.new) - SHOWN) + max(0, len(plan.changed) - SHOWN),
    }


def _shown(change: Change) -> dict[str, Any]:
    cells = [(name, change.before.get(name, ""), text) for name, text in change.after.items() if text or change.before]
    return {"number": change.number, "name": change.name, "cells": cells}


@require_POST
@needs(Ability.SET_UP)
def write(request: MemberRequest) -> HttpResponse:
    """Write the file that was shown, whole or not at all."""
    token = request.POST.get("token", "")
    kept = cache.get(_key(request, token))
    if kept is None:
        messages.warning(request, _("It is more than an hour since you chose the file. Choose it again."))
        return redirect("setup:files")
    kind, data = kept
    try:
        plan, left = run_import(FileKind(kind), data, by=request.user, now=timezone.now())
    except (FileRefused, ImportRefused) as refusal:
        return _not_written(request, refusal, token, FileKind(kind))
    cache.delete(_key(request, token))
    words = _("%(new)d added, %(changed)d changed, %(unchanged)d unchanged.")
    say_saved(request, left, words % {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged})
    return redirect("setup:files")


def _not_written(
    request: MemberRequest, refusal: FileRefused | ImportRefused, token: str, kind: FileKind
) -> HttpResponse:
    if isinstance(refusal, FileRefused):
        return render(request, "setup/files.html", _choice(request, error=str(refusal), chosen=kind.value))
    plan = Plan(kind, [], [], 0, list(refusal.errors))
    return render(request, "setup/preview.html", _preview(plan, token))


def _key(request: MemberRequest, token: str) -> str:
    """Only who chose the file finds it."""
    return f"import:{request.user.pk}:{token}" if token.isalnum() else "import:none"
