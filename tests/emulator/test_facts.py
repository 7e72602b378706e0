"""FACTS.md leads from each section of Google's facts to the tests that show it."""

import pytest

from tests.emulator import facts


def test_every_section_has_a_test() -> None:
    assert facts.missing() == []


@pytest.mark.parametrize("each", facts.shown(), ids=lambda each: f"{each.module}-{each.name}")
def test_a_test_shows_sections_that_there_are(each: facts.Shown) -> None:
    assert set(each.sections) <= set(facts.TITLES)


def test_the_page_is_as_the_tests_are() -> None:
    again = "Run: python -m tests.emulator.facts > tests/emulator/FACTS.md"
    assert facts.PAGE.read_text() == facts.page(), again
