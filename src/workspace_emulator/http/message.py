"""Requests and responses as plain values, and reading of query parameters."""

import json
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is still percent-encoded; header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(
        cls,
        method: str,
        target: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        json_body: object = None,
    ) -> "Request":
        """A request for a path with its query, as written in a request line."""
        parts = urlsplit(target)
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        if json_body is not None:
            body = json.dumps(json_body).encode()
            lower.setdefault("content-type", "application/json")
        return cls(method.upper(), parts.path, pairs, lower, body)

    def with_method_override(self) -> "Request":
        """The request that `X-HTTP-Method-Override` means; a form body then is the query, as Google's client sends."""
        override = self.headers.get("x-http-method-override", "").upper()
        if self.method != "POST" or not override:
            return self
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            pairs = tuple(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
            return replace(self, method=override, query=self.query + pairs, body=b"")
        return replace(self, method=override)

    def json_object(self) -> Json:
        """The body as a JSON object; an empty body is an empty object. Raises: ApiError 400 `parseError`."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ApiError(400, "parseError", "Parse Error")
        return value


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; `delay_seconds`, `cut` and `half` are for the shell to act on."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0
    cut: bool = False
    """Close the connection without answering."""
    half: bool = False
    """Close it after half of the body."""

    def json_object(self) -> Json:
        """The body of an unpacked response as JSON, for tests and for batches."""
        value: Json = json.loads(self.body)
        return value


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler answers: JSON with a status, before projection and packing. None is an empty body."""

    value: Json | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def segments(path: str) -> tuple[str, ...]:
    """The decoded parts of a path."""
    return tuple(unquote(part) for part in path.strip("/").split("/"))
