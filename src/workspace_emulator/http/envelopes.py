"""Google's error bodies, byte for byte as far as parsers may look.

Source: the Calendar error guide and captures. The Calendar service indents by one space and puts `errors` first; the
API front end and the Directory indent by two and put `code` first.
"""

import json

from workspace_emulator.http.message import Response
from workspace_emulator.json_values import Json
from workspace_emulator.state.errors import ApiError, Dialect, TokenError

JSON_TYPE = "application/json; charset=UTF-8"


def error_response(error: ApiError) -> Response:
    indent = 1 if error.dialect is Dialect.BACKEND else 2
    body = json.dumps(error_body(error), indent=indent, ensure_ascii=False) + "\n"
    return Response(error.status, {"content-type": JSON_TYPE, **error.headers}, body.encode())


def error_body(error: ApiError) -> Json:
    inner_message = error.inner_message or error.message
    if error.dialect is Dialect.BACKEND:
        inner = {"domain": error.domain, "reason": error.reason, "message": inner_message}
        return {"error": {"errors": [inner | _place(error)], "code": error.status, "message": error.message}}
    inner = {"message": inner_message, "domain": error.domain, "reason": error.reason} | _place(error)
    if error.extended_help:
        inner["extendedHelp"] = error.extended_help
    body: Json = {"code": error.status, "message": error.message, "errors": [inner]}
    if error.dialect is Dialect.FRONT_END:
        body["status"] = error.grpc_status or "UNKNOWN"
        if error.details:
            body["details"] = error.details
    return {"error": body}


def _place(error: ApiError) -> dict[str, str]:
    if error.location is None or error.location_type is None:
        return {}
    return {"locationType": error.location_type, "location": error.location}


def token_error_response(error: TokenError) -> Response:
    body = json.dumps({"error": error.error, "error_description": error.description}, indent=2)
    return Response(error.status, {"content-type": "application/json; charset=utf-8"}, body.encode())
