"""The event plan: what to do about every combination of what both copies said and say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.calendar.content import Content, Field, differing, same
from lockstep.calendar.event import AllDay, Timed, Transparency, Visibility, ZoneName
from lockstep.sync.plan import (
    Base,
    Conflict,
    Converge,
    DeleteLocal,
    DeleteRemote,
    Insert,
    Nothing,
    Plan,
    description_to_write,
    plan,
)

TEN = Timed(datetime(2026, 12, 1, 14, tzinfo=UTC), datetime(2026, 12, 1, 15, tzinfo=UTC), ZoneName("America/Halifax"))
NOON = Timed(datetime(2026, 12, 1, 16, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC), ZoneName("America/Halifax"))
OLD = Content(TEN, "Advice", "1 Cedar Street", "Bring papers", Visibility.PUBLIC)
OURS = replace(OLD, summary="Mortgage advice")
THEIRS = replace(OLD, when=NOON)
BASE = Base(OLD, OLD)

EXISTENCE: list[tuple[str, Base | None, Content | None, Content | None, Plan]] = [
    ("never was", None, None, None, Nothing()),
    ("gone on both sides", BASE, None, None, Nothing()),
    ("wanted for the first time", None, OLD, None, Insert()),
    ("not wanted, yet there", None, None, OLD, DeleteRemote()),
    ("no longer wanted", BASE, None, OLD, DeleteRemote()),
    ("no longer wanted, changed there", BASE, None, THEIRS, DeleteRemote()),
    ("deleted there", BASE, OLD, None, DeleteLocal()),
    ("deleted there, changed here", BASE, OURS, None, Conflict()),
    ("both agree", BASE, OLD, OLD, Nothing()),
    ("our insert whose answer was lost", None, OLD, OLD, Nothing()),
    (
        "our insert, changed there before we knew of it",
        None,
        OLD,
        THEIRS,
        Converge(frozenset({Field.WHEN}), frozenset(), frozenset()),
    ),
    ("changed here", BASE, OURS, OLD, Converge(frozenset(), frozenset({Field.SUMMARY}), frozenset())),
    ("changed there", BASE, OLD, THEIRS, Converge(frozenset({Field.WHEN}), frozenset(), frozenset())),
    (
        "changed on both sides in different fields",
        BASE,
        OURS,
        THEIRS,
        Converge(frozenset({Field.WHEN}), frozenset({Field.SUMMARY}), frozenset()),
    ),
    ("changed on both sides to the same", BASE, THEIRS, THEIRS, Nothing()),
]


@pytest.mark.parametrize(
    ("base", "local", "remote", "expected"), [row[1:] for row in EXISTENCE], ids=[row[0] for row in EXISTENCE]
)
def test_every_combination_has_its_plan(
    base: Base | None, local: Content | None, remote: Content | None, expected: Plan
) -> None:
    assert plan(base, local, remote) == expected


VALUES: dict[Field, tuple[Any, Any, Any]] = {
    Field.WHEN: (TEN, NOON, AllDay(date(2026, 12, 1), date(2026, 12, 2))),
    Field.SUMMARY: ("Advice", "Mortgage advice", "Lunch"),
    Field.LOCATION: ("1 Cedar Street", "", "2 Elm Street"),
    Field.DESCRIPTION: ("Bring papers", "Bring nothing", "See you"),
    Field.VISIBILITY: (Visibility.PUBLIC, Visibility.PRIVATE, Visibility.DEFAULT),
    Field.TRANSPARENCY: (Transparency.OPAQUE, Transparency.TRANSPARENT, Transparency.TRANSPARENT),
}


def content(field: Field, value: Any) -> Content:
    return replace(OLD, **{field.value: value})


@pytest.mark.parametrize("field", Field)
def test_a_field_changed_there_is_pulled(field: Field) -> None:
    old, new, _ = VALUES[field]
    assert plan(Base(content(field, old), content(field, old)), content(field, old), content(field, new)) == Converge(
        frozenset({field}), frozenset(), frozenset()
    )


@pytest.mark.parametrize("field", Field)
def test_a_field_changed_here_is_pushed(field: Field) -> None:
    old, new, _ = VALUES[field]
    assert plan(Base(content(field, old), content(field, old)), content(field, new), content(field, old)) == Converge(
        frozenset(), frozenset({field}), frozenset()
    )


@pytest.mark.parametrize("field", [field for field in Field if field is not Field.TRANSPARENCY])
def test_of_a_field_that_both_changed_ours_holds_and_theirs_is_reported(field: Field) -> None:
    old, here, there = VALUES[field]
    found = plan(Base(content(field, old), content(field, old)), content(field, here), content(field, there))
    assert found == Converge(frozenset(), frozenset({field}), frozenset({field}))


@pytest.mark.parametrize("field", Field)
def test_a_persons_version_that_was_accepted_stays_until_we_want_another(field: Field) -> None:
    ours, theirs, _ = VALUES[field]
    accepted = Base(content(field, ours), content(field, theirs))
    assert plan(accepted, content(field, ours), content(field, theirs)) == Nothing()


@pytest.mark.parametrize(
    "echo",
    [
        replace(OLD, description="Bring papers\r\n"),
        replace(OLD, summary=" Advice "),
        replace(OLD, when=replace(TEN, zone=ZoneName("Etc/GMT"))),
    ],
    ids=["line ends", "blanks", "another zone for the same instants"],
)
def test_our_own_write_coming_back_is_nothing_even_where_google_tidied_it(echo: Content) -> None:
    assert plan(BASE, OLD, echo) == Nothing()


def contents() -> st.SearchStrategy[Content]:
    return st.builds(Content, **{field.value: st.sampled_from(VALUES[field]) for field in Field})


@given(st.none() | st.builds(Base, contents(), contents()), contents(), contents())
def test_applying_a_plan_converges(base: Base | None, local: Content, remote: Content) -> None:
    """Whether Lockstep takes a pulled field over (a time) or accepts it as a person's (a title)."""
    found = plan(base, local, remote)
    assert isinstance(found, Nothing | Converge)
    if isinstance(found, Nothing):
        assert plan(Base(local, remote), local, remote) == Nothing()
        return
    pulled = replace(local, **{field.value: getattr(remote, field) for field in found.pull})
    pushed = replace(remote, **{field.value: getattr(local, field) for field in found.push})
    assert plan(Base(pulled, pushed), pulled, pushed) == Nothing()
    assert plan(Base(local, pushed), local, pushed) == Nothing()
    assert not differing(pulled, pushed) - differing(local, remote)


@given(st.builds(Base, contents(), contents()), contents(), contents())
def test_no_change_is_lost_silently(base: Base, local: Content, remote: Content) -> None:
    """Each field of each side is as it was agreed, the same on both, taken over, or reported as overwritten."""
    found = plan(base, local, remote)
    changes = found if isinstance(found, Converge) else Converge(frozenset(), frozenset(), frozenset())
    assert not changes.pull & changes.push
    assert changes.overwritten <= changes.push
    for field in Field:
        alike = same(field, local, remote)
        assert same(field, local, base.local) or alike or field in changes.push
        composed = field is Field.DESCRIPTION and base.local.description.strip() in remote.description
        assert same(field, remote, base.remote) or alike or composed or field in changes.pull | changes.overwritten


def test_text_that_a_person_wrote_around_ours_is_not_overwritten_by_our_new_text() -> None:
    """Both changed the description, and both find room in it."""
    theirs = replace(OLD, description=f"Hi\n{OLD.description}\nBye")
    found = plan(Base(OLD, OLD), replace(OLD, description="Bring nothing"), theirs)
    assert found == Converge(frozenset(), frozenset({Field.DESCRIPTION}), frozenset())


@given(contents(), contents())
def test_what_was_just_written_plans_to_nothing(before: Content, wanted: Content) -> None:
    assert plan(Base(wanted, wanted), wanted, wanted) == Nothing()
    assert plan(Base(before, before), wanted, wanted) == Nothing()


DESCRIPTIONS = [
    ("untouched", "Bring papers", "Bring papers", "Bring nothing", "Bring nothing"),
    ("text around ours stays", "Bring papers", "Hi\nBring papers\nBye", "Bring nothing", "Hi\nBring nothing\nBye"),
    ("ours was edited away", "Bring papers", "See you", "Bring nothing", "Bring nothing"),
    ("there was none of ours", "", "See you", "Bring papers", "Bring papers"),
    ("ours goes, theirs stays", "Bring papers", "Hi\nBring papers", "", "Hi\n"),
    ("line ends that Google changed", "One\nTwo", "Hi\r\nOne\r\nTwo", "Three", "Hi\nThree"),
]


@pytest.mark.parametrize(
    ("old", "shown", "new", "written"), [row[1:] for row in DESCRIPTIONS], ids=[row[0] for row in DESCRIPTIONS]
)
def test_our_description_is_replaced_within_what_people_wrote_around_it(
    old: str, shown: str, new: str, written: str
) -> None:
    base = Base(replace(OLD, description=old), replace(OLD, description=shown))
    assert description_to_write(base, replace(OLD, description=new), base.remote) == written
