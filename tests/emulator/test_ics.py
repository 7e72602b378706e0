"""Import of .ics files: reading alone, and through a running emulator."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.running import Running, command, running
from workspace_emulator.ics.reading import read

BERLIN = "Europe/Berlin"
BOB = "bob@small.example"


def file_with(*events: str, zones: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{zones}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


CUSTOM_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def start_of(event: str, zones: str = "") -> Any:
    (body,) = read(file_with(event, zones=zones), "America/New_York", {BOB}).events
    return body["start"], body["end"]


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        pytest.param(
            "UID:a\nDTSTART:20261124T100000\nDTEND:20261124T110000",
            {"dateTime": "2026-11-24T10:00:00", "timeZone": "America/New_York"},
            {"dateTime": "2026-11-24T11:00:00", "timeZone": "America/New_York"},
            id="floating times are the calendar's",
        ),
        pytest.param(
            "UID:a\nDTSTART:20261124T100000Z\nDURATION:PT90M",
            {"dateTime": "2026-11-24T10:00:00Z", "timeZone": "UTC"},
            {"dateTime": "2026-11-24T11:30:00Z", "timeZone": "UTC"},
            id="UTC and a duration",
        ),
        pytest.param(
            "UID:a\nDTSTART;VALUE=DATE:20261124", {"date": "2026-11-24"}, {"date": "2026-11-25"}, id="a day lasts a day"
        ),
        *(
            pytest.param(
                f"UID:a\nDTSTART;TZID={name}:20261124T100000\nDTEND;TZID={name}:20261124T110000",
                {"dateTime": "2026-11-24T10:00:00", "timeZone": BERLIN},
                {"dateTime": "2026-11-24T11:00:00", "timeZone": BERLIN},
                id=name,
            )
            for name in ("Europe/Berlin", "W. Europe Standard Time", "Customized Time Zone")
        ),
    ],
)
def test_times_get_iana_zones(event: str, start: Any, end: Any) -> None:
    assert start_of(event, CUSTOM_ZONE) == (start, end)


def test_an_until_in_local_time_becomes_utc_and_exclusions_keep_their_zone() -> None:
    event = (
        "UID:a\nDTSTART;TZID=Europe/Berlin:20261124T100000\nDTEND;TZID=Europe/Berlin:20261124T110000\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20261224T100000\nEXDATE;TZID=Europe/Berlin:20261201T100000"
    )
    (body,) = read(file_with(event), BERLIN, {BOB}).events
    assert body["recurrence"] == [
        "RRULE:FREQ=WEEKLY;UNTIL=20261224T090000Z",
        "EXDATE;TZID=Europe/Berlin:20261201T100000",
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("UID:a\nSUMMARY:Secret", "it has no start"),
        ("UID:a\nDTSTART:20261124T100000Z\nSTATUS:CANCELLED", "it is cancelled"),
        ("UID:a\nDTSTART;TZID=Nowhere/Land:20261124T100000", "its time zone 'Nowhere/Land' is unknown"),
        ("UID:a\nDTSTART:20261124T100000Z\nRRULE:FREQ=NOPE", "its RRULE cannot be read"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_reason_but_without_its_title(event: str, reason: str) -> None:
    contents = read(file_with(event), BERLIN, {BOB})
    assert contents.events == []
    assert reason in contents.skipped[0]
    assert "Secret" not in contents.skipped[0]


def test_people_are_kept_only_where_the_owner_is_one_of_them() -> None:
    people = "ORGANIZER:mailto:x@y.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@small.example"
    mine = f"UID:a\nDTSTART:20261124T100000Z\n{people}"
    others = mine.replace("bob@small.example", "carl@y.example")
    first, second = read(file_with(mine, others), BERLIN, {BOB}).events
    assert first["organizer"] == {"email": "x@y.example"}
    assert first["attendees"] == [{"email": BOB, "responseStatus": "accepted"}]
    assert "organizer" not in second


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("emulator")) as started:
        yield started


def imported(emulator: Running, file: Path, user: str = BOB) -> "subprocess.CompletedProcess[str]":
    line = command("import", "--url", emulator.url, "--user", user, str(file))
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_with_series_exceptions_and_trouble_is_taken_as_far_as_it_goes(
    emulator: Running, tmp_path: Path
) -> None:
    series = (
        "UID:s\nSUMMARY:Weekly\nDTSTART;TZID=Europe/Berlin:20261103T100000\nDTEND;TZID=Europe/Berlin:20261103T110000\n"
        "RRULE:FREQ=WEEKLY;COUNT=5"
    )
    moved = (
        "UID:s\nSUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Berlin:20261110T100000\n"
        "DTSTART;TZID=Europe/Berlin:20261111T150000\nDTEND;TZID=Europe/Berlin:20261111T160000"
    )
    cancelled = "UID:s\nRECURRENCE-ID:20261117T090000Z\nDTSTART:20261117T090000Z\nSTATUS:CANCELLED"
    lost = "UID:s\nRECURRENCE-ID:20261118T090000Z\nDTSTART:20261118T090000Z"
    single = "UID:single\nSUMMARY:All day\nDTSTART;VALUE=DATE:20261105\nTRANSP:TRANSPARENT"
    broken = "UID:broken\nSUMMARY:Secret"
    file = tmp_path / "export.ics"
    file.write_bytes(file_with(moved, series, cancelled, lost, single, broken))
    done = imported(emulator, file)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["Taken: 2 events (1 of them series) and 2 changed instances.", "Not taken: 2."]
    assert any("no instance at that time" in line for line in lines)
    token = emulator.token(BOB)
    path = "/calendar/v3/calendars/primary/events?singleEvents=true&orderBy=startTime&timeMin=2026-11-01T00:00:00Z"
    items = emulator.call("GET", f"{path}&timeMax=2026-12-05T00:00:00Z", token).json()["items"]
    found = [(item["summary"], item["start"].get("date") or item["start"]["dateTime"][:16]) for item in items]
    assert [row for row in found if row[0] in {"Weekly", "Moved", "All day"}] == [
        ("Weekly", "2026-11-03T09:00"),
        ("All day", "2026-11-05"),
        ("Moved", "2026-11-11T14:00"),
        ("Weekly", "2026-11-24T09:00"),
        ("Weekly", "2026-12-01T09:00"),
    ]
    again = imported(emulator, file)
    assert again.stdout.splitlines()[0] == lines[0]


def test_trouble_with_the_import_is_told_in_one_sentence(emulator: Running, tmp_path: Path) -> None:
    missing = imported(emulator, tmp_path / "none.ics")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    text = tmp_path / "text.ics"
    text.write_text("hello")
    assert "is not an iCalendar file" in imported(emulator, text).stderr
    file = tmp_path / "empty.ics"
    file.write_bytes(file_with())
    assert (
        "has no user nobody@small.example; there are alice@" in imported(emulator, file, "nobody@small.example").stderr
    )
    line = command("import", "--url", "http://127.0.0.1:9", "--user", BOB, str(file))
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert "No emulator answers at http://127.0.0.1:9" in done.stderr
