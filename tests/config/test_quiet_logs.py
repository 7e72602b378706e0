"""What must never stand in a log."""

from __future__ import annotations

import logging

import pytest

from lockstep.config.quiet_logs import WithoutKeys


@pytest.mark.parametrize(
    ("message", "arguments"),
    [("Internal Server Error: %s", ("/appointment/abc:secret/cancel/",)), ("GET /appointment/abc:secret/ 500", ())],
    ids=["as an argument", "in the text"],
)
def test_the_key_of_an_appointments_link_is_not_logged(message: str, arguments: tuple[str, ...]) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, arguments, None)
    WithoutKeys().filter(record)
    assert "secret" not in record.getMessage()
    assert "/appointment/…" in record.getMessage()


def test_other_messages_are_left_as_they_are() -> None:
    record = logging.LogRecord("lockstep", logging.INFO, "", 0, "calendar %s: %s tries", (7, 2), None)
    WithoutKeys().filter(record)
    assert record.getMessage() == "calendar 7: 2 tries"
