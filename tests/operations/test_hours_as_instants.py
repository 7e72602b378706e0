"""Stored working ranges follow hours, openings and closures; until they have, the time is unknown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Event
from time import sleep

import pytest
from django.db import connections, transaction
from tests.cast import NOW, Company, found

from lockstep.calendar.interval import Interval
from lockstep.operations import hours, sweep
from lockstep.operations.offer import Offer, bookable_services, offer_slots
from lockstep.store.models import (
    Closure,
    DateHours,
    Location,
    OpeningHours,
    Service,
    StaffMember,
    WorkingHours,
)

TUESDAY = date(2026, 12, 1)
WINDOW = Interval(datetime(2026, 12, 1, 4, tzinfo=UTC), datetime(2026, 12, 2, 4, tzinfo=UTC))
MANY = hours.AT_ONCE + 1


def offered(company: Company) -> Offer:
    return offer_slots(service=company.service, location=company.branch, staff=None, window=WINDOW, now=NOW)


def hours_of_day(company: Company) -> set[int]:
    """The hours on the wall in Halifax at which something starts on Tuesday."""
    return {(slot.starts_at - timedelta(hours=4)).hour for slot in offered(company).slots}


def everybody(company: Company) -> list[int]:
    return [company.alice.pk, company.bob.pk, company.carol.pk]


def crowd(company: Company) -> list[int]:
    """More people than a page waits for."""
    made = StaffMember.objects.bulk_create(
        StaffMember(organisation=company.organisation, name=f"P{number}", email=f"p{number}@cedar.example")
        for number in range(MANY)
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(staff=each, location=company.branch, weekday=1, start=time(9), end=time(10)) for each in made
    )
    return [each.pk for each in made]


def test_nothing_is_offered_while_the_location_is_not_open(company: Company) -> None:
    OpeningHours.objects.create(location=company.branch, weekday=1, start=time(10), end=time(12))
    hours.hours_changed(everybody(company), now=NOW)
    assert hours_of_day(company) == {10, 11}


@pytest.mark.parametrize("everywhere", [True, False], ids=["everywhere", "there"])
def test_nothing_is_offered_on_a_holiday(company: Company, everywhere: bool) -> None:
    where = None if everywhere else company.branch
    Closure.objects.create(
        organisation=company.organisation, location=where, name="Holiday", first_day=TUESDAY, last_day=TUESDAY
    )
    hours.hours_changed(everybody(company), now=NOW)
    assert hours_of_day(company) == set()


def test_hours_of_a_date_replace_the_weekly_ones(company: Company) -> None:
    DateHours.objects.create(staff=company.alice, location=company.branch, day=TUESDAY, start=time(18), end=time(19))
    for person in (company.bob, company.carol):
        DateHours.objects.create(staff=person, location=company.branch, day=TUESDAY)
    hours.hours_changed(everybody(company), now=NOW)
    assert hours_of_day(company) == {18}


def test_many_people_are_withheld_until_the_job_has_followed(company: Company) -> None:
    people = [*everybody(company), *crowd(company)]
    left = hours.hours_changed(people, now=NOW)
    before = offered(company)
    hours.follow_hours(company.organisation.pk, now=NOW)
    assert (left, before.slots, before.withheld) == (MANY + 3, (), 3)
    assert (offered(company).withheld, hours.hours_to_follow(company.organisation.pk)) == (0, 0)


@pytest.mark.usefixtures("transactional_db")
def test_what_changed_while_ranges_were_worked_out_stays_due() -> None:
    """The run begins with the mark of an earlier change; meanwhile a later change sets another."""
    alice = found().alice
    earlier, later = NOW, NOW + timedelta(seconds=1)
    StaffMember.objects.filter(pk=alice.pk).update(hours_due_at=earlier)
    changed = Event()

    def change() -> None:
        try:
            with transaction.atomic():
                StaffMember.objects.filter(pk=alice.pk).update(hours_due_at=later)
                changed.set()
                sleep(0.5)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change)
        assert changed.wait(10)
        hours.refresh_working_ranges(alice, now=NOW, ahead=timedelta(days=2))
        changing.result()
    assert StaffMember.objects.get(pk=alice.pk).hours_due_at == later


def test_a_lost_job_is_asked_for_again_once(company: Company) -> None:
    hours.hours_changed(crowd(company), now=NOW)
    later = NOW + timedelta(minutes=1)
    sweep.sweep(now=later)
    due = set(StaffMember.objects.filter(hours_due_at__isnull=False).values_list("hours_due_at", flat=True))
    assert due == {later}


@pytest.mark.parametrize("what", [Service, Location], ids=["service", "location"])
def test_nothing_is_offered_of_what_is_switched_off(company: Company, what: type[Service] | type[Location]) -> None:
    what.objects.update(active=False)
    assert offered(company).slots == ()
    assert bookable_services(company.organisation) == []


def test_a_service_by_invitation_is_there_for_whoever_names_it(company: Company) -> None:
    Service.objects.update(invite_only=True)
    shown = bookable_services(company.organisation)
    named = bookable_services(company.organisation, invited=company.service.uuid)
    assert (shown, named) == ([], [company.service])
