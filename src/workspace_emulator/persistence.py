"""The emulator's state in a file: read at the start, written a moment after changes and at the end.

Written to a neighbour first and then moved over it, so that the file is always whole; mode 0600, as it holds a key.
"""

import json
import logging
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from workspace_emulator.core import Core
from workspace_emulator.state import snapshot
from workspace_emulator.state.workspace import Workspace

_LOG = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.3


def write_private(path: Path, text: str) -> None:
    """Replace the file's content as one step; only the owner can read it. Raises: OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(text)
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def read_state(path: Path) -> tuple[Workspace, timedelta]:
    """The workspace and the clock's offset. Raises: OSError, UnreadableSnapshot."""
    try:
        value = json.loads(path.read_text())
    except ValueError as cause:
        raise snapshot.UnreadableSnapshot("The file is not JSON.") from cause
    if not isinstance(value, dict):
        raise snapshot.UnreadableSnapshot("The file holds no state.")
    return snapshot.from_json(value), timedelta(seconds=value.get("clock_offset_seconds", 0))


class StateFile:
    """Keeps a file up to date in the background."""

    def __init__(self, core: Core, path: Path) -> None:
        self._core = core
        self._path = path
        self._written = -1
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self.save()
        self._thread.start()

    def close(self) -> None:
        """Write what is new and stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the state if it changed since the last time."""
        core = self._core
        with core.lock:
            if core.revision == self._written:
                return
            value = snapshot.to_json(core.workspace)
            value["clock_offset_seconds"] = core.clock.offset.total_seconds()
            # Serialised under the lock: the snapshot shares its events with the living state.
            text = json.dumps(value, separators=(",", ":"))
            self._written = core.revision
        write_private(self._path, text)

    def _watch(self) -> None:
        pause = _PAUSE_SECONDS
        while not self._stop.wait(pause):
            begun = monotonic()
            try:
                self.save()
            except OSError as error:
                _LOG.error("the state file cannot be written: %s", error.strerror)
            # Serialising holds requests up: a large state is written less often.
            pause = max(_PAUSE_SECONDS, 10 * (monotonic() - begun))
