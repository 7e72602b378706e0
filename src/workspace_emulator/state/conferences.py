"""Google Meet links on events.

Source: the guide to conferencing: `conferenceDataVersion=1` on every write that means it, `createRequest.requestId`
idempotent. The emulator answers `success` at once; Google may answer `pending` first.
"""

from random import Random
from string import ascii_lowercase

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors

_SOLUTION = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"}


def conference_after(old: Json | None, given: object, random: Random) -> Json | None:
    """The conference of an event after a write with `conferenceDataVersion=1`; None takes it away.

    Raises: ApiError 400 for a request without an id or for another solution than Meet.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise errors.invalid("Invalid value for: conferenceData")
    request = given.get("createRequest")
    if request is None:
        return dict(given)
    if not isinstance(request, dict) or not request.get("requestId"):
        raise errors.invalid("Invalid conference create request.")
    if (request.get("conferenceSolutionKey") or {}).get("type", "hangoutsMeet") != "hangoutsMeet":
        raise errors.invalid("Invalid conference type value.")
    if old and old.get("createRequest", {}).get("requestId") == request["requestId"]:
        return old
    return meet_link(str(request["requestId"]), random)


def meet_link(request_id: str, random: Random) -> Json:
    """A made-up Meet conference."""
    code = "-".join("".join(random.choice(ascii_lowercase) for _ in range(length)) for length in (3, 4, 3))
    return {
        "createRequest": {
            "requestId": request_id,
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
            "status": {"statusCode": "success"},
        },
        "entryPoints": [
            {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": f"meet.google.com/{code}"}
        ],
        "conferenceSolution": _SOLUTION,
        "conferenceId": code,
    }


def video_uri(conference: Json | None) -> str | None:
    """The address for `hangoutLink`."""
    for entry in (conference or {}).get("entryPoints", []):
        if entry.get("entryPointType") == "video":
            return str(entry["uri"])
    return None
