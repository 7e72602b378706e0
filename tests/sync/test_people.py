"""What a complete listing means: joining, following, leaving after two lists, and the brake."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lockstep.sync.people import Gone, Known, Listed, Listing, Standing, plan_people, standing_of

BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)
EARLIER = BEGAN - timedelta(minutes=2)
ALICE = Listed("g-alice", "alice@cedar.example", "Alice")
BOB = Listed("g-bob", "bob@cedar.example", "Bob")


def known(person: int, listed: Listed, **changes: object) -> Known:
    return replace(
        Known(person, listed.email, listed.google_id, listed.email),
        **changes,  # type: ignore[arg-type]
    )


def many(count: int) -> list[Listed]:
    return [Listed(f"g{n}", f"p{n}@cedar.example", f"P{n}") for n in range(count)]


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ({}, Standing.SYNCS),
        ({"email": "ALICE@cedar.example"}, Standing.SYNCS),
        ({"email": "alice@home.example"}, Standing.MISMATCHED),
        ({"google_email": ""}, Standing.SYNCS),
        ({"appointment_taking": False, "email": "alice@home.example"}, Standing.NOT_TAKING),
        ({"enabled": False}, Standing.SYNCS),
        ({"enabled": False, "manual": True}, Standing.SWITCHED_OFF),
        ({"left": True, "enabled": False, "manual": True}, Standing.LEFT),
    ],
    ids=["all well", "in capitals", "edited", "never listed", "not taking", "toggle unused", "switched off", "left"],
)
def test_the_strongest_reason_decides_where_somebody_stands(facts: dict[str, object], stands: Standing) -> None:
    everything: dict[str, object] = {
        "left": False,
        "enabled": True,
        "manual": False,
        "appointment_taking": True,
        "email": ALICE.email,
        "google_email": ALICE.email,
    }
    assert standing_of(**(everything | facts)) is stands  # type: ignore[arg-type]


def test_somebody_nobody_knows_joins() -> None:
    plan = plan_people(Listing((ALICE, BOB)), [known(1, ALICE)], began=BEGAN)
    assert plan.joins == (BOB,)


def test_the_same_address_is_the_same_person_once() -> None:
    (follow,) = plan_people(Listing((ALICE,)), [Known(1, "Alice@Cedar.example")], began=BEGAN).follows
    assert (follow.person, follow.google_id, follow.email) == (1, "g-alice", "alice@cedar.example")


def test_an_alias_is_the_same_person_mismatched() -> None:
    listed = replace(ALICE, aliases=frozenset({"al@cedar.example"}))
    (follow,) = plan_people(Listing((listed,)), [Known(1, "al@cedar.example")], began=BEGAN).follows
    assert (follow.email, follow.google_email) == ("al@cedar.example", "alice@cedar.example")


def test_a_rename_is_followed() -> None:
    renamed = replace(ALICE, email="ally@cedar.example")
    (follow,) = plan_people(Listing((renamed,)), [known(1, ALICE)], began=BEGAN).follows
    assert (follow.email, follow.google_email) == ("ally@cedar.example", "ally@cedar.example")


def test_an_address_edited_in_lockstep_is_not_overwritten() -> None:
    edited = known(1, ALICE, email="alice@home.example")
    (follow,) = plan_people(Listing((replace(ALICE, email="ally@cedar.example"),)), [edited], began=BEGAN).follows
    assert (follow.email, follow.google_email) == ("alice@home.example", "ally@cedar.example")


def test_two_who_swap_their_addresses_follow_both() -> None:
    swapped = (replace(ALICE, email=BOB.email), replace(BOB, email=ALICE.email))
    plan = plan_people(Listing(swapped), [known(1, ALICE), known(2, BOB)], began=BEGAN)
    assert {each.person: each.email for each in plan.follows} == {1: BOB.email, 2: ALICE.email}


def test_an_address_that_a_colleague_keeps_is_not_taken_and_neither_is_what_waits_for_it() -> None:
    """Alice wishes for Carol's, whom nobody lists; Bob wishes for Alice's, which she therefore keeps."""
    carol = Known(3, "carol@cedar.example")
    listing = Listing((replace(ALICE, email=carol.email), replace(BOB, email=ALICE.email)))
    plan = plan_people(listing, [known(1, ALICE), known(2, BOB), replace(carol, google_id="g-carol")], began=BEGAN)
    assert {each.person: each.email for each in plan.follows} == {1: ALICE.email, 2: BOB.email}


def test_an_address_that_passed_to_somebody_else_links_nobody() -> None:
    newcomer = Listed("g-new", ALICE.email, "Another Alice")
    plan = plan_people(Listing((newcomer,)), [known(1, ALICE)], began=BEGAN)
    assert (plan.joins, plan.follows, plan.unlinked) == ((), (), (ALICE.email,))


@pytest.mark.parametrize(
    ("missing_since", "leaves"),
    [(None, False), (EARLIER, True), (BEGAN, False), (BEGAN + timedelta(seconds=3), False)],
    ids=["first list", "second list", "the same moment", "a list that began before the first ended"],
)
def test_only_two_lists_one_after_the_other_let_somebody_go(missing_since: datetime | None, *, leaves: bool) -> None:
    people = [known(1, ALICE), known(2, BOB, missing_since=missing_since)]
    plan = plan_people(Listing((ALICE,)), people, began=BEGAN)
    assert (set(plan.leaves), set(plan.missing)) == (({2}, set()) if leaves else (set(), {2}))


@pytest.mark.parametrize(
    ("listing", "why"),
    [
        (Listing((ALICE,), suspended=frozenset({"g-bob"})), Gone.SUSPENDED),
        (Listing((ALICE,), archived=frozenset({"g-bob"})), Gone.ARCHIVED),
        (Listing((ALICE,), outside=frozenset({"g-bob"})), Gone.NOT_A_MEMBER),
        (Listing((ALICE,)), Gone.DELETED),
    ],
    ids=lambda value: value.value if isinstance(value, Gone) else "",
)
def test_why_somebody_lacks_is_known(listing: Listing, why: Gone) -> None:
    assert plan_people(listing, [known(1, ALICE), known(2, BOB)], began=BEGAN).missing == {2: why}


def test_an_empty_list_lets_nobody_go() -> None:
    plan = plan_people(Listing(()), [known(1, ALICE, missing_since=EARLIER)], began=BEGAN)
    assert (plan.missing, plan.leaves, plan.held) == ({}, {}, 0)


def test_somebody_who_never_took_part_cannot_leave() -> None:
    plan = plan_people(Listing((ALICE,)), [known(1, ALICE), Known(2, "temp@cedar.example")], began=BEGAN)
    assert not plan.missing


def test_who_comes_back_is_said_to_have_returned() -> None:
    (follow,) = plan_people(Listing((ALICE,)), [known(1, ALICE, left=True)], began=BEGAN).follows
    assert follow.returned


@pytest.mark.parametrize(
    ("here", "gone", "held"), [(3, 2, 0), (8, 2, 0), (12, 3, 0), (11, 3, 3), (1000, 250, 0), (1000, 251, 251)]
)
def test_a_list_without_a_large_share_is_held(here: int, gone: int, held: int) -> None:
    people = many(here)
    before = [known(n, each, missing_since=EARLIER) for n, each in enumerate(people)]
    plan = plan_people(Listing(tuple(people[gone:])), before, began=BEGAN)
    assert (plan.held, len(plan.leaves)) == (held, 0 if held else gone)
