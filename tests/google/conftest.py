"""A running Workspace emulator, for the contract tests: a program of its own, reached over HTTP like Google."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from lockstep.google.workspace import GoogleWorkspace

SECONDS_TO_START = 30.0
SOURCES = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class RunningEmulator:
    address: str
    key_file: Path

    def workspace(self) -> GoogleWorkspace:
        return GoogleWorkspace(self.key_file, self.address, self.address, seconds_per_call=20)

    def control(self, verb: str, path: str, /, **body: Any) -> Any:
        """Change something behind Google's back."""
        content = json.dumps(body).encode() if body else None
        headers = {"Content-Type": "application/json"}
        url = f"{self.address}/emulator/v1/{path}"
        answer = urllib3.request(verb, url, body=content, headers=headers, retries=False, timeout=10)
        assert answer.status == 200, answer.data
        return answer.json()

    def fault(self, **rule: Any) -> None:
        self.control("POST", "faults", **rule)

    def switch(self, **switches: Any) -> None:
        self.control("PATCH", "switches", **switches)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    directory = tmp_path_factory.mktemp("emulator")
    key_file = directory / "service-account.json"
    command = [sys.executable, "-m", "workspace_emulator", "serve", "--port", "0", "--seed", "small"]
    with (directory / "output").open("wb") as output:
        process = subprocess.Popen(
            [*command, "--service-account-out", str(key_file)],
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            stdout=output,
            stderr=output,
        )
    try:
        yield RunningEmulator(_address_once_running(process, key_file, directory / "output"), key_file)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address_once_running(process: subprocess.Popen[bytes], key_file: Path, output: Path) -> str:
    """The emulator's address, which its key file names, as soon as it answers there."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            split = urlsplit(json.loads(key_file.read_text())["token_uri"])
            urllib3.request("GET", f"{split.scheme}://{split.netloc}/", retries=False, timeout=2)
        except (OSError, ValueError, urllib3.exceptions.HTTPError):
            time.sleep(0.1)
        else:
            return f"{split.scheme}://{split.netloc}"
    process.kill()
    pytest.fail(f"The emulator did not start:\n{output.read_text()}")


@pytest.fixture
def fresh_emulator(emulator: RunningEmulator) -> RunningEmulator:
    """The emulator as it was at its start, for a test that puts it into trouble."""
    emulator.control("POST", "reset", seed="small")
    return emulator
