"""Exchanges are recorded where the environment says so, whoever started the program."""

import json
from pathlib import Path

import pytest

from tests.emulator.recorded import Recordings
from tests.emulator.running import running
from tests.emulator.world import meeting

ALICE = "alice@small.example"
EVENTS = "/calendar/v3/calendars/primary/events"

pytestmark = pytest.mark.slow


def test_a_program_records_what_it_is_asked_without_credentials(tmp_path: Path, recordings: Recordings) -> None:
    with running(tmp_path) as emulator:
        token = emulator.token(ALICE)
        emulator.call("POST", EVENTS, token, meeting("Größe"))
        (exchange,) = recordings.new()
        written = "".join(file.read_text() for file in recordings.folder.glob("*.jsonl"))
    assert (exchange.verb, exchange.target, exchange.status) == ("POST", f"{EVENTS}?", 200)
    assert json.loads(exchange.sent)["summary"] == json.loads(exchange.body)["summary"] == "Größe"
    assert token not in written


def test_an_exchange_that_google_would_not_know_fails_the_test_that_caused_it(tmp_path: Path) -> None:
    with running(tmp_path, "--record", str(tmp_path / "record")) as emulator:
        emulator.call("GET", f"{EVENTS}?maxResult=5", emulator.token(ALICE))
    with pytest.raises(AssertionError, match="maxResult: unknown"):
        Recordings(tmp_path / "record").nothing_breached()
