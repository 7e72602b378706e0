"""Working hours from Google Calendar: optional, read slowly, and never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.operations.world import World, at

from lockstep.operations.google_hours import EVERY
from lockstep.operations.rules import change_rules, rules_of
from lockstep.store.models import Organisation


def go_by_google(world: World, on: bool = True) -> None:
    organisation = Organisation.objects.get(pk=world.company.organisation.pk)
    rules = replace(rules_of(organisation), google_hours=on)
    change_rules(organisation, rules, by=world.company.admin, now=world.now)
    world.sweep()
    world.work()


def set_hours(world: World, start: int, end: int, *, enabled: bool = True) -> None:
    """What Alice enters in her calendar's settings, for Tuesdays."""
    email = world.person(world.company.alice).email
    times = [{"dayOfWeek": "tuesday", "periodStart": start * 60, "periodEnd": end * 60}]
    body = {"workingHours": {"workingHoursEnabled": enabled, "availableTimes": times}}
    world.google.call_as(email, "PATCH", "/calendar/v3/calendars/primary", body)


def first_and_last(world: World) -> tuple[datetime, datetime]:
    """The first and the last start that Alice is offered for on Tuesday, 1 December."""
    offered = world.offered(world.company.alice)
    return min(offered), max(offered)


NINE_TO_FIVE = (at(9), at(16, 30))


def test_hours_set_in_google_are_offered(live: World) -> None:
    set_hours(live, 7, 12)
    go_by_google(live)
    assert first_and_last(live) == (at(7), at(11, 30))
    assert min(live.offered(live.company.bob)) == at(9)


@pytest.mark.parametrize("how", ["not set", "switched off"])
def test_whoever_has_set_none_keeps_their_hours_in_lockstep(live: World, how: str) -> None:
    if how == "switched off":
        set_hours(live, 7, 12, enabled=False)
    go_by_google(live)
    assert first_and_last(live) == NINE_TO_FIVE


def test_nothing_is_asked_of_google_where_the_organisation_does_not_want_it(live: World) -> None:
    before = live.google.last_request()
    live.sweep()
    live.work()
    assert not [each for each in live.google.requests(before) if each["google_method"] == "calendar.calendars.get"]


def test_a_change_is_seen_after_some_hours_and_not_asked_for_before(live: World) -> None:
    go_by_google(live)
    before = live.google.last_request()
    set_hours(live, 7, 12)
    live.clock.advance(timedelta(hours=1))
    live.sweep()
    live.work()
    assert not [each for each in live.google.requests(before) if each["google_method"] == "calendar.calendars.get"]
    live.clock.advance(EVERY)
    live.sweep()
    live.work()
    assert first_and_last(live) == (at(7), at(11, 30))


def test_an_error_of_google_changes_nothing_and_is_got_over(live: World) -> None:
    set_hours(live, 7, 12)
    live.google.fault(method="calendar.calendars.get", status=503)
    go_by_google(live)
    assert first_and_last(live) == NINE_TO_FIVE
    live.google.mend()
    live.clock.advance(timedelta(minutes=20))
    live.sweep()
    live.work()
    assert first_and_last(live) == (at(7), at(11, 30))


def test_switched_off_the_hours_in_lockstep_hold_again(live: World) -> None:
    set_hours(live, 7, 12)
    go_by_google(live)
    go_by_google(live, on=False)
    assert first_and_last(live) == NINE_TO_FIVE


def test_hours_follow_the_calendar_to_another_zone(live: World) -> None:
    set_hours(live, 9, 12)
    go_by_google(live)
    live.google.control("PATCH", f"users/{live.person(live.company.alice).email}", time_zone="America/Toronto")
    live.look(live.company.alice)
    assert first_and_last(live) == (at(10), at(12, 30))
