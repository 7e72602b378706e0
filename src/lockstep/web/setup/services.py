"""The pages of a service, its questions and its people, and of categories."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lockstep.operations.setting_up import catalogue as operations
from lockstep.operations.setting_up import people
from lockstep.operations.setting_up.reach import locations_for, service_for, sets_up_everything
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.scheduling.roles import Ability
from lockstep.store.models import Category, Question, Service
from lockstep.web.access import MemberRequest, needs
from lockstep.web.setup.forms import CategoryForm, QuestionForm, ServiceForm, values_of
from lockstep.web.setup.saying import refused

A_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def service(request: MemberRequest, uuid: UUID | None = None) -> HttpResponse:
    """Add a service, or change one; managers read it."""
    row = _found(request, uuid) if uuid else None
    form = ServiceForm(request.organisation, request.POST or None, initial=values_of(row, ServiceForm))
    if form.is_valid():
        try:
            saved = operations.save_service(row, form.cleaned_data, by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("setup:service", saved.uuid)
    context: dict[str, Any] = {"row": row, "form": form, "may_change": sets_up_everything(request.user)}
    if row:
        context["questions"] = row.questions.all()
        link = reverse("booking:questions", args=[request.organisation.slug]) + f"?service={row.uuid}"
        context["link"] = request.build_absolute_uri(link)
    return render(request, "setup/service.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def question(request: MemberRequest, uuid: UUID, question: UUID | None = None) -> HttpResponse:
    """Add a question to the service, or change one."""
    row = _found(request, uuid)
    asked = _question(row, question) if question else None
    initial = None
    if asked:
        initial = {"words": asked.words, "kind": asked.kind, "required": asked.required}
        initial["options"] = "\n".join(asked.options)
    form = QuestionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            operations.save_question(row, asked, form.cleaned_data, by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("setup:service", row.uuid)
    return render(request, "setup/question.html", {"row": row, "question": asked, "form": form})


@require_POST
@needs(Ability.SET_UP)
def question_action(request: MemberRequest, uuid: UUID, question: UUID) -> HttpResponse:
    """Move the question up or down, or remove it."""
    row = _found(request, uuid)
    asked = _question(row, question)
    try:
        match request.POST.get("action"):
            case "up":
                operations.move_question(asked, -1, by=request.user)
            case "down":
                operations.move_question(asked, 1, by=request.user)
            case "remove":
                operations.remove_question(asked, by=request.user, now=timezone.now())
                messages.success(request, _("Removed. Answers that were given are kept."))
    except NotSaved as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("setup:service", args=[row.uuid]) + "#questions")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def staffing(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Who takes appointments for the service, at which location."""
    row = _found(request, uuid)
    places = [each for each in locations_for(request.user) if each.archived_at is None]
    if request.method == "POST":
        wanted, shown = _ticked(request)
        people.staff_service(row, wanted, shown, [each.pk for each in places], by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    search = request.GET.get("search", "").strip()
    page = Paginator(people.staff_list(request.user, search=search), A_PAGE).get_page(request.GET.get("page"))
    assigned = people.assigned_to(row, [each.pk for each in page])
    rows = [(each, [(place, place.pk in assigned[each.pk]) for place in places]) for each in page]
    context = {"row": row, "places": places, "page": page, "rows": rows, "search": search}
    return render(request, "setup/staffing.html", context)


def _ticked(request: MemberRequest) -> tuple[dict[int, set[int]], list[int]]:
    """Which boxes are ticked, by person, and which people were shown."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for text in request.POST.getlist("at"):
        person, _colon, place = text.partition(":")
        if person.isdecimal() and place.isdecimal():
            wanted[int(person)].add(int(place))
    return wanted, [int(each) for each in request.POST.getlist("shown") if each.isdecimal()]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.SET_UP)
def categories(request: MemberRequest) -> HttpResponse:
    """The headings under which clients find services."""
    form = CategoryForm(request.POST or None)
    if form.is_valid():
        try:
            operations.save_category(None, form.cleaned_data["name"], by=request.user, now=timezone.now())
        except NotSaved as refusal:
            refused(form, refusal)
        else:
            return redirect("setup:categories")
    rows = operations.counted_categories(request.user)
    context = {"rows": rows, "form": form, "may_change": sets_up_everything(request.user)}
    return render(request, "setup/categories.html", context)


@require_POST
@needs(Ability.SET_UP)
def category_action(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Rename a category, move it up or down, or remove it."""
    row = _category(request, uuid)
    try:
        match request.POST.get("action"):
            case "up":
                operations.move_category(row, -1, by=request.user)
            case "down":
                operations.move_category(row, 1, by=request.user)
            case "remove":
                operations.remove_category(row, by=request.user, now=timezone.now())
                messages.success(request, _("Removed. Its services are under no heading now."))
            case "rename" if name := request.POST.get("name", "").strip()[:100]:
                operations.save_category(row, name, by=request.user, now=timezone.now())
                messages.success(request, _("Saved."))
    except NotSaved as refusal:
        messages.error(request, str(refusal))
    return redirect("setup:categories")


def _found(request: MemberRequest, uuid: UUID) -> Service:
    row = service_for(request.user, uuid)
    if row is None:
        raise Http404
    return row


def _question(row: Service, uuid: UUID) -> Question:
    asked = operations.question_of(row, uuid)
    if asked is None:
        raise Http404
    return asked


def _category(request: MemberRequest, uuid: UUID) -> Category:
    row = operations.category_of(request.user, uuid)
    if row is None:
        raise Http404
    return row
