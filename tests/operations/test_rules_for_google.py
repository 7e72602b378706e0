"""The organisation's rules for what comes from Google: changing them acts on what is stored, and is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.operations.world import World, at

from lockstep.calendar.interval import Interval
from lockstep.operations.rules import change_rules, rules_of
from lockstep.store.models import AuditEntry, Organisation


def change(world: World, **values: object) -> bool:
    organisation = Organisation.objects.get(pk=world.company.organisation.pk)
    rules = replace(rules_of(organisation), **values)  # type: ignore[arg-type]
    return change_rules(organisation, rules, by=world.company.admin, now=world.now)


def test_tentative_events_cease_and_begin_to_count_without_google_being_asked(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11), status="tentative")
    live.look(live.company.alice)
    before = live.google.last_request()
    change(live, tentative_blocks=False)
    live.work()
    assert live.busy(live.company.alice) == []
    change(live, tentative_blocks=True)
    live.work()
    assert live.busy(live.company.alice) == [Interval(at(10), at(11))]
    assert not [each for each in live.google.requests(before) if each["google_method"] == "calendar.events.list"]


def test_time_is_unknown_until_it_follows_the_new_rule(live: World) -> None:
    change(live, tentative_blocks=False)
    assert not live.is_known(live.company.alice)
    live.lose_jobs()
    live.sweep()
    live.work()
    assert live.is_known(live.company.alice)


def test_the_grace_time_is_the_organisations(live: World) -> None:
    change(live, grace_seconds=600)
    _, event_id = live.booked(live.company.alice, at(10))
    live.person(live.company.alice).move(event_id, at(14), at(14, 30))
    live.look(live.company.alice)
    live.clock.advance(timedelta(minutes=9))
    live.work()
    assert at(10) not in live.offered(live.company.alice)
    assert live.post.news == []
    live.clock.advance(timedelta(minutes=2))
    live.look(live.company.alice)
    assert at(10) in live.offered(live.company.alice)
    assert live.post.news == ["moved"]


def test_a_changed_rule_is_in_the_audit_log_with_before_and_after(live: World) -> None:
    assert change(live, ask_first=True, brake_number=5)
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert entry.before == {"ask_first": False, "brake_number": 10}
    assert entry.after == {"ask_first": True, "brake_number": 5}


def test_saving_what_is_there_changes_nothing(live: World) -> None:
    count = AuditEntry.objects.count()
    assert not change(live, ask_first=False)
    assert AuditEntry.objects.count() == count
