"""What the demo prints while it starts: a line for each step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """Lines for a terminal, or plain ones for a file. Never fails because nobody reads it any more."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._started = time.monotonic()
        unicode = (getattr(self._stream, "encoding", None) or "").lower().replace("-", "") == "utf8"
        self._done, self._failed, self._busy = ("✓", "✗", "…") if unicode else ("ok", "failed", "...")
        self._live = self._stream.isatty()

    @property
    def seconds(self) -> float:
        """Since this object was made."""
        return time.monotonic() - self._started

    def say(self, line: str = "") -> None:
        """One line. A terminal that was closed swallows it."""
        self._write(f"{line}\n")

    @contextmanager
    def step(self, doing: str, done: str) -> Iterator[None]:
        """A line that says `doing` while the body runs (on a terminal), and `done` with the seconds afterwards."""
        began = time.monotonic()
        if self._live:
            self._write(f"  {self._busy} {doing}")
        try:
            yield
        except BaseException:
            self._replace(f"  {self._failed} {doing}\n")
            raise
        self._replace(f"  {self._done} {done:<44} {time.monotonic() - began:6.1f} s\n")

    def _replace(self, text: str) -> None:
        # "\r" and erase to the end of the line (ECMA-48).
        self._write(f"\r\033[K{text}" if self._live else text)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            return
