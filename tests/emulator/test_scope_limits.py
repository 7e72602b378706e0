"""Scopes that reach only some calendars or only times: the discovery document's words on scopes; FACTS.md, C."""

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.world import ALICE, BOB, NOW, Person, World, account, meeting
from workspace_emulator.state.credentials import Grant

PREFIX = "https://www.googleapis.com/auth/calendar"
CALENDARS = "/calendar/v3/calendars"


def limited(world: World, email: str, *scopes: str, client_id: str | None = None) -> Person:
    """A person whose token has these scopes alone."""
    user = world.core.workspace.directory.user(email)
    assert user is not None
    token = f"token-{email}-{'-'.join(scopes)}"
    wanted = frozenset(f"{PREFIX}.{scope}" for scope in scopes)
    grant = Grant(user.id, client_id or account().client_id, wanted, NOW + timedelta(hours=1))
    world.core.workspace.credentials.issue(token, grant, NOW)
    return Person(world, token)


def team(person: Person) -> str:
    return str(person.call("POST", CALENDARS, {"summary": "Team"}).json["id"])


def rows(person: Person, calendar: str) -> list[Any]:
    return list(person.events(calendar).json["items"])


@pytest.fixture
def event(world: World, alice: Person) -> Any:
    world.control("PUT", f"calendars/{ALICE}/roles/{BOB}", {"role": "writer"})
    return alice.made(meeting("Open", visibility="public", attendees=[{"email": BOB}]))


def test_availability_alone_shows_times_alone(world: World, event: Any) -> None:
    (row,) = rows(limited(world, BOB, "events.freebusy"), ALICE)
    assert (row["id"], "summary" in row) == (event["id"], False)


def test_availability_alone_writes_nothing(world: World, event: Any) -> None:
    person = limited(world, BOB, "events.freebusy", "events.owned")
    assert person.insert(meeting(), ALICE).reason == "insufficientPermissions"


@pytest.mark.parametrize("scope", ["events.owned", "events.owned.readonly"])
def test_owned_calendars_are_the_persons_own(world: World, event: Any, scope: str) -> None:
    person = limited(world, BOB, scope)
    assert person.events().status == 200
    assert person.events(ALICE).reason == "insufficientPermissions"


def test_reading_everywhere_and_writing_the_own_are_kept_apart(world: World, event: Any) -> None:
    person = limited(world, BOB, "events.readonly", "events.owned")
    assert rows(person, ALICE)[0]["summary"] == "Open"
    assert person.insert(meeting(), ALICE).reason == "insufficientPermissions"
    assert person.insert(meeting()).status == 200


def test_public_calendars_are_those_shared_with_everybody(world: World, alice: Person, event: Any) -> None:
    person = limited(world, BOB, "events.public.readonly")
    assert person.events(ALICE).reason == "insufficientPermissions"
    alice.call("POST", f"{CALENDARS}/primary/acl", {"role": "reader", "scope": {"type": "default"}})
    assert rows(person, ALICE)[0]["summary"] == "Open"


def test_an_application_reaches_the_calendars_that_it_made(world: World, alice: Person) -> None:
    person = limited(world, ALICE, "app.created", client_id="1")
    mine, others = team(person), team(alice)
    assert person.insert(meeting(), mine).status == 200
    assert person.events(others).reason == "insufficientPermissions"
    assert person.call("PATCH", f"{CALENDARS}/{mine}", {"summary": "New"}).json["summary"] == "New"
    assert person.call("DELETE", f"{CALENDARS}/{others}").reason == "insufficientPermissions"
