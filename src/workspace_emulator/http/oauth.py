"""The token endpoint: a signed assertion for an access token, with domain-wide delegation.

Source: the guide to service accounts and its table of errors. An exchange fails as a whole when one scope is missing.
"""

import json
from datetime import timedelta
from urllib.parse import parse_qs

from workspace_emulator.clock import Clock
from workspace_emulator.http.message import Request, Response
from workspace_emulator.http.scopes import is_known
from workspace_emulator.state.assertions import verified
from workspace_emulator.state.credentials import TOKEN_LIFETIME, Grant
from workspace_emulator.state.directory import User
from workspace_emulator.state.errors import TokenError
from workspace_emulator.state.workspace import Workspace, milliseconds

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_REFUSALS = {
    "unauthorized_client": TokenError(
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
        "scopes requested.",
    ),
    "unauthorized_scope": TokenError(401, "unauthorized_client", "Unauthorized client or scope in request."),
    "access_denied": TokenError(403, "access_denied", "Requested client not authorized."),
}


def exchange(workspace: Workspace, request: Request, clock: Clock) -> tuple[Response, str | None]:
    """The token's answer and the impersonated user's primary e-mail. Raises: TokenError."""
    form = parse_qs(request.body.decode("utf-8", "replace"))
    if form.get("grant_type", [""])[0] != _GRANT_TYPE:
        raise TokenError(400, "unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", [""])[0][:80])
    account = workspace.credentials.service_account
    host = request.headers.get("host")
    # The machine's own time: a client's clock does not move along when the emulator's is moved.
    moment = clock.unmoved() + timedelta(seconds=workspace.switches.jwt_skew_seconds)
    own_audience = f"http://{host}/token" if host else None
    assertion = verified(form.get("assertion", [""])[0], account, own_audience, moment)
    if not all(is_known(scope) for scope in assertion.scopes):
        raise TokenError(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    scopes = frozenset(assertion.scopes)
    subject = _subject(workspace, assertion.subject) if assertion.subject is not None else None
    now = clock.now()
    if subject is not None:
        delegation = workspace.credentials.delegations.get(account.client_id)
        if delegation is None or not scopes <= delegation.scopes_at(milliseconds(now)):
            raise _REFUSALS[workspace.switches.token_refusal]
    token = issue(workspace, subject, scopes, clock)
    value = {"access_token": token, "expires_in": int(TOKEN_LIFETIME.total_seconds()) - 1, "token_type": "Bearer"}
    body = json.dumps(value, indent=2).encode()
    headers = {"content-type": "application/json; charset=UTF-8", "cache-control": "private"}
    return Response(200, headers, body), subject.primary_email if subject else None


def issue(workspace: Workspace, subject: User | None, scopes: frozenset[str], clock: Clock) -> str:
    """A new access token for the subject, or for the service account itself."""
    token = "ya29.emulated-" + "".join(workspace.new_event_id() for _ in range(3))
    now = clock.now()
    client_id = workspace.credentials.service_account.client_id
    grant = Grant(subject.id if subject else None, client_id, scopes, now + TOKEN_LIFETIME)
    workspace.credentials.issue(token, grant, now)
    return token


def _subject(workspace: Workspace, email: str) -> User:
    local, at, domain = email.partition("@")
    if not (local and at and domain):
        raise TokenError(400, "invalid_request", "Invalid impersonation prn email address.")
    user = workspace.user_of(email)
    is_alias = user is not None and user.primary_email.lower() != email.lower()
    if user is None or (is_alias and not workspace.switches.alias_subject):
        raise TokenError(400, "invalid_grant", "Invalid email or User ID")
    if user.suspended and workspace.switches.suspended_subject == "invalid_grant":
        raise TokenError(400, "invalid_grant", "Invalid email or User ID")
    if user.suspended and workspace.switches.suspended_subject == "access_denied":
        raise TokenError(403, "access_denied", "Account restricted")
    return user
