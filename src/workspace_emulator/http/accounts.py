"""The way of requests to Google's accounts: scripted faults, the work, and the log."""

from workspace_emulator.core import Core
from workspace_emulator.faults import When
from workspace_emulator.http import identity, oauth
from workspace_emulator.http.envelopes import token_error_response
from workspace_emulator.http.message import Request, Response
from workspace_emulator.http.misfortune import hampered, refusal, strike
from workspace_emulator.state.assertions import subject_claimed
from workspace_emulator.state.errors import TokenError

TOKEN_PATHS = frozenset({"/token", "/oauth2/v4/token", "/o/oauth2/token"})
"""Today's, and those that older clients still name."""
PATHS = TOKEN_PATHS | identity.PATHS


def serves(path: str) -> bool:
    return path in PATHS or path.startswith(identity.SIGNING_PREFIX)


def answer(core: Core, request: Request) -> Response:
    """The answer to a request for a path that `serves` names."""
    if request.path in TOKEN_PATHS:
        return _token(core, request)
    name = identity.name_of(request.path)
    fault = strike(core, When.BEFORE, name, None, request)
    if fault is not None and (fault.refuses or fault.cut):
        response = refusal(fault, name)
    else:
        response = hampered(identity.answer(core.workspace, request, core.clock), fault)
    core.requests.add(core.clock.now(), request.method, request.path, response.status, None, name)
    return response


def _token(core: Core, request: Request) -> Response:
    subject = _person_named(core, request)
    before = strike(core, When.BEFORE, "oauth.token", subject, request)
    if before is not None and (before.refuses or before.cut):
        response = refusal(before, "oauth.token")
    else:
        try:
            if request.method != "POST":
                raise TokenError(405, "invalid_request", "Method not allowed.")
            response, subject = oauth.exchange(core.workspace, request, core.clock)
        except TokenError as error:
            response = token_error_response(error)
        after = strike(core, When.AFTER, "oauth.token", subject, request)
        if after is not None and (after.refuses or after.cut):
            response = refusal(after, "oauth.token")
        else:
            response = hampered(response, before, after)
    core.requests.add(core.clock.now(), request.method, request.path, response.status, subject, "oauth.token")
    return response


def _person_named(core: Core, request: Request) -> str | None:
    """The primary e-mail of whom a token is asked for, so that a fault can be for one person."""
    if not core.faults.rules:
        return None
    form = oauth.form_of(request)
    email = subject_claimed(form["assertion"]) if "assertion" in form else None
    held = core.workspace.credentials.consents.refresh_tokens.get(form.get("refresh_token", ""))
    directory = core.workspace.directory
    user = directory.user(email) if email else directory.users.get(held.user_id) if held else None
    return user.primary_email if user else email
