"""Which requests came in and how they were answered. Never bodies, queries or titles."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from workspace_emulator.json_values import Json


@dataclass(slots=True)
class RequestLog:
    """The last requests to Google's methods."""

    entries: deque[Json] = field(default_factory=lambda: deque(maxlen=20_000))
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def add(
        self,
        at: datetime,
        verb: str,
        path: str,
        status: int,
        subject: str | None,
        method: str | None,
        *,
        from_pages: bool = False,
    ) -> None:
        self.entries.append(
            {
                "n": next(self._numbers),
                "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "method": verb,
                "path": path,
                "status": status,
                "subject": subject,
                "google_method": method,
                "from_pages": from_pages,
            }
        )

    def after(self, number: int) -> list[Json]:
        return [entry for entry in self.entries if entry["n"] > number]

    def clear(self) -> None:
        """Forget the entries; numbers go on."""
        self.entries.clear()
