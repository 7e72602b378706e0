"""The buttons of an appointment's day, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lockstep.scheduling.progress import Deed, Progress, possible
from lockstep.store.models import Appointment


@dataclass(frozen=True, slots=True)
class DeedButton:
    value: str
    words: Promise
    kind: str


_WORDS: dict[Deed, tuple[Promise, str]] = {
    Deed.START: (_("Start"), ""),
    Deed.FINISH: (_("Finish"), "plain"),
    Deed.NO_SHOW: (_("Nobody came"), "plain"),
    Deed.TAKE_BACK: (_("Take it back"), "quiet"),
}


def deed_words(appointment: Appointment, now: datetime) -> list[DeedButton]:
    """What can be said of it now."""
    deeds = possible(Progress(appointment.progress), starts_at=appointment.starts_at, now=now)
    return [DeedButton(deed.value, *_WORDS[deed]) for deed in deeds]


_PROGRESS = {
    Progress.AHEAD: "",
    Progress.STARTED: _("Started"),
    Progress.FINISHED: _("Finished"),
    Progress.NO_SHOW: _("Nobody came"),
}


def progress_word(appointment: Appointment) -> str:
    """How far it has come; empty while nothing has been said of it."""
    return str(_PROGRESS[Progress(appointment.progress)])
