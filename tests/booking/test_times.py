"""The page of days and times: which are shown, in whose zone, and what stands there when there are none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.booking.walking import Walk, a_tuesday
from tests.cast import NOW, Company, away

from lockstep.store.models import CalendarLink, Connection, StaffMember, WorkingRange
from lockstep.web.booking.month import Month, month_named
from lockstep.web.booking.times import Wish, times_page

HALIFAX = ZoneInfo("America/Halifax")


def everyone_away(company: Company, until: datetime) -> None:
    for person in (company.alice, company.bob, company.carol):
        away(person, timezone.now() - timedelta(days=1), until)


def linked(person: StaffMember, *, verified: datetime, fresh_until: datetime) -> None:
    connection, _made = Connection.objects.get_or_create(
        organisation=person.organisation,
        defaults={
            "state": Connection.State.LIVE,
            "directory_user": "admin@cedar.example",
            "customer_id": "C1",
            "connected_at": verified,
        },
    )
    CalendarLink.objects.create(
        staff=person, connection=connection, state="current", verified_at=verified, fresh_until=fresh_until
    )


def test_the_times_of_the_day_are_shown_in_the_zone_of_the_branch(walk: Walk) -> None:
    walk.at_the_branch(zone="Asia/Tokyo")
    first = datetime.combine(a_tuesday(), time(9), HALIFAX)
    assert walk.times[0] == first.astimezone(UTC)
    assert "Times are shown for Cedar Street: Halifax time" in walk.page


def test_by_phone_the_times_are_in_the_clients_zone(walk: Walk) -> None:
    walk.choose(
        service=str(walk.company.service.uuid),
        location=str(walk.company.online.uuid),
        method="phone",
        staff="anyone",
        zone="America/Vancouver",
    )
    assert "Times are in your time zone: Vancouver time" in walk.page
    # Nine in Halifax is five in Vancouver.
    assert ">5:00</time>" in walk.page


@pytest.mark.django_db
def test_the_zone_is_called_as_it_is_on_the_chosen_day(company: Company) -> None:
    # Asked in summer time for a day in winter time.
    wish = Wish(company.service, company.branch, None, HALIFAX)
    page = times_page(wish, month="", day="2026-12-08", now=datetime(2026, 10, 25, 12, 0, tzinfo=UTC))
    assert page.read_at.astimezone(HALIFAX).tzname() == "AST"


def test_the_zone_can_be_chosen_without_a_script(walk: Walk) -> None:
    walk.choose(
        service=str(walk.company.service.uuid), location=str(walk.company.online.uuid), method="phone", staff="anyone"
    )
    walk.open(walk.link("Change the time zone"))
    assert walk.heading == "Where are you?"
    assert '<option value="America/Vancouver">' in walk.page


def test_only_days_with_times_can_be_chosen(walk: Walk) -> None:
    walk.at_the_branch()
    assert str(a_tuesday()) in walk.days
    assert all(date.fromisoformat(day).weekday() < 5 for day in walk.days)


def test_a_month_without_times_names_the_next_day_that_has_some(walk: Walk) -> None:
    end = Month.of(timezone.now()).after().interval(HALIFAX).start
    everyone_away(walk.company, end)
    walk.open(f"{walk.at_the_branch().address.split('&day')[0]}&month={Month.of(timezone.now())}")
    assert "The next free time is on" in walk.page
    assert walk.open(walk.link("Go to that day")).times


def test_without_a_wish_the_first_month_that_has_times_is_shown(walk: Walk) -> None:
    end = Month.of(timezone.now()).after().interval(HALIFAX).start
    everyone_away(walk.company, end)
    answers = walk.at_the_branch().address.split("?")[1].split("&day")[0]
    assert walk.open(f"/book/cedar/?{answers}").times


def test_a_day_that_filled_up_leads_to_the_next_one(walk: Walk) -> None:
    midnight = datetime.combine(a_tuesday(), time(), HALIFAX)
    for person in (walk.company.alice, walk.company.bob, walk.company.carol):
        away(person, midnight, midnight + timedelta(days=1))
    walk.at_the_branch()
    assert "has no free times" in walk.page
    assert walk.times[0].astimezone(HALIFAX).date() == a_tuesday() + timedelta(days=1)


def test_nobody_free_at_all_offers_other_people(walk: Walk) -> None:
    WorkingRange.objects.filter(staff=walk.company.bob).delete()
    walk.at_the_branch(staff=str(walk.company.bob.uuid))
    assert "No times are free at the moment" in walk.page
    assert walk.open(walk.link("See times with anyone")).times


def test_every_time_says_when_its_calendar_was_checked(walk: Walk) -> None:
    now = timezone.now()
    for person in (walk.company.alice, walk.company.bob, walk.company.carol):
        linked(person, verified=now - timedelta(seconds=90), fresh_until=now + timedelta(minutes=5))
    assert "minute ago" in walk.at_the_branch().page.partition("Checked with the calendar")[2][:80]


def test_a_person_whose_calendar_is_unknown_is_withheld_and_counted(walk: Walk) -> None:
    now = timezone.now()
    linked(walk.company.bob, verified=now - timedelta(hours=1), fresh_until=now - timedelta(minutes=1))
    assert "One person’s calendar cannot be checked" in walk.at_the_branch().page


def test_when_no_calendar_is_known_the_page_says_so_instead_of_full(walk: Walk) -> None:
    now = timezone.now()
    linked(walk.company.bob, verified=now - timedelta(hours=1), fresh_until=now - timedelta(minutes=1))
    assert "We are checking the calendars" in walk.at_the_branch(staff=str(walk.company.bob.uuid)).page


@pytest.mark.django_db
def test_a_clock_time_that_comes_twice_says_which_one_is_meant(company: Company) -> None:
    # On Sunday 1 November 2026 at 2:00 ADT clocks in Halifax go back to 1:00 AST.
    night = (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), datetime(2026, 11, 1, 6, 0, tzinfo=UTC))
    WorkingRange.objects.create(staff=company.alice, location=company.branch, span=night)
    wish = Wish(company.service, company.branch, company.alice, HALIFAX)
    page = times_page(wish, month="", day="2026-11-01", now=datetime(2026, 10, 25, 12, 0, tzinfo=UTC))
    doubled = [time for part in page.parts for time in part.times if time.ambiguous]
    assert [each.starts_at.astimezone(HALIFAX).strftime("%H:%M %Z") for each in doubled] == [
        "01:00 ADT",
        "01:30 ADT",
        "01:00 AST",
        "01:30 AST",
    ]


@pytest.mark.django_db
def test_a_day_belongs_to_the_month_of_the_zone_it_is_read_in(company: Company) -> None:
    # 1 December 9:00 in Halifax is 30 November 23:00 in Honolulu a day of sleep earlier: still 1 December 3:00.
    wish = Wish(company.service, company.online, None, ZoneInfo("Pacific/Auckland"))
    page = times_page(wish, month="2026-12", day="2026-12-01", now=NOW)
    assert page.day == date(2026, 12, 1)
    assert page.month == Month(2026, 12)


def test_weeks_run_from_monday_to_sunday() -> None:
    weeks = Month(2026, 12).weeks()
    assert weeks[0][0] == date(2026, 11, 30)
    assert {week[0].weekday() for week in weeks} == {0}


def test_a_month_with_a_clock_change_has_its_hour_less() -> None:
    # March 2027: clocks in Halifax go forward on the 14th.
    assert Month(2027, 3).interval(HALIFAX).length == timedelta(days=31) - timedelta(hours=1)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "9999-12", "0001-01", "x"])
def test_an_address_without_a_sensible_month_has_none(text: str) -> None:
    assert month_named(text) is None
