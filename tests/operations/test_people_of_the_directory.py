"""Who syncs: joining, leaving, being renamed; and nobody leaves because a list was cut short.

Rules: product specification, section 3.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.operations.world import DOMAIN, GROUP, World, at

from lockstep.operations.people import import_all, import_first, import_people
from lockstep.store.models import Appointment, CalendarLink, Connection, StaffMember


def update(world: World) -> None:
    import_people(world.connection.pk, workspace=world.workspace, clock=world.clock)


def update_twice(world: World) -> None:
    """Two complete listings, one after the other: whoever lacks in both has left."""
    update(world)
    update(world)


def fresh(staff: StaffMember) -> StaffMember:
    return StaffMember.objects.get(pk=staff.pk)


def members(world: World) -> set[str]:
    return set(
        CalendarLink.objects.filter(staff__left_at=None)
        .exclude(state="detached")
        .values_list("staff__email", flat=True)
    )


def test_exactly_the_members_of_the_group_sync(world: World) -> None:
    world.google.control("POST", "users", email=f"dave@{DOMAIN}")
    world.go_live()
    assert members(world) == {f"{name}@{DOMAIN}" for name in ("alice", "bob", "carol")}


def test_an_existing_staff_member_with_the_same_address_is_linked_and_not_doubled(world: World) -> None:
    world.company.alice.email = "Alice@Cedar.Example"
    world.company.alice.save(update_fields=["email"])
    world.go_live()
    assert StaffMember.objects.count() == 3
    assert fresh(world.company.alice).google_user_id


def test_somebody_new_in_the_group_becomes_a_staff_member(live: World) -> None:
    live.google.control("POST", "users", email=f"dave@{DOMAIN}", given_name="Dave", family_name="Dean")
    live.google.control("PUT", f"groups/{GROUP}/members/dave@{DOMAIN}")
    update(live)
    live.work()
    dave = StaffMember.objects.get(email=f"dave@{DOMAIN}")
    assert (dave.name, dave.appointment_taking, dave.user) == ("Dave Dean", True, None)
    assert live.link(dave).verified_at is not None


def test_without_a_group_everybody_takes_part_and_nobody_is_bookable_by_that(world: World) -> None:
    world.connect(group="")
    world.work()
    charlie = StaffMember.objects.get(email="charlie@small.example")
    assert (charlie.google_email, charlie.appointment_taking) == ("charlie@small.example", False)
    assert members(world) == {f"{name}@{DOMAIN}" for name in ("alice", "bob", "carol")}


def test_people_of_nested_groups_take_part(live: World) -> None:
    live.google.control("POST", "users", email=f"dave@{DOMAIN}")
    live.google.control("POST", "groups", email=f"inner@{DOMAIN}")
    live.google.control("PUT", f"groups/inner@{DOMAIN}/members/dave@{DOMAIN}")
    live.google.control("PUT", f"groups/{GROUP}/members/inner@{DOMAIN}", type="GROUP")
    update(live)
    assert f"dave@{DOMAIN}" in members(live)


@pytest.mark.parametrize("how", ["suspended", "archived", "deleted", "out of the group"])
def test_a_leaver_is_no_longer_bookable_and_nothing_of_theirs_is_deleted(live: World, how: str) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    live.person(alice).add(at(13), at(14))
    live.look(alice)
    match how:
        case "deleted":
            live.google.control("DELETE", f"users/{alice.email}")
        case "out of the group":
            live.google.control("DELETE", f"groups/{GROUP}/members/{alice.email}")
        case _:
            live.google.control("PATCH", f"users/{alice.email}", **{how: True})
    update_twice(live)
    live.work()
    assert fresh(alice).left_at is not None
    assert live.offered(alice) == set()
    assert at(10) in live.offered(live.company.bob)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED
    assert live.written(appointment).event_id == event_id
    assert len(live.busy(alice)) == 1


def test_a_leaver_is_no_longer_asked_for(live: World) -> None:
    live.google.control("DELETE", f"groups/{GROUP}/members/{live.company.alice.email}")
    update_twice(live)
    live.work()
    before = live.google.last_request()
    for _ in range(3):
        live.clock.advance(timedelta(minutes=11))
        live.sweep()
        live.work()
    live.look(live.company.alice)
    asked = {each["subject"] for each in live.google.requests(before)}
    assert f"bob@{DOMAIN}" in asked
    assert f"alice@{DOMAIN}" not in asked


def test_somebody_who_comes_back_is_read_before_they_are_offered(live: World) -> None:
    alice = live.company.alice
    live.google.control("DELETE", f"groups/{GROUP}/members/{alice.email}")
    update_twice(live)
    live.work()
    live.clock.advance(timedelta(hours=1))
    live.person(alice).add(at(10), at(11))
    live.google.control("PUT", f"groups/{GROUP}/members/{alice.email}")
    update(live)
    assert fresh(alice).left_at is None
    assert live.offered(alice) == set()
    live.work()
    assert at(10) not in live.offered(alice)
    assert at(11) in live.offered(alice)


def test_a_rename_follows_the_person(live: World) -> None:
    alice = live.company.alice
    appointment, event_id = live.booked(alice, at(10))
    live.google.switch(alias_subject=False)
    live.google.control("PATCH", f"users/{alice.email}", primaryEmail=f"ally@{DOMAIN}")
    update(live)
    live.work()
    assert fresh(alice).email == f"ally@{DOMAIN}"
    assert StaffMember.objects.count() == 3
    live.google.person(f"ally@{DOMAIN}").move(event_id, at(14), at(14, 30))
    live.look(alice)
    appointment.refresh_from_db()
    assert appointment.starts_at == at(14)


def test_two_people_who_swap_their_addresses_keep_their_own_calendars(live: World) -> None:
    alice, bob = live.company.alice, live.company.bob
    first, second = fresh(alice).google_user_id, fresh(bob).google_user_id
    live.google.control("PATCH", f"users/{first}", primaryEmail=f"spare@{DOMAIN}")
    free_alias(live, first, second)
    update(live)
    live.work()
    assert (fresh(alice).google_user_id, fresh(alice).email) == (first, f"bob@{DOMAIN}")
    assert (fresh(bob).google_user_id, fresh(bob).email) == (second, f"alice@{DOMAIN}")


def free_alias(world: World, first: str, second: str) -> None:
    """Let the two swap: an administrator takes the aliases away in between, for which the emulator has no page."""
    state = world.google.control("GET", "snapshot")
    for user in _users(state):
        if user["id"] == first:
            user["primary_email"], user["aliases"] = f"bob@{DOMAIN}", []
        elif user["id"] == second:
            user["primary_email"], user["aliases"] = f"alice@{DOMAIN}", []
    world.google.control("PUT", "snapshot", **state)


def _users(state: dict[str, object]) -> list[dict[str, object]]:
    directory = state["directory"]
    assert isinstance(directory, dict)
    users = directory["users"]
    return list(users.values()) if isinstance(users, dict) else list(users)


def test_an_address_that_passed_to_somebody_else_is_not_given_the_old_ones_diary(live: World) -> None:
    alice = live.company.alice
    live.booked(alice, at(10))
    live.google.control("DELETE", f"users/{alice.email}")
    live.google.control("POST", "users", email=f"newcomer@{DOMAIN}")
    newcomer = live.google.control("PATCH", f"users/newcomer@{DOMAIN}", primaryEmail=alice.email)
    live.google.control("PUT", f"groups/{GROUP}/members/{alice.email}")
    update_twice(live)
    live.work()
    assert live.connection.unlinked == [alice.email]
    assert fresh(alice).google_user_id != newcomer["id"]
    assert fresh(alice).left_at is not None
    assert live.offered(alice) == set()


def test_an_address_that_a_former_colleague_still_has_stops_no_one_elses_import(live: World) -> None:
    alice, bob = live.company.alice, live.company.bob
    live.google.control("DELETE", f"users/{alice.email}")
    live.google.control("PATCH", f"users/{bob.email}", primaryEmail=alice.email)
    live.google.control("POST", "users", email=f"dave@{DOMAIN}")
    live.google.control("PUT", f"groups/{GROUP}/members/dave@{DOMAIN}")
    update(live)
    assert live.connection.import_error == ""
    assert fresh(bob).email == f"bob@{DOMAIN}"
    assert f"dave@{DOMAIN}" in members(live)


FAILURES = [{"status": 503}, {"cut": True}, {"reason": "forbidden"}, {"reason": "notFound"}]


@pytest.mark.parametrize("rule", FAILURES, ids=["503", "cut", "forbidden", "not found"])
@pytest.mark.parametrize("method", ["directory.users.list", "directory.members.list"])
def test_a_listing_that_fails_changes_nothing(live: World, method: str, rule: dict[str, object]) -> None:
    before = live.connection.people_imported_at
    live.google.control("DELETE", f"groups/{GROUP}/members/{live.company.alice.email}")
    live.google.fault(method=method, **rule)
    update(live)
    assert len(members(live)) == 3
    assert live.connection.import_error
    assert live.connection.people_imported_at == before
    live.google.mend()
    update_twice(live)
    assert len(members(live)) == 2
    assert live.connection.import_error == ""


@pytest.mark.parametrize("seed", range(6))
def test_a_listing_that_fails_on_any_page_changes_nothing(live: World, seed: int) -> None:
    """Half of the calls fail; only an import whose calls were all answered lets anybody go."""
    live.google.switch(short_pages=True)
    live.google.control("DELETE", f"groups/{GROUP}/members/{live.company.alice.email}")
    update(live)
    before = live.google.last_request()
    live.google.fault(method="directory.*.list", status=503, probability=0.5, seed=seed)
    update(live)
    pages = [each for each in live.google.requests(before) if (each["google_method"] or "").startswith("directory")]
    answered = all(each["status"] == 200 for each in pages)
    assert (len(members(live)) == 2) is answered
    assert (live.connection.import_error == "") is answered


def test_an_empty_group_removes_nobody(live: World) -> None:
    for name in ("alice", "bob", "carol"):
        live.google.control("DELETE", f"groups/{GROUP}/members/{name}@{DOMAIN}")
    update_twice(live)
    assert len(members(live)) == 3
    assert "empty" in live.connection.import_error


def test_people_are_imported_on_a_schedule_and_not_twice_in_a_row(live: World) -> None:
    import_all(now=live.now)
    assert live.waiting("import_people") == 0
    live.clock.advance(timedelta(minutes=31))
    import_all(now=live.now)
    assert live.waiting("import_people") == 1


def test_a_first_import_that_failed_is_tried_again_soon_and_waits_only_once(live: World) -> None:
    import_first(now=live.now)
    assert live.waiting("import_people") == 0
    live.google.fault(method="directory.users.list", status=503)
    Connection.objects.update(people_imported_at=None)
    update(live)
    assert live.connection.import_error
    import_first(now=live.now)
    import_first(now=live.now)
    assert live.waiting("import_people") == 1
    live.google.mend()
    live.work()
    assert live.connection.people_imported_at is not None


def test_a_first_import_that_somebody_is_at_is_not_begun_again(live: World) -> None:
    Connection.objects.update(people_imported_at=None, leased_until=live.now + timedelta(minutes=5))
    import_first(now=live.now)
    assert live.waiting("import_people") == 0
    live.clock.advance(timedelta(minutes=6))
    import_first(now=live.now)
    assert live.waiting("import_people") == 1
