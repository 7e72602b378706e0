"""Query parameters in their types.

Raises everywhere: ApiError 400 for values that Google refuses.
"""

from dataclasses import dataclass
from datetime import datetime

from workspace_emulator.http.message import Request
from workspace_emulator.state import errors
from workspace_emulator.state.event_times import read_instant, zone


@dataclass(frozen=True, slots=True)
class Parameters:
    """The query of a request."""

    request: Request

    def text(self, name: str) -> str | None:
        """The first value of that name; an empty one counts as absent."""
        return next((value for key, value in self.request.query if key == name and value), None)

    def texts(self, name: str) -> list[str]:
        return [value for key, value in self.request.query if key == name]

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in {"true", "false", "1", "0"}:
            raise errors.invalid(f"Invalid boolean value: '{value}'.", location=name)
        return value.lower() in {"true", "1"}

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number; above `most` it is clamped, because Google's texts say "can never be larger"."""
        value = self.text(name)
        if value is None:
            return default
        try:
            found = int(value)
        except ValueError:
            raise errors.invalid(f"Invalid integer value: '{value}'.", location=name) from None
        if found < least:
            raise errors.invalid(f"Invalid value '{value}'. Values must be at least {least}.", location=name)
        return found if most is None else min(found, most)

    def instant(self, name: str) -> datetime | None:
        value = self.text(name)
        if value is None:
            return None
        moment = read_instant(value)
        if moment is None:
            raise errors.ApiError(400, "badRequest", "Bad Request")
        return moment

    def zone_name(self, name: str, default: str) -> str:
        value = self.text(name)
        if value is None:
            return default
        if zone(value) is None:
            raise errors.invalid("Invalid time zone.", location=name)
        return value

    def spelling(self, *, without: frozenset[str]) -> str:
        """The query in one canonical text, to bind a page token to it."""
        kept = sorted((key, value) for key, value in self.request.query if key not in without)
        return "&".join(f"{key}={value}" for key, value in kept)
