"""The emulator as a program, over real HTTP, with Google's own clients."""

import json
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport import urllib3 as google_urllib3
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from tests.emulator.running import HTTP, Running, command, receiver, running
from tests.emulator.schemas import discovery
from tests.emulator.world import CALENDAR_SCOPE, meeting

pytestmark = pytest.mark.slow  # the real program is started for each

ALICE, BOB = "alice@small.example", "bob@small.example"
USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("emulator")) as started:
        yield started


# google-auth publishes no types for these.
CREDENTIALS: Any = service_account.Credentials
TRANSPORT: Any = google_urllib3.Request


def credentials(emulator: Running, subject: str, *scopes: str) -> Any:
    return CREDENTIALS.from_service_account_file(
        emulator.ready["service_account"], scopes=list(scopes), subject=subject
    )


def service(emulator: Running, name: str, subject: str, *scopes: str) -> Any:
    document = discovery(name) | {"rootUrl": emulator.url + "/"}
    return build_from_document(document, credentials=credentials(emulator, subject, *scopes))


def test_one_line_tells_where_everything_is(emulator: Running) -> None:
    assert {"url", "service_account", "client_id", "users", "groups", "admin_url", "seed"} <= set(emulator.ready)
    key = Path(emulator.ready["service_account"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert json.loads(key.read_text())["token_uri"] == emulator.url + "/token"


def test_google_auth_gets_a_token_through_the_key_file(emulator: Running) -> None:
    held = credentials(emulator, ALICE, CALENDAR_SCOPE)
    held.refresh(TRANSPORT(HTTP))
    assert emulator.call("GET", "/calendar/v3/calendars/primary", held.token).status == 200


def test_googles_python_client_reads_and_writes_events(emulator: Running) -> None:
    events = service(emulator, "calendar.v3.json", BOB, CALENDAR_SCOPE).events()
    made = events.insert(calendarId="primary", body=meeting("By Google's client")).execute()
    found = events.list(calendarId="primary", q="Google's").execute()
    assert [item["id"] for item in found["items"]] == [made["id"]]
    assert events.delete(calendarId="primary", eventId=made["id"]).execute() == ""
    with pytest.raises(HttpError, match="Resource has been deleted"):
        events.delete(calendarId="primary", eventId=made["id"]).execute()


def test_googles_python_client_sends_a_batch(emulator: Running) -> None:
    calendar = service(emulator, "calendar.v3.json", BOB, CALENDAR_SCOPE)
    answers: dict[str, Any] = {}
    batch = calendar.new_batch_http_request(callback=lambda key, value, error: answers.update({key: value or error}))
    for number in range(3):
        batch.add(calendar.events().insert(calendarId="primary", body=meeting(str(number))), request_id=str(number))
    batch.add(calendar.events().get(calendarId="primary", eventId="none"), request_id="none")
    batch.execute()
    assert [answers[str(number)]["summary"] for number in range(3)] == ["0", "1", "2"]
    assert isinstance(answers["none"], HttpError)


def test_googles_python_client_reads_the_directory(emulator: Running) -> None:
    users = service(emulator, "admin.directory_v1.json", ALICE, USERS).users()
    listed = users.list(customer="my_customer", maxResults=2).execute()
    assert [user["primaryEmail"] for user in listed["users"]] == [ALICE, BOB]


@pytest.mark.parametrize("fault", [{"status": 503, "text": True}, {"reason": "internal_failure"}, {"status": 429}])
def test_google_auth_tries_a_token_exchange_again_when_told_to(emulator: Running, fault: Any) -> None:
    """A.3"""
    emulator.control("POST", "faults", {"method": "oauth.token", "count": 1, **fault})
    assert service(emulator, "calendar.v3.json", BOB, CALENDAR_SCOPE).calendars().get(calendarId="primary").execute()


def test_google_auth_gives_up_a_token_that_is_refused_for_good(emulator: Running) -> None:
    """A.3"""
    emulator.control("POST", "faults", {"method": "oauth.token", "count": 1, "reason": "access_denied"})
    with pytest.raises(RefreshError, match="access_denied"):
        service(emulator, "calendar.v3.json", BOB, CALENDAR_SCOPE).calendars().get(calendarId="primary").execute()


@pytest.mark.parametrize(
    ("fault", "is_tried_again"),
    [
        ({"reason": "rateLimitExceeded"}, True),
        ({"reason": "userRateLimitExceeded"}, True),
        ({"reason": "rateLimitExceeded", "status": 429}, True),
        ({"reason": "backendError", "status": 503}, True),
        ({"reason": "quotaExceeded"}, False),
        ({"reason": "conditionNotMet"}, False),
    ],
    ids=["403 of the project", "403 of the user", "429", "503", "usage limits", "precondition"],
)
def test_googles_python_client_tells_passing_errors_from_others(
    emulator: Running, fault: Any, is_tried_again: bool
) -> None:
    """G.3"""
    events = service(emulator, "calendar.v3.json", BOB, CALENDAR_SCOPE).events()
    emulator.control("POST", "faults", {"method": "calendar.events.list", "count": 1, **fault})
    with nullcontext() if is_tried_again else pytest.raises(HttpError):
        events.list(calendarId="primary").execute(num_retries=1)
    emulator.control("DELETE", "faults")


def test_a_push_message_arrives_within_a_few_milliseconds(emulator: Running) -> None:
    """F.3"""
    token = emulator.token(ALICE)
    with receiver([]) as (address, messages):
        body = {"id": "quick", "type": "web_hook", "address": address, "token": "t"}
        assert emulator.call("POST", "/calendar/v3/calendars/primary/events/watch", token, body).status == 200
        first = messages.get(timeout=5)
        delays = []
        for _ in range(10):
            asked = monotonic()
            emulator.call("POST", "/calendar/v3/calendars/primary/events", token, meeting())
            delays.append(messages.get(timeout=5).at - asked)
    assert (first.headers["x-goog-resource-state"], first.headers["x-goog-message-number"]) == ("sync", "1")
    assert (first.body, first.headers["content-length"]) == (b"", "0")
    assert sorted(delays)[5] < 0.05


def test_a_push_message_is_sent_again_after_a_503_and_not_after_a_404(emulator: Running) -> None:
    """F.3"""
    token = emulator.token(BOB)
    with receiver([200, 503, 200, 404]) as (address, messages):
        body = {"id": "stubborn", "type": "web_hook", "address": address}
        emulator.call("POST", "/calendar/v3/calendars/primary/events/watch", token, body)
        messages.get(timeout=5)
        emulator.call("POST", "/calendar/v3/calendars/primary/events", token, meeting())
        again = [messages.get(timeout=5).headers["x-goog-message-number"] for _ in range(2)]
        emulator.call("POST", "/calendar/v3/calendars/primary/events", token, meeting())
        messages.get(timeout=5)
        sleep(1.2)
        assert messages.empty()
    assert again[0] == again[1]


def test_a_cut_connection_gives_no_answer(emulator: Running) -> None:
    token = emulator.token(ALICE)
    fault = {"method": "calendar.events.insert", "cut": True, "when": "after", "count": 1}
    emulator.control("POST", "faults", fault)
    with pytest.raises(Exception, match=r"(?i)closed|reset|aborted"):
        emulator.call("POST", "/calendar/v3/calendars/primary/events", token, meeting(id="cut0000001"))
    assert emulator.call("GET", "/calendar/v3/calendars/primary/events/cut0000001", token).status == 200


def test_a_slow_answer_delays_nobody_else(emulator: Running) -> None:
    emulator.control("POST", "faults", {"method": "calendar.events.list", "delay_seconds": 0.4, "count": 1})
    token = emulator.token(ALICE)
    begun = monotonic()
    assert emulator.call("GET", "/calendar/v3/calendars/primary/events", token).status == 200
    assert monotonic() - begun >= 0.4


def test_calendar_ids_may_be_percent_encoded(emulator: Running) -> None:
    token = emulator.token(ALICE)
    assert emulator.call("GET", "/calendar/v3/calendars/alice%40small.example/events", token).status == 200


def test_a_restart_goes_on_with_key_tokens_and_data(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running(tmp_path, "--state", str(state)) as first:
        key = json.loads((tmp_path / "key.json").read_text())["private_key"]
        token = first.token(ALICE)
        made = first.call("POST", "/calendar/v3/calendars/primary/events", token, meeting()).json()
        sync = first.call("GET", "/calendar/v3/calendars/primary/events", token).json()["nextSyncToken"]
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    with running(tmp_path, "--state", str(state)) as second:
        assert json.loads((tmp_path / "key.json").read_text())["private_key"] == key
        path = "/calendar/v3/calendars/primary/events"
        assert second.call("GET", f"{path}/{made['id']}", token).json()["etag"] == made["etag"]
        assert second.call("GET", f"{path}?syncToken={sync}", token).json()["items"] == []


def test_the_state_is_written_soon_after_a_change(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running(tmp_path, "--state", str(state)) as started:
        started.call("POST", "/calendar/v3/calendars/primary/events", started.token(ALICE), meeting(id="soon000001"))
        deadline = monotonic() + 5
        while "soon000001" not in state.read_text() and monotonic() < deadline:
            sleep(0.05)
        assert "soon000001" in state.read_text()


def test_a_public_address_is_told_and_written_into_the_key_file(tmp_path: Path) -> None:
    with running(tmp_path, "--public-url", "http://workspace:8090/") as started:
        assert started.ready["url"] == "http://workspace:8090"
        assert json.loads((tmp_path / "key.json").read_text())["token_uri"] == "http://workspace:8090/token"


def failed(*arguments: str) -> str:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_a_taken_port_is_named_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failed("serve", "--port", str(port), "--service-account-out", str(tmp_path / "key.json"))
    assert said == (
        f"workspace-emulator: Port {port} on 127.0.0.1 is taken by another program; "
        "stop it, or give --port another number.\n"
    )


def test_an_unknown_seed_lists_the_known_ones(tmp_path: Path) -> None:
    said = failed("serve", "--port", "0", "--seed", "nope", "--service-account-out", str(tmp_path / "key.json"))
    assert said.startswith("workspace-emulator: No seed is called 'nope'. There are: ")
    assert "small" in said


def test_an_unreadable_state_file_is_named(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("{")
    said = failed("serve", "--port", "0", "--state", str(state), "--service-account-out", str(tmp_path / "key.json"))
    assert said.count("\n") == 1
    assert str(state) in said
