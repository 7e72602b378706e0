"""The folder that holds an installation's own files: the embedded database, the secret key, the demo's memory and logs.

LOCKSTEP_HOME names it; without that it is `.demo` in the working directory. The command line reads this one variable,
and DATABASE_URL, before the settings can be loaded: the settings need what they decide.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockstep.cli.errors import CommandFailed
from lockstep.database_server.folders import remove_server_files

DEFAULT = ".demo"


class HomeNotWritable(CommandFailed):
    """The home cannot be made or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"Lockstep cannot write to {path} ({reason}), where its data would be. Start it in a folder that you may "
            f"write to, or name one: LOCKSTEP_HOME=/some/folder."
        )


class AlreadyRunning(CommandFailed):
    """Another demo has this home."""

    def __init__(self, path: Path, memory: Mapping[str, Any]) -> None:
        where = memory.get("url", "an address that it has not chosen yet")
        process = f" (process {memory['pid']})" if "pid" in memory else ""
        super().__init__(
            f"The demo of {path} runs already: {where}{process}. Stop it with Ctrl-C where it was started, "
            f"or give this one a folder of its own: LOCKSTEP_HOME=/some/folder."
        )


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of one home, all absolute; nothing is promised about which of them exist."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "postgres"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def memory_file(self) -> Path:
        return self.path / "demo.json"

    @property
    def secret_key_file(self) -> Path:
        return self.path / "secret-key"

    @property
    def sign_in_client(self) -> Path:
        """The OAuth client of the demo's sign-in with Google, written by the emulator."""
        return self.path / "sign-in-client.json"

    @property
    def service_account(self) -> Path:
        return self.path / "service-account.json"

    @property
    def workspace(self) -> Path:
        return self.path / "workspace.json"

    @property
    def lock(self) -> Path:
        return self.path / "demo.lock"

    def files_of_ours(self) -> list[Path]:
        """What a reset removes besides the database."""
        keys = [self.secret_key_file, self.service_account, self.sign_in_client]
        return [self.logs, self.memory_file, *keys, self.workspace]


def home_of(environment: Mapping[str, str]) -> Home:
    """The home that the environment names, made or not."""
    return Home(Path(environment.get("LOCKSTEP_HOME") or DEFAULT).absolute())


def make(home: Home) -> None:
    """Make the folder, closed to other people. Root's can be passed through: its database runs as another account.

    Raises: HomeNotWritable.
    """
    try:
        if not home.path.is_dir():
            home.path.mkdir(parents=True)
            home.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = home.path / ".writable"
        probe.touch()
        probe.unlink()
        home.logs.mkdir(mode=0o700, exist_ok=True)
    except OSError as refused:
        raise HomeNotWritable(home.path, refused.strerror or str(refused)) from refused


def secret_key(home: Home) -> str:
    """The installation's secret key, drawn once and readable to its owner alone."""
    if not home.secret_key_file.exists():
        unfinished = home.path / f"secret-key.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # another command was first: its key holds
            home.secret_key_file.hardlink_to(unfinished)
        unfinished.unlink()
    return home.secret_key_file.read_text()


def remembered(home: Home) -> dict[str, Any]:
    """What the last demo wrote down; empty where there is nothing that can be read."""
    try:
        found = json.loads(home.memory_file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remember(home: Home, memory: Mapping[str, Any]) -> None:
    """Write down what the next demo, and other commands in this home, need. Whole or not at all."""
    unfinished = home.memory_file.with_suffix(".new")
    unfinished.write_text(json.dumps(memory, indent=2) + "\n")
    unfinished.replace(home.memory_file)


@contextmanager
def only_one_demo(home: Home) -> Iterator[None]:
    """Hold the home while a demo runs in it. The kernel lets go of it however the demo ends.

    Raises: AlreadyRunning.
    """
    with home.lock.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(home.path, remembered(home)) from None
        yield


def reset(home: Home) -> list[Path]:
    """Remove what Lockstep and its emulator put there, and only that; returns what went.

    Raises: HomeNotWritable.
    """
    gone = []
    try:
        gone += remove_server_files(home.database)
        for path in home.files_of_ours():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.exists() or path.is_symlink():
                path.unlink()
            else:
                continue
            gone.append(path)
    except OSError as refused:
        raise HomeNotWritable(Path(refused.filename or home.path), refused.strerror or str(refused)) from refused
    return gone
