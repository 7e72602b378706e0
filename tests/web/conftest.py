"""People at the desk and in the settings, an emulated Google to connect to, and a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Company, found

from lockstep.store.models import User

# Playwright's own event loop runs in the tests' thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def bank(db: None) -> Company:
    """Cedar Bank, today."""
    return found(now=timezone.now())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def admin(bank: Company) -> Client:
    return signed_in(bank.admin)


@pytest.fixture
def alice(bank: Company) -> Client:
    return signed_in(bank.alice_user)


@pytest.fixture
def stranger(bank: Company) -> Client:
    """The admin of another organisation of the same installation."""
    return signed_in(found("maple", now=timezone.now()).admin)


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("op@installation.example", "correct horse battery", name="Olga"))


@dataclass(frozen=True)
class EmulatedGoogle:
    url: str
    key_file: Path

    def reached_by(self, settings: Settings) -> None:
        settings.GOOGLE_SERVICE_ACCOUNT_FILE = str(self.key_file)
        settings.GOOGLE_CALENDAR_URL = settings.GOOGLE_DIRECTORY_URL = self.url


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedGoogle]:
    """A program of its own that answers like Google."""
    folder = tmp_path_factory.mktemp("google")
    key_file = folder / "service-account.json"
    command = [sys.executable, "-m", "workspace_emulator.cli", "serve", "--port", "0", "--seed", "small"]
    process = subprocess.Popen(
        [*command, "--service-account-out", str(key_file)],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        cwd=folder,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield EmulatedGoogle(str(json.loads(process.stdout.readline())["url"]), key_file)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def google(emulator: EmulatedGoogle, settings: Settings) -> EmulatedGoogle:
    emulator.reached_by(settings)
    return emulator


@pytest.fixture
def no_google(emulator: EmulatedGoogle, settings: Settings, tmp_path: Path) -> None:
    """A good key, and a Google that nobody can reach: nothing listens on that port."""
    nowhere = "http://127.0.0.1:9"
    key_file = tmp_path / "service-account.json"
    key_file.write_text(json.dumps(json.loads(emulator.key_file.read_text()) | {"token_uri": f"{nowhere}/token"}))
    EmulatedGoogle(nowhere, key_file).reached_by(settings)
