"""Every exchange of every emulator that a test run starts, however indirectly, held against Google's documents.

The run's environment names a folder (`recording.VARIABLE`); whatever starts an emulator below, a demo included, hands
the name on without knowing it.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.emulator.exchanges import Exchange, breaches
from workspace_emulator.http.recording import VARIABLE


class Recordings:
    """A folder of recordings, read as far as they were when they were last looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, int] = {}

    @classmethod
    def begin(cls) -> "Recordings":
        """A folder that all programs started from now on write into."""
        folder = Path(tempfile.mkdtemp(prefix="exchanges-"))
        os.environ[VARIABLE] = str(folder)
        return cls(folder)

    def end(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def waiting(self) -> bool:
        """Whether exchanges took place that nobody has looked at yet."""
        return any(file.stat().st_size > self._read.get(file, 0) for file in self.folder.glob("*.jsonl"))

    def new(self) -> list[Exchange]:
        """Those since the last look. A line that is still being written waits for the next one."""
        return [
            _exchange(json.loads(line)) for file in sorted(self.folder.glob("*.jsonl")) for line in self._lines(file)
        ]

    def _lines(self, file: Path) -> list[bytes]:
        begin = self._read.get(file, 0)
        if file.stat().st_size == begin:
            return []
        with file.open("rb") as reading:
            reading.seek(begin)
            text = reading.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read[file] = begin + len(whole)
        return whole.splitlines()

    def nothing_breached(self) -> None:
        """Raises: AssertionError naming every new exchange that Google would not know."""
        found = sorted({breach for exchange in self.new() for breach in breaches(exchange)})
        assert not found, "\n".join(["Not as Google documents it:", *found])


def _exchange(row: dict[str, Any]) -> Exchange:
    return Exchange(**{**row, "sent": row["sent"].encode("latin-1"), "body": row["body"].encode("latin-1")})
