"""Whether one request and its answer are as Google documents them.

An accepted request may hold only parameters and fields that its method has. An answer has its method's schema with
the fields that are always there, or Google's shape of an error. Batches are taken apart. What does not go to Google's
APIs (the control API, pages) is not looked at; neither is a proxy's page in HTML, which a fault may ask for.
"""

import gzip
import json
import re
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.emulator.schemas import discovery, malformed, violations

_DOCUMENTS = ("calendar.v3.json", "admin.directory_v1.json")
_OURS = ("/calendar/v3/", "/admin/directory/")
_BATCH = "/batch/calendar/v3"
_TOKEN_PATHS = frozenset({"/token", "/oauth2/v4/token", "/o/oauth2/token"})
_DETAILED = ("kind", "etag", "id", "status", "htmlLink", "updated", "start", "end", "iCalUID", "eventType")
_COLLECTION = ("kind", "etag", "items")
ALWAYS_THERE: dict[str, tuple[str, ...]] = {
    "Events": (*_COLLECTION, "summary", "updated", "timeZone", "accessRole", "defaultReminders"),
    "CalendarList": _COLLECTION,
    "Settings": _COLLECTION,
    "Acl": _COLLECTION,
    "AclRule": ("kind", "etag", "id", "scope", "role"),
    "Setting": ("kind", "etag", "id", "value"),
    "Calendar": ("kind", "etag", "id", "summary", "timeZone"),
    "CalendarListEntry": ("kind", "etag", "id", "summary", "accessRole"),
    "FreeBusyResponse": ("kind", "timeMin", "timeMax", "calendars"),
    "Channel": ("kind", "id", "resourceId", "resourceUri", "expiration"),
    "Users": ("kind", "etag"),
    "User": ("kind", "etag", "id", "primaryEmail", "name"),
    "Groups": ("kind", "etag"),
    "Group": ("kind", "etag", "id", "email"),
    "Members": ("kind", "etag"),
    "Member": ("kind", "etag", "id", "role", "type"),
    "MembersHasMember": ("isMember",),
}
"""Fields that no whole answer lacks: FACTS.md, B, C and D."""

_ERROR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "status": {"type": "string", "pattern": "^[A-Z_]+$"},
                "details": {"type": "array", "items": {"type": "object"}},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            name: {"type": "string"}
                            for name in ("domain", "reason", "message", "location", "locationType", "extendedHelp")
                        },
                    },
                },
            },
        }
    },
}
"""Source: FACTS.md, G.1 and G.2."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; header names are lower case, `target` is the path with its query."""

    verb: str
    target: str
    sent_headers: dict[str, str]
    sent: bytes
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Documented:
    """A method of a discovery document."""

    document: Any
    method: Any

    def schema_of(self, direction: str) -> str | None:
        """`request` or `response`."""
        name: str | None = self.method.get(direction, {}).get("$ref")
        return name


def breaches(exchange: Exchange, *, of_request: bool = True) -> list[str]:
    """Everything about an exchange that Google does not document; empty if all is well.

    `of_request`: False for a test that sends nonsense on purpose.
    """
    path = urlsplit(exchange.target).path
    body = gzip.decompress(exchange.body) if exchange.headers.get("content-encoding") == "gzip" else exchange.body
    verb, query = _meant(exchange)
    if path == _BATCH and exchange.status == 200:
        return _batch_breaches(exchange, body)
    if path in _TOKEN_PATHS:
        found = _token_breaches(exchange.status, exchange.headers, body)
    elif path.startswith(_OURS):
        found = _api_breaches(exchange, verb, path, query if of_request else None, body)
    else:
        return []
    return [f"{verb} {path} {exchange.status}: {breach}" for breach in found]


def _meant(exchange: Exchange) -> tuple[str, list[tuple[str, str]]]:
    """Verb and parameters, also of a read that comes as a POST because its address would be too long."""
    query = parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True)
    override = exchange.sent_headers.get("x-http-method-override")
    if exchange.verb == "POST" and override:
        if exchange.sent_headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            query += parse_qsl(exchange.sent.decode(), keep_blank_values=True)
        return override, query
    return exchange.verb, query


def _api_breaches(
    exchange: Exchange, verb: str, path: str, query: list[tuple[str, str]] | None, body: bytes
) -> list[str]:
    if exchange.status == 304:
        return ["a body"] if body else []
    if exchange.headers.get("content-type", "").startswith(("text/html", "text/plain")):
        return [] if exchange.status >= 400 else ["HTML"]
    if exchange.status >= 400:
        return _error_breaches(exchange.status, body)
    documented = documented_method(verb, path)
    if documented is None:
        return ["Google has no such method"]
    found = [] if query is None else _request_breaches(documented, query, exchange)
    schema = documented.schema_of("response")
    if exchange.status == 204 or schema is None:
        return [*found, *(["a body"] if body else [])]
    partial = query is None or any(name == "fields" for name, _ in query)
    return found + answer_breaches(documented.document, schema, json.loads(body), partial=partial)


def answer_breaches(document: Any, schema: str, value: Any, *, partial: bool = False) -> list[str]:
    """What is wrong with a method's answer; `partial`: `fields` has selected parts of it."""
    found = violations(document, {"$ref": schema}, value, schema)
    if partial or found:
        return found
    if schema == "Event":
        return found + _event_breaches(value)
    wanted = ("id", "primaryEmail") if "deletionTime" in value else ALWAYS_THERE.get(schema, ())
    found += [f"{schema}.{name}: missing" for name in wanted if name not in value]
    rows = {"Events": "items", "Users": "users", "Groups": "groups", "Members": "members"}.get(schema)
    for row in value.get(rows, []) if rows else []:
        found += _event_breaches(row) if schema == "Events" else answer_breaches(document, schema[:-1], row)
    if schema == "Events" and "nextPageToken" in value and "nextSyncToken" in value:
        found.append("Events: both tokens")
    return sorted(set(found))


def _event_breaches(event: Any) -> list[str]:
    """A tombstone may be bare: with its id alone, or with its place in a series."""
    bare = event.get("status") == "cancelled" and "start" not in event
    wanted = _DETAILED[:4] if bare else _DETAILED
    found = [f"Event.{name}: missing" for name in wanted if name not in event]
    for name in ("start", "end", "originalStartTime"):
        if name in event and ("date" in event[name]) == ("dateTime" in event[name]):
            found.append(f"Event.{name}: neither a day nor a time, or both")
    return found


def _request_breaches(documented: _Documented, query: list[tuple[str, str]], exchange: Exchange) -> list[str]:
    parameters = {**documented.document["parameters"], **documented.method.get("parameters", {})}
    found = []
    for name, text in query:
        if name not in parameters or parameters[name].get("location") != "query":
            found.append(f"?{name}: unknown")
        elif text and (wrong := malformed({**parameters[name], "maximum": None}, text)):
            found.append(f"?{name}: {wrong}")
    names = [name for name, _ in query]
    repeated = {name for name in names if names.count(name) > 1 and not parameters.get(name, {}).get("repeated")}
    found += [f"?{name}: repeated" for name in sorted(repeated)]
    schema = documented.schema_of("request")
    if schema is not None and exchange.sent and "x-http-method-override" not in exchange.sent_headers:
        body = json.loads(exchange.sent)
        found += violations(documented.document, {"$ref": schema}, body, schema, sent=True)
    return found


def _error_breaches(status: int, body: bytes) -> list[str]:
    value = json.loads(body)
    found = violations({}, _ERROR, value)
    if found:
        return found
    error = value.get("error", {})
    found = [f".error.{name}: missing" for name in ("code", "message", "errors") if not error.get(name)]
    if not found and error["code"] != status:
        found.append(f".error.code: {error['code']}")
    rows = error.get("errors", [])
    return found + [
        f".error.errors[].{name}: missing"
        for row in rows
        for name in ("domain", "reason", "message")
        if name not in row
    ]


def _token_breaches(status: int, headers: dict[str, str], body: bytes) -> list[str]:
    """FACTS.md, A.2 and A.4."""
    if headers.get("content-type", "").startswith(("text/html", "text/plain")):
        return [] if status >= 400 else ["HTML"]
    value = json.loads(body)
    if status >= 400:
        return [] if isinstance(value.get("error"), str) else ["no `error`"]
    wanted = {"access_token": str, "expires_in": int, "token_type": str}
    return [f".{name}: wrong or missing" for name, kind in wanted.items() if not isinstance(value.get(name), kind)]


def _batch_breaches(exchange: Exchange, body: bytes) -> list[str]:
    calls = _parts(exchange.sent_headers["content-type"], exchange.sent)
    answers = _parts(exchange.headers["content-type"], body)
    if len(calls) != len(answers):
        return [f"batch: {len(answers)} answers to {len(calls)} calls"]
    found = []
    for call, answer in zip(calls, answers, strict=True):
        (verb, target, *_), sent_headers, sent = _opened(call)
        (_, status, *_), headers, inner = _opened(answer)
        found += breaches(Exchange(verb, target, sent_headers, sent, int(status), headers, inner))
    return found


def _parts(content_type: str, body: bytes) -> list[bytes]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    contents = [part.get_payload(decode=True) for part in message.iter_parts()]
    return [content for content in contents if isinstance(content, bytes)]


def _opened(part: bytes) -> tuple[list[str], dict[str, str], bytes]:
    """The words of the first line, the headers and the body of an HTTP message."""
    head, _, body = part.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")
    first, *lines = head.decode().split("\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(" "), {name.strip().lower(): value.strip() for name, _, value in pairs}, body.strip(b"\n")


@cache
def _methods() -> dict[tuple[str, int], list[tuple[re.Pattern[str], _Documented]]]:
    """By verb and number of the path's parts."""
    found: dict[tuple[str, int], list[tuple[re.Pattern[str], _Documented]]] = {}

    def walk(document: Any, node: Any) -> None:
        for method in node.get("methods", {}).values():
            path = f"/{document['servicePath']}{method['path']}"
            fitting = re.compile(re.sub(r"\{\+?\w+\}", "[^/]+", path))
            found.setdefault((method["httpMethod"], path.count("/")), []).append(
                (fitting, _Documented(document, method))
            )
        for inner in node.get("resources", {}).values():
            walk(document, inner)

    for name in _DOCUMENTS:
        walk(discovery(name), discovery(name))
    return found


def documented_method(verb: str, path: str) -> _Documented | None:
    """Google's own method of that verb and path; a fixed path goes before one with names."""
    fitting = [entry for entry in _methods().get((verb, path.count("/")), []) if entry[0].fullmatch(path)]
    return min(fitting, key=lambda entry: entry[0].pattern.count("[^/]+"))[1] if fitting else None
