"""What makes the demo worth looking at: opening hours, a holiday, categories, questions, a group service, one by
invitation, and dates that differ. Before any working range is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lockstep.store.models import (
    Assignment,
    Category,
    Closure,
    DateHours,
    Location,
    MeetingMethod,
    OpeningHours,
    Organisation,
    Question,
    Service,
    StaffMember,
)

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_CATEGORIES = {
    "Everyday banking": ("Open an account", "Business banking", "Quick question"),
    "Borrowing and saving": ("Mortgage advice", "Investment review"),
    "Together": ("First home workshop",),
}
Kind = Question.Kind
_QUESTIONS: dict[str, tuple[tuple[str, Kind, list[str]], ...]] = {
    "Mortgage advice": (
        ("What is it about?", Kind.CHOICE, ["A first home", "A renewal", "Something else"]),
        ("Roughly how much do you want to borrow?", Kind.NUMBER, []),
    ),
    "Open an account": (
        ("Which accounts interest you?", Kind.CHOICES, ["Chequing", "Savings", "For a child"]),
        ("Is there anything that would make your visit easier?", Kind.LONG_TEXT, []),
    ),
}


def add_details(
    organisation: Organisation, places: Mapping[str, Location], staff: Mapping[str, StaffMember], *, now: datetime
) -> None:
    """Add them to a company that has just been founded."""
    branches = [place for place in places.values() if not place.virtual]
    _open(branches)
    _close(organisation, branches[0], now)
    _services_of_their_own_kind(organisation, branches[0], staff)
    _headings(organisation)
    for name, questions in _QUESTIONS.items():
        for position, (words, kind, options) in enumerate(questions):
            Question.objects.create(
                service=Service.objects.get(organisation=organisation, name=name),
                words=words,
                kind=kind,
                options=options,
                position=position,
            )
    _differ(list(staff.values())[-1], branches[-1], now)


def _open(branches: list[Location]) -> None:
    """On weekdays, longer on Thursday."""
    OpeningHours.objects.bulk_create(
        OpeningHours(location=place, weekday=weekday, start=time(9), end=time(19 if weekday == 3 else 17))
        for place in branches
        for weekday in range(5)
    )


def _close(organisation: Organisation, branch: Location, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(branch.time_zone)).date()
    new_year = date(today.year + 1, 1, 1)
    Closure.objects.create(organisation=organisation, name="New Year", first_day=new_year, last_day=new_year)
    works = today + 24 * _DAY
    Closure.objects.create(
        organisation=organisation, location=branch, name="New counters", first_day=works, last_day=works + _DAY
    )


def _services_of_their_own_kind(organisation: Organisation, branch: Location, staff: Mapping[str, StaffMember]) -> None:
    """One for eight at a time, and one that only invited clients find."""
    shared = {
        "organisation": organisation,
        "buffer_before": timedelta(),
        "buffer_after": 15 * _MINUTE,
        "lead_time": 24 * 60 * _MINUTE,
        "furthest": 60 * _DAY,
        "increment": 60 * _MINUTE,
        "meeting_methods": [MeetingMethod.AT_LOCATION.value],
    }
    workshop = Service.objects.create(
        name="First home workshop", description="From saving to the keys, in a small group.", duration=90 * _MINUTE,
        seats=8, daily_limit=1, position=10, **shared,
    )  # fmt: skip
    review = Service.objects.create(
        name="Private wealth review", description="For clients whom we have invited.", duration=90 * _MINUTE,
        invite_only=True, position=11, **shared,
    )  # fmt: skip
    takers = list(staff.values())
    Assignment.objects.create(staff=takers[0], location=branch, service=workshop)
    Assignment.objects.create(staff=takers[4], location=branch, service=review)


def _headings(organisation: Organisation) -> None:
    for position, (name, services) in enumerate(_CATEGORIES.items()):
        category = Category.objects.create(organisation=organisation, name=name, position=position)
        Service.objects.filter(organisation=organisation, name__in=services).update(category=category)


def _differ(person: StaffMember, branch: Location, now: datetime) -> None:
    """A day off, and a day that begins later."""
    today = now.astimezone(ZoneInfo(branch.time_zone)).date()
    tuesday = today + (8 - today.weekday()) * _DAY
    DateHours.objects.create(staff=person, location=branch, day=tuesday)
    DateHours.objects.create(staff=person, location=branch, day=tuesday + _DAY, start=time(11), end=time(17))
