"""Batches of Calendar calls: `multipart/mixed` in and out.

Source: the guide to batches: at most 1000 calls, answers in the order of the calls, execution in any order, outer
headers hold for the parts unless these bring their own.
"""

from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from random import Random

from workspace_emulator.http.message import Request, Response
from workspace_emulator.state.errors import ApiError

PATH = "/batch/calendar/v3"
_MOST_CALLS = 1000
_BOUNDARY = "batch_emulated_response"


def answer(request: Request, call: Callable[[Request], Response], random: Random) -> Response:
    """The answers of all parts in one. Raises: ApiError 400 for a body that is no batch."""
    parts = _parts(request)
    if len(parts) > _MOST_CALLS:
        raise ApiError(400, "invalid", f"The batch request could not be processed: over {_MOST_CALLS} calls.")
    order = list(range(len(parts)))
    random.shuffle(order)
    answers: dict[int, Response] = {number: call(parts[number][1]) for number in order}
    lines = b"".join(_rendered(parts[number][0], answers[number]) for number in range(len(parts)))
    body = lines + f"--{_BOUNDARY}--\r\n".encode()
    # A fault in one part that delays or cuts does so for the whole, as one connection carries them all.
    return Response(
        200,
        {"content-type": f"multipart/mixed; boundary={_BOUNDARY}"},
        body,
        delay_seconds=max((part.delay_seconds for part in answers.values()), default=0.0),
        cut=any(part.cut for part in answers.values()),
        half=any(part.half for part in answers.values()),
    )


def _parts(request: Request) -> list[tuple[str | None, Request]]:
    """(Content-ID, inner request) of each part."""
    content_type = request.headers.get("content-type", "")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    if request.method != "POST" or not message.is_multipart():
        raise ApiError(400, "badRequest", "Failed to parse batch request, error: missing boundary.")
    outer = {
        name: value
        for name, value in request.headers.items()
        if not name.startswith("content-") and name not in {"accept-encoding", "host"}
    }
    found: list[tuple[str | None, Request]] = []
    for part in message.iter_parts():
        raw = part.get_payload(decode=True)
        inner = _inner(raw if isinstance(raw, bytes) else b"", outer)
        content_id = part.get("Content-ID")
        found.append((str(content_id) if content_id else None, inner))
    return found


def _inner(raw: bytes, outer: dict[str, str]) -> Request:
    raw = raw.replace(b"\r\n", b"\n").lstrip(b"\n")
    head, _, body = raw.partition(b"\n\n")
    first, *lines = head.decode("utf-8", "replace").split("\n")
    words = first.split(" ")
    if len(words) < 2:
        raise ApiError(400, "badRequest", "Failed to parse batch request, error: bad request line.")
    headers = dict(outer)
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    try:
        return Request.of(words[0], words[1], headers=headers, body=body.strip(b"\n"))
    except ValueError:
        raise ApiError(400, "badRequest", "Failed to parse batch request, error: bad request line.") from None


def _rendered(content_id: str | None, response: Response) -> bytes:
    head = [f"--{_BOUNDARY}", "Content-Type: application/http"]
    if content_id:
        head.append("Content-ID: " + _answering(content_id))
    head += ["", f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    head += [f"{name.title()}: {value}" for name, value in response.headers.items()]
    head += [f"Content-Length: {len(response.body)}", "", ""]
    return "\r\n".join(head).encode() + response.body + b"\r\n"


def _answering(content_id: str) -> str:
    """`<x>` becomes `<response-x>`."""
    return "<response-" + content_id[1:] if content_id.startswith("<") else "response-" + content_id


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
