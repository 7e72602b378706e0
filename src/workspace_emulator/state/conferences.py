"""Google Meet links on events.

Source: the guide to conferencing: `conferenceDataVersion=1` on every write that means it, `createRequest.requestId`
idempotent. The emulator answers `success` at once; Google may answer `pending` first, which the switch `meet_requests`
makes the emulator do.
"""

from random import Random
from string import ascii_lowercase

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors
from workspace_emulator.state.event_rules import typed
from workspace_emulator.state.shapes import shaped

_SOLUTION = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"}


def conference_after(old: Json | None, given: object, random: Random, *, outcome: str = "success") -> Json | None:
    """The conference of an event after a write with `conferenceDataVersion=1`; None takes it away.

    Raises: ApiError 400 for a request without an id or for another solution than Meet.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise errors.invalid("Invalid value for: conferenceData")
    request = given.get("createRequest")
    if request is None:
        return shaped("conferenceData", given)
    if not isinstance(request, dict) or not isinstance(request.get("requestId"), str):
        raise errors.invalid("Invalid conference create request.")
    solution = typed("conferenceSolutionKey", request.get("conferenceSolutionKey") or {}, dict)
    if solution.get("type", "hangoutsMeet") != "hangoutsMeet":
        raise errors.invalid("Invalid conference type value.")
    if old and old.get("createRequest", {}).get("requestId") == request["requestId"]:
        return old
    made = meet_link(str(request["requestId"]), random)
    if outcome == "success":
        return made
    return {"createRequest": {**made["createRequest"], "status": {"statusCode": outcome}}}


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
    for entry in (conference or {}).get("entryPoints") or []:
        if entry.get("entryPointType") == "video" and entry.get("uri"):
            return str(entry["uri"])
    return None
