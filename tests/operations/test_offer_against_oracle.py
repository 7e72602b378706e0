"""What SQL and policy offer together, against the pure sweep that shares only the rules with them: random diaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import ZONE, Company, away

from lockstep.calendar.interval import Interval, intersected
from lockstep.operations.explaining import explain
from lockstep.operations.hours import refresh_working_ranges
from lockstep.operations.offer import Offer, offer_slots
from lockstep.scheduling.availability import Reason, Taken, full_days, slots
from lockstep.scheduling.hours import Days, LocalRange, Opening, WeeklyHours, open_ranges, working_ranges
from lockstep.store.models import (
    Appointment,
    BusyInterval,
    CalendarLink,
    Client,
    Closure,
    Conflict,
    Connection,
    DateHours,
    Hold,
    OpeningHours,
    Reservation,
    StaffMember,
    WorkingHours,
)
from lockstep.store.values import range_of, rules_of

HALIFAX = ZoneInfo(ZONE)
MINUTE = timedelta(minutes=1)
HOURS = [
    LocalRange(time(9), time(17)),
    LocalRange(time(0), time(0)),
    LocalRange(time(0, 40), time(2, 50)),
    LocalRange(time(18, 20), time(0)),
]
CHANGES = {
    "clocks-go-forward": datetime(2026, 3, 8, 6, tzinfo=UTC),
    "clocks-go-back": datetime(2026, 11, 1, 5, tzinfo=UTC),
    "no-change": datetime(2026, 6, 10, 5, tzinfo=UTC),
}
SPAN = timedelta(days=6)


@dataclass
class Diary:
    """One person's, as rows in the database and as what the pure sweep is told of them."""

    staff: StaffMember
    link: CalendarLink
    working: list[Interval]
    taken: list[Taken] = field(default_factory=list)
    reserved: list[Interval] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)


class Made:
    """Three diaries over `SPAN` around `middle`, and a service, all by chance."""

    def __init__(self, company: Company, middle: datetime, seed: int) -> None:
        self.company = company
        self.chance = Random(f"{middle} {seed}")  # noqa: S311  (a repeatable choice, not a secret)
        self.begin = middle - SPAN / 2
        self.now = self.begin + self.chance.choice([-3000, 0, 700, 3333]) * MINUTE
        WorkingHours.objects.all().delete()
        self.opened = self._opening()
        self._draw_service()
        self.client = Client.objects.create(organisation=company.organisation, name="Maria", email="m@client.example")
        link = Connection.objects.create(
            organisation=company.organisation,
            state=Connection.State.LIVE,
            directory_user="d@cedar.example",
            customer_id="C1",
            connected_at=self.now,
        )
        self.diaries = [self._diary(staff, link) for staff in (company.alice, company.bob, company.carol)]
        makers: list[Callable[[Diary], None]] = [self._busy, self._absence, self._hold, self._appointment]
        for diary in self.diaries:
            for _ in range(self.chance.randint(0, 40)):
                self.chance.choice(makers)(diary)

    def _draw_service(self) -> None:
        service, chance = self.company.service, self.chance
        service.duration = chance.choice([5, 30, 45, 150]) * MINUTE
        service.buffer_before = chance.choice([0, 0, 10, 25]) * MINUTE
        service.buffer_after = chance.choice([0, 0, 5, 40]) * MINUTE
        service.lead_time = chance.choice([0, 90, 1500]) * MINUTE
        service.furthest = chance.choice([0, 3, 90, 90, 90]) * timedelta(days=1)
        service.increment = chance.choice([5, 15, 20, 45, 60]) * MINUTE
        service.daily_limit = chance.choice([None, 1, 2, 4])
        service.save()

    def _diary(self, staff: StaffMember, parent: Connection) -> Diary:
        verified = self.now - self.chance.randint(0, 60) * MINUTE
        link = CalendarLink.objects.create(
            state="current",
            staff=staff,
            connection=parent,
            verified_at=verified,
            fresh_until=self.now + self.chance.choice([-1, 9, 9]) * MINUTE,
        )
        staff.daily_limit = self.chance.choice([None, None, 1, 3])
        staff.save(update_fields=["daily_limit"])
        weekly = [WeeklyHours(day, self.chance.choice(HOURS)) for day in range(7) if self.chance.random() < 0.8]
        WorkingHours.objects.bulk_create(
            WorkingHours(
                staff=staff,
                location=self.company.branch,
                weekday=each.weekday,
                start=each.hours.start,
                end=each.hours.end,
            )
            for each in weekly
        )
        overrides = {day: self._other_hours(staff, day) for day in self._days() if self.chance.random() < 0.2}
        working = working_ranges(weekly, overrides, HALIFAX, self._days().first, self._days().last)
        # As an admin's change does: the stored ranges come from the rows alone.
        refresh_working_ranges(staff, now=self.begin - timedelta(days=1), ahead=SPAN + timedelta(days=3))
        return Diary(staff, link, intersected(working, self.opened))

    def _days(self) -> Days:
        return Days(self.begin.date() - timedelta(days=2), (self.begin + SPAN).date() + timedelta(days=2))

    def _other_hours(self, staff: StaffMember, day: date) -> list[LocalRange]:
        """Off on that date, or other hours."""
        hours = self.chance.choice([[], [HOURS[1]], [HOURS[2], HOURS[3]]])
        for each in hours:
            DateHours.objects.create(staff=staff, location=self.company.branch, day=day, start=each.start, end=each.end)
        if not hours:
            DateHours.objects.create(staff=staff, location=self.company.branch, day=day)
        return hours

    def _opening(self) -> list[Interval]:
        """When the branch is open: opening hours or none, holidays of its own and of everybody."""
        branch, days = self.company.branch, self._days()
        weekly = self.chance.choice([[], [WeeklyHours(day, HOURS[day % 2]) for day in range(7) if day != 3]])
        OpeningHours.objects.bulk_create(
            OpeningHours(location=branch, weekday=each.weekday, start=each.hours.start, end=each.hours.end)
            for each in weekly
        )
        closed = [Days(day, day) for day in days if self.chance.random() < 0.1]
        for each in closed:
            where = self.chance.choice([branch, None])
            Closure.objects.create(
                organisation=branch.organisation, location=where, name="x", first_day=each.first, last_day=each.last
            )
        # Elsewhere is closed for the whole time, which is nothing to the branch.
        Closure.objects.create(
            organisation=branch.organisation,
            location=self.company.online,
            name="x",
            first_day=days.first,
            last_day=days.last,
        )
        return open_ranges(Opening(weekly, closed), HALIFAX, days.first, days.last)

    def _interval(self, *, most: int = 200) -> Interval:
        """To the second, and now and then finer: Google's events need not begin on a minute."""
        start = self.begin + timedelta(minutes=5 * self.chance.randint(0, int(SPAN / MINUTE) // 5))
        start += self.chance.choice([0, 0, 0, 1, 59.5]) * timedelta(seconds=1)
        return Interval(start, start + 5 * self.chance.randint(1, most // 5) * MINUTE)

    def _busy(self, diary: Diary) -> None:
        interval = self._interval()
        BusyInterval.objects.create(staff=diary.staff, link=diary.link, series_id="s", span=range_of(interval))
        diary.taken.append(Taken(interval, Reason.BUSY_IN_GOOGLE))

    def _absence(self, diary: Diary) -> None:
        interval = self._interval(most=1000)
        away(diary.staff, interval.start, interval.end)
        diary.taken.append(Taken(interval, Reason.ABSENT))

    def _buffers(self) -> tuple[timedelta, timedelta]:
        return self.chance.choice([0, 15, 60]) * MINUTE, self.chance.choice([0, 20, 120]) * MINUTE

    def _reserve(self, diary: Diary, interval: Interval, **what: object) -> None:
        """The row, and what it takes unless it has run out."""
        before, after = self._buffers()
        diary.reserved.append(interval)
        row = Reservation.objects.create(
            staff=diary.staff, span=range_of(interval), buffer_before=before, buffer_after=after, **what
        )
        if row.expires_at is None or row.expires_at > self.now:
            reason = Reason.HELD if row.hold_id else Reason.TAKEN_BY_APPOINTMENT
            diary.taken.append(Taken(interval, reason, before, after))

    def _hold(self, diary: Diary) -> None:
        interval = self._interval(most=90)
        if any(each.overlaps(interval) for each in diary.reserved):
            return
        expires = self.now + self.chance.choice([-5, 0, 5]) * MINUTE
        hold = Hold.objects.create(
            organisation=self.company.organisation,
            flow=uuid4(),
            address_digest="x",
            service=self.company.service,
            location=self.company.branch,
            meeting_method="video",
            staff=diary.staff,
            starts_at=interval.start,
            ends_at=interval.end,
            expires_at=expires,
        )
        self._reserve(diary, interval, kind=Reservation.Kind.HOLD, hold=hold, expires_at=expires)

    def _appointment(self, diary: Diary) -> None:
        """Sometimes with an open conflict elsewhere, sometimes cancelled with its old time kept for a while."""
        interval = self._interval(most=90)
        if any(each.overlaps(interval) for each in diary.reserved):
            return
        cancelled = self.chance.random() < 0.3
        appointment = Appointment.objects.create(
            organisation=self.company.organisation,
            client=self.client,
            service=self.company.service,
            location=self.company.branch,
            staff=diary.staff,
            meeting_method="video",
            starts_at=interval.start,
            ends_at=interval.end,
            client_time_zone=ZONE,
            status=Appointment.Status.CANCELLED if cancelled else Appointment.Status.BOOKED,
            created_at=self.now,
            changed_at=self.now,
        )
        if cancelled:
            until = self.now + self.chance.choice([-5, 5]) * MINUTE
            self._reserve(diary, interval, kind=Reservation.Kind.GRACE, appointment=appointment, expires_at=until)
            return
        diary.appointments.append(appointment)
        self._reserve(diary, interval, kind=Reservation.Kind.APPOINTMENT, appointment=appointment)
        self._conflict(diary, appointment)

    def _conflict(self, diary: Diary, appointment: Appointment) -> None:
        outcome = self.chance.choice(["none", "closed", "open"])
        if outcome == "none":
            return
        other = self._interval()
        Conflict.objects.create(
            organisation=self.company.organisation,
            appointment=appointment,
            staff=diary.staff,
            kind=Conflict.Kind.TIME_TAKEN,
            span=range_of(other),
            opened_at=self.now,
            closed_at=self.now if outcome == "closed" else None,
        )
        if outcome == "open":
            diary.taken.append(Taken(other, Reason.BUSY_IN_GOOGLE))

    def window(self) -> Interval:
        start = self.begin + self.chance.randint(0, 4000) * MINUTE
        return Interval(start, start + self.chance.randint(1, 5000) * MINUTE)

    def offered(self, window: Interval, staff: StaffMember | None = None) -> Offer:
        return offer_slots(
            service=self.company.service, location=self.company.branch, staff=staff, window=window, now=self.now
        )

    def swept(self, window: Interval) -> dict[datetime, set[int]]:
        """What the pure sweep says of everybody whose calendar is known."""
        people: dict[datetime, set[int]] = defaultdict(set)
        for diary in self.diaries:
            if diary.link.fresh_until is None or diary.link.fresh_until <= self.now:
                continue
            booked: Counter[date] = Counter(each.starts_at.astimezone(HALIFAX).date() for each in diary.appointments)
            rules = rules_of(self.company.service)
            full = full_days(diary.staff.daily_limit, booked)
            for start in slots(diary.working, diary.taken, rules, HALIFAX, self.now, window, booked=booked, full=full):
                people[start].add(diary.staff.pk)
        return dict(people)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("middle", CHANGES.values(), ids=CHANGES.keys())
def test_sql_and_policy_offer_what_the_pure_sweep_offers(company: Company, middle: datetime, seed: int) -> None:
    made = Made(company, middle, seed)
    for _ in range(3):
        window = made.window()
        offer = made.offered(window)
        assert {slot.starts_at: set(slot.staff_ids) for slot in offer.slots} == made.swept(window)
        assert [slot.starts_at for slot in offer.slots] == sorted(slot.starts_at for slot in offer.slots)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("middle", CHANGES.values(), ids=CHANGES.keys())
def test_a_time_is_offered_exactly_when_nothing_is_said_against_it(
    company: Company, middle: datetime, seed: int
) -> None:
    made = Made(company, middle, seed)
    days = [middle.astimezone(HALIFAX).date() + timedelta(days=each) for each in (-1, 0, 1)]
    for diary in made.diaries:
        for day in days:
            window = Interval(
                datetime.combine(day, time(), HALIFAX), datetime.combine(day + timedelta(days=1), time(), HALIFAX)
            )
            found = explain(service=company.service, location=company.branch, staff=diary.staff, day=day, now=made.now)
            offered = [slot.starts_at for slot in made.offered(window, diary.staff).slots]
            assert found.offered() == offered


@pytest.mark.parametrize("seed", range(3))
def test_a_slot_names_the_oldest_look_at_the_calendars_behind_it(company: Company, seed: int) -> None:
    made = Made(company, CHANGES["no-change"], seed)
    verified = {diary.staff.pk: diary.link.verified_at for diary in made.diaries}
    for slot in made.offered(made.window()).slots:
        assert slot.verified_at == min(filter(None, (verified[each] for each in slot.staff_ids)))


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(company: Company) -> None:
    made = Made(company, CHANGES["no-change"], 1)
    CalendarLink.objects.update(fresh_until=made.now + MINUTE)
    with CaptureQueriesContext(connection) as for_one:
        made.offered(made.window(), company.alice)
    with CaptureQueriesContext(connection) as for_all:
        made.offered(made.window())
    assert len(for_one) == len(for_all) <= 3
