"""Who syncs and who does not: mismatched e-mails, appointment-taking, manual user syncing, and the mass-leave brake.

Rules: product specification, sections 1 and 3.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.test_people_of_the_directory import fresh, members, update, update_twice
from tests.operations.world import CLIENT, DOMAIN, GROUP, World, at

from lockstep.operations.booking import cancel_appointment
from lockstep.operations.connection import pause, resume
from lockstep.operations.selecting import (
    NotChanged,
    correct_email,
    let_held_go,
    set_appointment_taking,
    set_enabled,
    set_manual,
    take_googles_email,
)
from lockstep.store.models import AuditEntry, StaffMember
from lockstep.sync.people import Gone

HOME = "alice@home.example"


def edit_email(world: World, staff: StaffMember, email: str) -> None:
    correct_email(world.company.organisation, staff.uuid, email, by=world.company.admin, now=world.now)


def taking(world: World, staff: StaffMember, *, on: bool) -> None:
    set_appointment_taking(world.company.organisation, [staff.uuid], on=on, by=world.company.admin, now=world.now)


def toggle(world: World, staff: StaffMember, *, on: bool) -> None:
    set_enabled(world.company.organisation, [staff.uuid], on=on, by=world.company.admin, now=world.now)


# E-mails that differ


def test_an_edited_email_stops_both_directions_and_the_time_is_unknown(live: World) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    edit_email(live, alice, HOME)
    assert not live.is_known(alice)
    live.google.person(f"alice@{DOMAIN}").add(at(13), at(14))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    before = live.google.last_request()
    live.look(alice)
    live.clock.advance(timedelta(minutes=11))
    live.sweep()
    live.work()
    asked = {each["subject"] for each in live.google.requests(before)}
    assert not asked & {HOME, f"alice@{DOMAIN}"}
    assert live.busy(alice) == []
    assert live.google.person(f"alice@{DOMAIN}").get(event_id)["status"] == "confirmed"


def test_an_import_leaves_an_edited_email_alone(live: World) -> None:
    edit_email(live, live.company.alice, HOME)
    update(live)
    assert (fresh(live.company.alice).email, fresh(live.company.alice).google_email) == (HOME, f"alice@{DOMAIN}")
    assert not live.is_known(live.company.alice)


def test_saving_the_corrected_email_starts_the_sync_without_reconnecting(live: World) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    edit_email(live, alice, HOME)
    live.google.person(f"alice@{DOMAIN}").add(at(13), at(14))
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    take_googles_email(live.company.organisation, alice.uuid, by=live.company.admin, now=live.now)
    assert not live.is_known(alice)
    live.work()
    live.sweep()
    live.work()
    assert live.is_known(alice)
    assert len(live.busy(alice)) == 1
    assert event_id not in [each["id"] for each in live.ours(alice)]


def test_an_email_that_is_an_alias_is_one_person_mismatched_and_mended_in_a_click(world: World) -> None:
    world.google.control("PATCH", f"users/alice@{DOMAIN}", primaryEmail=f"alice.a@{DOMAIN}")
    world.go_live()
    alice = world.company.alice
    assert StaffMember.objects.count() == 3
    assert (fresh(alice).email, fresh(alice).google_email) == (f"alice@{DOMAIN}", f"alice.a@{DOMAIN}")
    assert not world.is_known(alice)
    take_googles_email(world.company.organisation, alice.uuid, by=world.company.admin, now=world.now)
    world.work()
    assert world.is_known(alice)


def test_an_email_that_a_colleague_has_is_refused_by_name(live: World) -> None:
    with pytest.raises(NotChanged, match="Bob has the address"):
        edit_email(live, live.company.alice, f"BOB@{DOMAIN}")
    assert live.is_known(live.company.alice)


# Appointment-taking


def test_switched_off_the_calendar_is_let_go_and_what_we_wrote_stays(live: World) -> None:
    alice = live.company.alice
    _appointment, event_id = live.booked(alice, at(10))
    live.person(alice).add(at(13), at(14))
    live.look(alice)
    taking(live, alice, on=False)
    live.work()
    assert members(live) == {f"bob@{DOMAIN}", f"carol@{DOMAIN}"}
    assert live.busy(alice) == []
    assert live.offered(alice) == set()
    assert live.person(alice).get(event_id)["status"] == "confirmed"


def test_switched_on_again_both_sides_catch_up(live: World) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    taking(live, alice, on=False)
    live.work()
    live.person(alice).move(event_id, at(15), at(15, 30))
    live.person(alice).add(at(13), at(14))
    taking(live, alice, on=True)
    assert live.offered(alice) == set()
    live.work()
    appointment.refresh_from_db()
    assert appointment.starts_at == at(15)
    assert live.offered(alice) & {at(13), at(13, 30), at(15)} == set()
    assert at(9) in live.offered(alice)


def test_an_appointment_cancelled_meanwhile_leaves_google_too(live: World) -> None:
    alice = live.company.alice
    appointment, _event_id = live.booked(alice, at(10))
    taking(live, alice, on=False)
    cancel_appointment(appointment, by=CLIENT, now=live.now)
    live.work()
    assert live.ours(alice) == []


def test_appointments_that_were_there_before_are_written_when_somebody_is_switched_on(world: World) -> None:
    alice = world.company.alice
    world.book(alice, at(10))
    taking(world, alice, on=False)
    world.go_live()
    assert world.ours(alice) == []
    taking(world, alice, on=True)
    world.work()
    assert len(world.ours(alice)) == 1


def test_the_directory_does_not_switch_anybody_on_again(live: World) -> None:
    taking(live, live.company.alice, on=False)
    update(live)
    live.work()
    assert f"alice@{DOMAIN}" not in members(live)


# Manual user syncing


def test_the_toggle_counts_only_while_manual_syncing_is_on(live: World) -> None:
    toggle(live, live.company.alice, on=False)
    assert f"alice@{DOMAIN}" in members(live)
    set_manual(live.connection, on=True, by=live.company.admin, now=live.now)
    assert f"alice@{DOMAIN}" not in members(live)
    set_manual(live.connection, on=False, by=live.company.admin, now=live.now)
    assert f"alice@{DOMAIN}" in members(live)


def test_somebody_switched_off_is_offered_by_lockstep_alone(live: World) -> None:
    alice = live.company.alice
    live.person(alice).add(at(13), at(14))
    live.look(alice)
    set_manual(live.connection, on=True, by=live.company.admin, now=live.now)
    toggle(live, alice, on=False)
    live.work()
    live.clock.advance(timedelta(hours=2))
    assert at(13) in live.offered(alice)
    live.book(alice, at(13))
    live.work()
    assert live.ours(alice) == []
    toggle(live, alice, on=True)
    live.work()
    assert len(live.ours(alice)) == 1


def test_what_is_switched_is_written_down(live: World) -> None:
    toggle(live, live.company.alice, on=False)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.after["people"]) == ("Ada", "User syncing disabled", 1)


# Leavers


def test_the_second_list_comes_by_itself(live: World) -> None:
    live.google.control("DELETE", f"groups/{GROUP}/members/alice@{DOMAIN}")
    update(live)
    live.work()
    assert fresh(live.company.alice).left_at is None
    live.clock.advance(timedelta(minutes=3))
    live.work()
    assert fresh(live.company.alice).left_at is not None
    assert fresh(live.company.alice).missing_because == Gone.NOT_A_MEMBER


def test_until_the_second_list_a_suspended_person_is_in_error_and_not_offered(live: World) -> None:
    alice = live.company.alice
    live.google.control("PATCH", f"users/{alice.email}", suspended=True)
    update(live)
    live.look(alice)
    assert fresh(alice).left_at is None
    assert live.link(alice).state == "blocked"
    assert not live.is_known(alice)


def test_somebody_who_was_missing_once_and_is_back_stays(live: World) -> None:
    member = f"groups/{GROUP}/members/alice@{DOMAIN}"
    live.google.control("DELETE", member)
    update(live)
    live.google.control("PUT", member)
    update(live)
    live.google.control("DELETE", member)
    update(live)
    assert fresh(live.company.alice).left_at is None


def test_a_leaver_who_returns_finds_their_events_again(live: World) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    live.google.control("DELETE", f"groups/{GROUP}/members/{alice.email}")
    update_twice(live)
    live.person(alice).move(event_id, at(11), at(11, 30))
    live.google.control("PUT", f"groups/{GROUP}/members/{alice.email}")
    update(live)
    live.work()
    appointment.refresh_from_db()
    assert appointment.starts_at == at(11)
    assert [each["id"] for each in live.ours(alice)] == [event_id]


@pytest.fixture
def crowded(live: World) -> World:
    """Nine more people in the group."""
    for number in range(9):
        email = f"extra{number}@{DOMAIN}"
        live.google.control("POST", "users", email=email)
        live.google.control("PUT", f"groups/{GROUP}/members/{email}")
    update(live)
    return live


def leave(world: World, count: int) -> None:
    for number in range(count):
        world.google.control("DELETE", f"groups/{GROUP}/members/extra{number}@{DOMAIN}")


def test_a_list_that_lacks_a_large_share_lets_nobody_go_and_asks(crowded: World) -> None:
    leave(crowded, 8)
    update_twice(crowded)
    assert crowded.connection.leavers_held == 8
    assert len(members(crowded)) == 12


def test_the_held_ones_go_when_an_admin_says_so(crowded: World) -> None:
    leave(crowded, 8)
    update_twice(crowded)
    assert let_held_go(crowded.connection, seen=8, by=crowded.company.admin, now=crowded.now) == 8
    assert (len(members(crowded)), crowded.connection.leavers_held) == (4, 0)


def test_who_said_yes_to_other_numbers_is_asked_again(crowded: World) -> None:
    leave(crowded, 8)
    update_twice(crowded)
    with pytest.raises(NotChanged, match="changed since"):
        let_held_go(crowded.connection, seen=5, by=crowded.company.admin, now=crowded.now)
    assert len(members(crowded)) == 12


def test_a_mended_group_releases_the_brake(crowded: World) -> None:
    leave(crowded, 8)
    update_twice(crowded)
    for number in range(8):
        crowded.google.control("PUT", f"groups/{GROUP}/members/extra{number}@{DOMAIN}")
    update(crowded)
    assert crowded.connection.leavers_held == 0
    assert not StaffMember.objects.filter(missing_since__isnull=False).exists()


def test_updated_while_paused_a_newcomer_is_read_when_it_goes_on(live: World) -> None:
    pause(live.connection, by=live.company.admin, now=live.now)
    live.google.control("POST", "users", email=f"dave@{DOMAIN}")
    live.google.control("PUT", f"groups/{GROUP}/members/dave@{DOMAIN}")
    update(live)
    live.work()
    assert live.link(StaffMember.objects.get(email=f"dave@{DOMAIN}")).verified_at is None
    resume(live.connection, by=live.company.admin, now=live.now)
    live.work()
    assert live.link(StaffMember.objects.get(email=f"dave@{DOMAIN}")).verified_at is not None


def test_somebody_switched_off_is_not_asked_for_again_and_again(live: World) -> None:
    taking(live, live.company.alice, on=False)
    pause(live.connection, by=live.company.admin, now=live.now)
    resume(live.connection, by=live.company.admin, now=live.now)
    live.work()
    assert live.link(live.company.alice).next_due is None


def test_somebody_mismatched_is_not_asked_for_again_and_again(live: World) -> None:
    edit_email(live, live.company.alice, HOME)
    live.look(live.company.alice)
    assert live.link(live.company.alice).next_due is None
