"""The objects inside events and calendars that are kept as given: which names they have, and of which types.

Source: the discovery document. Unknown names are dropped, as Google does; wrong types and unknown choices are refused.
"""

from typing import Any

from workspace_emulator.json_values import Json
from workspace_emulator.state import errors

Shape = Any
"""A type, a set of choices, a list of one shape, or names with their shapes. `dict` itself is any object of texts."""

_MODES = frozenset({"declineNone", "declineAllConflictingInvitations", "declineOnlyNewConflictingInvitations"})
_SOLUTION_KEY = {"type": str}
_ENTRY_POINT = {
    "entryPointType": str,
    "uri": str,
    "label": str,
    "pin": str,
    "accessCode": str,
    "meetingCode": str,
    "passcode": str,
    "password": str,
    "regionCode": str,
    "entryPointFeatures": [str],
}
SHAPES: dict[str, Shape] = {
    "source": {"url": str, "title": str},
    "gadget": {
        "type": str,
        "title": str,
        "link": str,
        "iconLink": str,
        "width": int,
        "height": int,
        "display": str,
        "preferences": dict,
    },
    "attachments": {"fileUrl": str, "title": str, "mimeType": str, "iconLink": str, "fileId": str},
    "outOfOfficeProperties": {"autoDeclineMode": _MODES, "declineMessage": str},
    "focusTimeProperties": {
        "autoDeclineMode": _MODES,
        "declineMessage": str,
        "chatStatus": frozenset({"available", "doNotDisturb"}),
    },
    "workingLocationProperties": {
        "type": frozenset({"homeOffice", "officeLocation", "customLocation"}),
        "homeOffice": object,
        "customLocation": {"label": str},
        "officeLocation": {"buildingId": str, "floorId": str, "floorSectionId": str, "deskId": str, "label": str},
    },
    "birthdayProperties": {"contact": str, "customTypeName": str, "type": str},
    "labelProperties": {"eventLabels": [{"id": str, "name": str, "backgroundColor": str}]},
    "conferenceData": {
        "conferenceId": str,
        "conferenceSolution": {"key": _SOLUTION_KEY, "name": str, "iconUri": str},
        "createRequest": {
            "requestId": str,
            "conferenceSolutionKey": _SOLUTION_KEY,
            "status": {"statusCode": str},
        },
        "entryPoints": [_ENTRY_POINT],
        "notes": str,
        "parameters": {"addOnParameters": {"parameters": dict}},
        "signature": str,
    },
}


def shaped(name: str, value: object) -> Json:
    """The object as Google would keep it. Raises: ApiError 400."""
    found = _fitted(name, value, SHAPES[name])
    return found if isinstance(found, dict) else {}


def _fitted(name: str, value: object, shape: Shape) -> object:
    if isinstance(shape, dict):
        given = _checked(name, value, dict)
        known = ((key, given.get(key)) for key in shape)
        return {key: _fitted(f"{name}.{key}", item, shape[key]) for key, item in known if item is not None}
    if isinstance(shape, list):
        return [_fitted(name, item, shape[0]) for item in _checked(name, value, list)]
    if isinstance(shape, frozenset):
        if not isinstance(value, str) or value not in shape:
            raise errors.invalid(f"Invalid value for: {name}")
        return value
    if shape is dict:
        return {str(key): _checked(name, item, str) for key, item in _checked(name, value, dict).items()}
    return value if shape is object else _checked(name, value, shape)


def _checked(name: str, value: object, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise errors.invalid(f"Invalid value for: {name}")
    return value
