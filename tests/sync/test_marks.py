"""Marks and the ids derived from them."""

from __future__ import annotations

import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.sync.marks import PROPERTY, Mark, event_id, mark_of

INSTALLATION = UUID("5b2a4b39-3f7a-4b61-9c4e-0d8f2f6f5a10")
SUBJECT = UUID("0c0ffee0-0000-4000-8000-000000000001")
MARK = Mark(INSTALLATION, "production", SUBJECT, 0)

marks = st.builds(Mark, st.uuids(), st.sampled_from(["demo", "production"]), st.uuids(), st.integers(0, 10**6))


@given(marks)
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert mark_of(mark.properties()) == mark


@given(marks)
def test_a_mark_fits_into_a_private_property(mark: Mark) -> None:
    """Source: keys over 44 characters are dropped and values over 1024 cut, both without a word."""
    ((key, value),) = mark.properties().items()
    assert len(key) <= 44
    assert len(value) <= 1024


@pytest.mark.parametrize(
    "value", ["", "a.b.c.d", "....", MARK.properties()[PROPERTY] + ".x", MARK.properties()[PROPERTY] + "x", "x" * 1024]
)
def test_what_is_no_mark_is_nobodys(value: str) -> None:
    assert mark_of({PROPERTY: value}) is None
    assert mark_of({"somebody": value}) is None


@given(marks, st.text(string.digits, min_size=1, max_size=21))
def test_an_id_is_one_that_google_takes(mark: Mark, calendar: str) -> None:
    """Source: client ids are 5 to 1024 characters of base32hex, 0-9 and a-v."""
    found = event_id(mark, calendar)
    assert 5 <= len(found) <= 1024
    assert set(found) <= set("0123456789abcdefghijklmnopqrstuv")


def test_an_id_is_the_same_for_ever() -> None:
    """A changed derivation would make a second event of every event that is there."""
    assert event_id(MARK, "108765432109876543210") == "dumrr2854hitg1crlm65hqp0hkadg5stjpjq6ek1"


@pytest.mark.parametrize(
    ("mark", "calendar"),
    [
        (Mark(SUBJECT, "production", SUBJECT, 0), "1"),
        (Mark(INSTALLATION, "production", INSTALLATION, 0), "1"),
        (Mark(INSTALLATION, "production", SUBJECT, 1), "1"),
        (MARK, "2"),
    ],
    ids=["installation", "subject", "generation", "calendar"],
)
def test_an_id_depends_on_everything_that_it_stands_for(mark: Mark, calendar: str) -> None:
    assert event_id(mark, calendar) != event_id(MARK, "1")
