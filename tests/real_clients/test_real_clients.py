"""Google's own and other people's clients do their daily work, through TLS and a proxy, without a change."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from tests.real_clients.conftest import ALICE, BOB, PROGRAMS, Google

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def test_googles_python_client_works_with_delegation_and_batches(google: Google) -> None:
    """A.1, C.1, C.2, C.4, G.5, G.6"""
    told = google.told_by("official_client.py", str(google.key_file), ALICE, ALICE)
    assert told["instances"] == ["2026-10-19T09:00:00+01:00", "2026-10-26T09:00:00Z", "2026-11-02T09:00:00Z"]
    days = {f"day{number}": f"Day {number}" for number in range(60)}
    assert told["batch"] == days | {"missing": 404, "calendar": ALICE}
    assert told["long"] == []
    assert told["listed"] >= 61
    assert told["changes"] == [[True, "cancelled"]]
    assert told["refusal"] == [404, "Not Found"]
    assert told["undelegated"] == "RefreshError"
    assert {ALICE, BOB} <= set(told["people"])
    assert google.proxy.refused == set()
    hosts = {"oauth2.googleapis.com:443", "www.googleapis.com:443", "admin.googleapis.com:443"}
    assert hosts == google.proxy.reached


def test_gcsa_keeps_a_calendar(google: Google) -> None:
    """C.1, C.4, C.7, D"""
    told = google.told_by("gcsa_client.py", str(google.key_file), BOB)
    assert told["lunch"][:2] == ["Lunch", "Canteen"]
    assert told["reminders"] == [5]
    assert [name for name in told["ordered"] if name in {"Lunch", "Fair", "Series"}] == [
        *["Series"] * 3,
        "Lunch",
        "Fair",
    ]
    assert len(told["instances"]) == 3
    assert {"Lunch", "Fair"} <= set(told["left"])
    assert "Series" not in told["left"]
    assert told["busy"]


def test_gcalcli_shows_an_agenda_after_refreshing_its_token(google: Google, tmp_path: Path) -> None:
    """A smoke test of a program that people use."""
    token = google.emulator.token(ALICE)
    day = {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}}
    path = "/calendar/v3/calendars/primary/events"
    assert google.emulator.call("POST", path, token, {"summary": "Fair in town", **day}).status == 200
    home = tmp_path / "home"
    (home / "data" / "gcalcli").mkdir(parents=True)
    kind: Any = Credentials  # The library tells mypy nothing of what it takes.
    held = kind(token, "not-needed", None, "https://oauth2.googleapis.com/token", "client", "secret")
    (home / "data" / "gcalcli" / "oauth").write_bytes(pickle.dumps(held))
    folders = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
    program = str(Path(sys.executable).parent / "gcalcli")
    command = [program, "--nocolor", "agenda", "2026-11-24", "2026-11-25"]
    assert "Fair in town" in google.run(*command, **folders, XDG_CONFIG_HOME=str(home / "config"))


def test_every_other_host_is_refused(google: Google) -> None:
    script = "import requests\nrequests.get('https://example.com/')"
    with pytest.raises(AssertionError, match="403"):
        google.run(sys.executable, "-c", script)
    assert google.proxy.refused == {"example.com:443"}


def node_modules() -> Path:
    """Google's client for Node, installed once below build/. Skips the test where there is no Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node and npm are not on this machine: googleapis from npm cannot be tried.")
    folder = ROOT / "build" / "node"
    if not (folder / "node_modules" / "googleapis").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--prefix",
            str(folder),
            "googleapis",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / "node_modules"


def test_googles_node_client_works_with_delegation(google: Google) -> None:
    """A.1, C.1, C.2, C.4"""
    program = str(PROGRAMS / "node_client.cjs")
    told = json.loads(google.run("node", program, str(google.key_file), ALICE, NODE_PATH=str(node_modules())))
    assert told["instances"] == ["2026-10-19T09:00:00+01:00", "2026-10-26T09:00:00Z"]
    assert told["changed"] == ["Renamed"]
    assert told["refusal"] == 412
    assert google.proxy.refused == set()
