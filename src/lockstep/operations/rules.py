"""The organisation's rules for what comes from Google: read, and changed with an entry in the audit log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from lockstep.operations import jobs
from lockstep.operations.google_hours import hours_of_everybody_changed
from lockstep.operations.history import audit
from lockstep.store.models import CalendarLink, Organisation, User

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rules:
    ask_first: bool
    grace_seconds: int
    tentative_blocks: bool
    google_hours: bool
    brake_number: int
    brake_share: int


def rules_of(organisation: Organisation) -> Rules:
    return Rules(
        ask_first=organisation.ask_first,
        grace_seconds=organisation.grace_seconds,
        tentative_blocks=organisation.tentative_blocks,
        google_hours=organisation.google_hours,
        brake_number=organisation.brake_number,
        brake_share=organisation.brake_share,
    )


def change_rules(organisation: Organisation, rules: Rules, *, by: User, now: datetime) -> bool:
    """Store the rules; True when any changed. What is stored of calendars is computed anew where it depends on them;
    until that is done for a calendar, its time is unknown."""
    with transaction.atomic():
        current = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        before, after = asdict(rules_of(current)), asdict(rules)
        changed = {name for name in after if before[name] != after[name]}
        if not changed:
            return False
        Organisation.objects.filter(pk=current.pk).update(**{name: after[name] for name in changed})
        audit(
            current,
            by,
            "Rules for Google changed",
            now=now,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
        if "google_hours" in changed:
            hours_of_everybody_changed(current, now=now)
        if "tentative_blocks" in changed:
            ask_to_expand(now=now)
    return True


def ask_to_expand(*, now: datetime) -> None:
    """Have calendars expanded anew whose busy time does not follow the rule about tentative events."""
    behind = CalendarLink.objects.exclude(expanded_tentative=F("connection__organisation__tentative_blocks"))
    for link_id in list(behind.exclude(time_zone="").order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        jobs.expand_calendar(link_id)
