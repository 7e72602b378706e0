"""An ordinary desktop program signs in with Google's own library, unchanged, over real HTTP: RFC 8252."""

import json
import stat
import webbrowser
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport import urllib3 as google_urllib3
from google_auth_oauthlib import flow as oauthlib_flow

from tests.emulator.running import HTTP, running
from tests.emulator.world import CALENDAR_SCOPE

ALICE = "alice@small.example"
FLOW: Any = oauthlib_flow.InstalledAppFlow


@pytest.mark.slow
def test_a_desktop_program_signs_in_refreshes_and_is_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The library refuses plain HTTP unless it is told that this is a test.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    secrets = tmp_path / "client.json"
    with running(tmp_path, "--client-secrets-out", str(secrets)) as emulator:
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
        assert set(json.loads(secrets.read_text())) == {"installed"}
        flow = FLOW.from_client_secrets_file(str(secrets), [CALENDAR_SCOPE], autogenerate_code_verifier=True)
        flow.redirect_uri = "http://localhost:1/"
        address, state = flow.authorization_url()
        assert b"Choose an account" in HTTP.request("GET", address).data
        parts = urlsplit(address)
        form = f"{parts.query}&{urlencode({'user': ALICE})}"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        page = f"{parts.scheme}://{parts.netloc}{parts.path}"
        back = HTTP.request("POST", page, body=form, headers=headers, redirect=False).headers["location"]
        flow.fetch_token(authorization_response=back)
        held = flow.credentials
        assert back.startswith(f"http://localhost:1/?state={state}&")
        assert emulator.call("GET", "/calendar/v3/calendars/primary", held.token).json()["id"] == ALICE
        first = held.token
        held.refresh(_transport())
        assert held.token != first
        assert emulator.call("GET", "/calendar/v3/calendars/primary", held.token).status == 200
        HTTP.request("POST", f"{emulator.url}/revoke?{urlencode({'token': held.refresh_token})}")
        with pytest.raises(RefreshError, match="expired or revoked"):
            held.refresh(_transport())


@pytest.mark.slow
def test_the_librarys_own_loopback_server_gets_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8252, 7.3: whatever port the program found free."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    secrets = tmp_path / "client.json"
    with running(tmp_path, "--client-secrets-out", str(secrets)) as emulator:
        emulator.control("PATCH", "switches", {"consent_without_page": True})
        flow = FLOW.from_client_secrets_file(str(secrets), [CALENDAR_SCOPE])
        webbrowser.register("follower", None, _Follower())
        held = flow.run_local_server(
            port=0, browser="follower", login_hint=ALICE, authorization_prompt_message=None, timeout_seconds=20
        )
        assert emulator.call("GET", "/calendar/v3/calendars/primary", held.token).json()["id"] == ALICE


class _Follower(webbrowser.BaseBrowser):
    """Follows the address as a browser would: to the emulator, and from there back to the program."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        Thread(target=HTTP.request, args=("GET", url), kwargs={"redirect": True, "retries": 3}, daemon=True).start()
        return True


def _transport() -> Any:
    transport: Any = google_urllib3.Request
    return transport(HTTP)
