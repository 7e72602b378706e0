"""Scripted faults as answers, the same for API methods and for the token endpoint."""

from dataclasses import replace

from workspace_emulator.core import Core
from workspace_emulator.faults import Fault, When
from workspace_emulator.http.envelopes import error_response, token_error_response
from workspace_emulator.http.message import Request, Response

_TITLES = {502: "Bad Gateway", 503: "Service Unavailable"}


def strike(core: Core, when: When, name: str, subject: str | None, request: Request) -> Fault | None:
    """The fault that this call meets now, counted; or None."""
    if not core.faults.rules:
        return None
    sync_token = any(key == "syncToken" and value for key, value in request.query)
    return core.faults.strike(when, name, subject, sync_token=sync_token)


def refusal(fault: Fault, method: str) -> Response:
    """The answer of a fault that refuses or cuts."""
    status = fault.status or 502
    title = _TITLES.get(status, "Server Error")
    if fault.html:
        page = f"<html><head><title>Error {status}</title></head><body>{title}</body></html>"
        response = Response(status, {"content-type": "text/html; charset=UTF-8"}, page.encode())
    elif fault.text:
        response = Response(status, {"content-type": "text/plain; charset=UTF-8"}, f"{title}\n".encode())
    elif method.startswith("oauth."):
        response = token_error_response(fault.token_error())
    else:
        response = error_response(fault.error(method))
    if fault.retry_after_seconds is not None:
        response.headers["retry-after"] = str(fault.retry_after_seconds)
    return hampered(response, fault)


def hampered(response: Response, *faults: Fault | None) -> Response:
    """An answer with what the faults do to its way: late, cut short, or not at all."""
    struck = [fault for fault in faults if fault is not None]
    return replace(
        response,
        delay_seconds=response.delay_seconds + sum(fault.delay_seconds for fault in struck),
        cut=any(fault.cut for fault in struck),
        half=any(fault.half for fault in struck),
    )
