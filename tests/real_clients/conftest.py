"""Google as the clients see it: their real hosts, led to a checked emulator by the proxy."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.running import Running, running
from tests.real_clients.proxy import Proxy, proxy_before

PROGRAMS = Path(__file__).parent / "programs"
ALICE, BOB = "alice@small.example", "bob@small.example"


@dataclass(frozen=True)
class Google:
    """The emulator, the proxy before it, and a service account's key file as Google hands them out."""

    emulator: Running
    proxy: Proxy
    key_file: Path

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the proxy for every host."""
        kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
        return kept | self.proxy.environment | {"PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *command: str, **more: str) -> str:
        """The output of a program in this world. Raises: AssertionError with what it complained of."""
        done = subprocess.run(
            command, env=self.environment | more, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def told_by(self, program: str, *arguments: str) -> Any:
        """What one of the small programs beside this file found, as JSON."""
        return json.loads(self.run(sys.executable, str(PROGRAMS / program), *arguments))


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    secrets = tmp_path / "client.json"
    with running(tmp_path, "--client-secrets-out", str(secrets)) as emulator:
        key = json.loads(Path(emulator.ready["service_account"]).read_text())
        key["token_uri"] = "https://oauth2.googleapis.com/token"
        key_file = tmp_path / "google-key.json"
        key_file.write_text(json.dumps(key))
        port = int(emulator.url.rpartition(":")[2])
        with proxy_before(port, tmp_path) as proxy:
            yield Google(emulator, proxy, key_file)
