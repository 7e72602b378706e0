"""The token endpoint: access tokens for signed assertions with delegation, for codes and for refresh tokens.

Source: the guides to service accounts (with its table of errors) and to installed applications.
"""

import json
from base64 import b64decode
from binascii import Error
from datetime import timedelta
from urllib.parse import parse_qs, unquote

from workspace_emulator.clock import Clock
from workspace_emulator.http.message import Request, Response
from workspace_emulator.http.scopes import is_known
from workspace_emulator.json_values import Json
from workspace_emulator.state.assertions import AUDIENCE, LEGACY_AUDIENCES, verified
from workspace_emulator.state.consents import Code, OAuthClient, RefreshToken
from workspace_emulator.state.credentials import TOKEN_LIFETIME, Grant, ServiceAccount
from workspace_emulator.state.directory import User
from workspace_emulator.state.errors import TokenError
from workspace_emulator.state.id_tokens import claims_of, id_token
from workspace_emulator.state.workspace import Workspace, milliseconds

ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
INVALID_SCOPE = "Invalid OAuth scope or ID token audience provided."
_REFUSALS = {
    "unauthorized_client": TokenError(
        401,
        "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
        "scopes requested.",
    ),
    "unauthorized_scope": TokenError(401, "unauthorized_client", "Unauthorized client or scope in request."),
    "access_denied": TokenError(403, "access_denied", "Requested client not authorized."),
    "admin_policy_enforced": TokenError(400, "admin_policy_enforced", "Access is blocked by your administrator."),
}
_UNAVAILABLE = {
    "invalid_grant": TokenError(400, "invalid_grant", "Invalid email or User ID"),
    "access_denied": TokenError(403, "access_denied", "Account restricted"),
    "invalid_account": TokenError(400, "invalid_account", "Forbidden"),
    "deleted": TokenError(400, "invalid_grant", "The account has been deleted"),
    "bad_request": TokenError(400, "invalid_grant", "Bad Request"),
    "user_id": TokenError(400, "invalid_grant", "Invalid email or User ID"),
    "user_id_full_stop": TokenError(400, "invalid_grant", "Invalid email or User ID."),
    "not_a_valid_email": TokenError(400, "invalid_grant", "Not a valid email"),
}

Form = dict[str, str]


def form_of(request: Request) -> Form:
    """The fields of a form body, each once; a client's name and secret may come as Basic credentials."""
    fields = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = b64decode(encoded).decode().partition(":")
        except (Error, UnicodeDecodeError):
            return fields
        fields = {"client_id": unquote(name), "client_secret": unquote(secret)} | fields
    return fields


def exchange(workspace: Workspace, request: Request, clock: Clock) -> tuple[Response, str | None]:
    """The token's answer and the person's primary e-mail. Raises: TokenError."""
    form = form_of(request)
    kind = form.get("grant_type", "")
    if kind == ASSERTION_GRANT:
        return _by_assertion(workspace, request, form, clock)
    if kind == "authorization_code":
        return _by_code(workspace, form, clock)
    if kind == "refresh_token":
        return _by_refresh_token(workspace, form, clock)
    raise TokenError(400, "unsupported_grant_type", "Invalid grant_type: " + kind[:80])


def _by_assertion(workspace: Workspace, request: Request, form: Form, clock: Clock) -> tuple[Response, str | None]:
    switches, credentials = workspace.switches, workspace.credentials
    # The machine's own time: a client's clock does not move along when the emulator's is moved.
    moment = clock.unmoved() + timedelta(seconds=switches.jwt_skew_seconds)
    host = request.headers.get("host")
    audiences = {AUDIENCE} | (LEGACY_AUDIENCES if switches.legacy_audiences else set())
    audiences |= {f"{scheme}://{host}/token" for scheme in ("http", "https") if host}
    assertion = verified(form.get("assertion", ""), credentials, frozenset(audiences), moment)
    if not all(is_known(scope) for scope in assertion.scopes):
        raise TokenError(400, "invalid_scope", INVALID_SCOPE)
    scopes = frozenset(assertion.scopes)
    subject = _subject(workspace, assertion.subject) if assertion.subject is not None else None
    now_ms = milliseconds(clock.now())
    if subject is not None:
        delegation = credentials.delegations.get(assertion.account.client_id)
        if delegation is None or not scopes <= delegation.scopes_at(now_ms, subject.id):
            raise _REFUSALS[switches.token_refusal]
    token = issue(workspace, subject, scopes, clock, assertion.account)
    value = _token_json(token)
    if switches.token_names_scopes:
        value["scope"] = " ".join(assertion.scopes)
    return _answer(value), subject.primary_email if subject else None


def _by_code(workspace: Workspace, form: Form, clock: Clock) -> tuple[Response, str | None]:
    consents = workspace.credentials.consents
    client = consents.client(form.get("client_id"), form.get("client_secret"))
    if not form.get("code"):
        raise TokenError(400, "invalid_request", "Missing required parameter: code")
    redirect, verifier = form.get("redirect_uri", ""), form.get("code_verifier")
    code = consents.redeem(form["code"], client, redirect, verifier, milliseconds(clock.now()))
    refresh = None
    if code.offline:
        refresh = f"1//emulated-{workspace.new_event_id()}{workspace.new_event_id()}"
        consents.refresh_tokens[refresh] = RefreshToken(client.client_id, code.user_id, code.scopes)
    return _for_person(workspace, client, code.user_id, code.scopes, refresh, clock, code=code)


def _by_refresh_token(workspace: Workspace, form: Form, clock: Clock) -> tuple[Response, str | None]:
    consents = workspace.credentials.consents
    client = consents.client(form.get("client_id"), form.get("client_secret"))
    if not form.get("refresh_token"):
        raise TokenError(400, "invalid_request", "Missing required parameter: refresh_token")
    held = consents.refresh(form["refresh_token"], client)
    scopes = tuple(form.get("scope", "").split()) or held.scopes
    if not set(scopes) <= set(held.scopes):
        raise TokenError(400, "invalid_scope", "Bad Request")
    return _for_person(workspace, client, held.user_id, scopes, form["refresh_token"], clock)


def _for_person(
    workspace: Workspace,
    client: OAuthClient,
    user_id: str,
    scopes: tuple[str, ...],
    refresh: str | None,
    clock: Clock,
    *,
    code: Code | None = None,
) -> tuple[Response, str | None]:
    """A token for a person who consented; for a `code`, with what is told only then.

    Raises: TokenError for a person who is gone or suspended.
    """
    user = workspace.directory.users.get(user_id)
    if user is None:
        raise _UNAVAILABLE["deleted"]
    if user.suspended:
        raise TokenError(400, "invalid_grant", "Account has been disabled.")
    token, now = _new_token(workspace), clock.now()
    grant = Grant(user.id, client.client_id, frozenset(scopes), now + TOKEN_LIFETIME, refresh)
    workspace.credentials.issue(token, grant, now)
    value = _token_json(token) | {"scope": " ".join(scopes)}
    if refresh is not None and code is not None:
        value["refresh_token"] = refresh
    if "openid" in scopes:
        claims = claims_of(user, frozenset(scopes), workspace.directory.domain)
        nonce = code.nonce if code else None
        # By the machine's own time: the application checks the token against its clock.
        value["id_token"] = id_token(
            claims, client_id=client.client_id, access_token=token, nonce=nonce, now=clock.unmoved()
        )
    return _answer(value), user.primary_email


def issue(
    workspace: Workspace,
    subject: User | None,
    scopes: frozenset[str],
    clock: Clock,
    account: ServiceAccount | None = None,
) -> str:
    """A new access token of a service account for the subject, or for the account itself."""
    token, now = _new_token(workspace), clock.now()
    client_id = (account or workspace.credentials.service_account).client_id
    grant = Grant(subject.id if subject else None, client_id, scopes, now + TOKEN_LIFETIME)
    workspace.credentials.issue(token, grant, now)
    return token


def _new_token(workspace: Workspace) -> str:
    return "ya29.emulated-" + "".join(workspace.new_event_id() for _ in range(3))


def _token_json(token: str) -> Json:
    return {"access_token": token, "expires_in": int(TOKEN_LIFETIME.total_seconds()) - 1, "token_type": "Bearer"}


def _answer(value: Json) -> Response:
    headers = {"content-type": "application/json; charset=UTF-8", "cache-control": "private"}
    return Response(200, headers, json.dumps(value, indent=2).encode())


def _subject(workspace: Workspace, email: str) -> User:
    local, at, domain = email.partition("@")
    if not (local and at and domain):
        raise TokenError(400, "invalid_request", "Invalid impersonation prn email address.")
    switches, user = workspace.switches, workspace.user_of(email)
    is_alias = user is not None and user.primary_email.lower() != email.lower()
    if user is None or (is_alias and not switches.alias_subject):
        deleted = workspace.directory.deleted_user(email) is not None
        if deleted and switches.deleted_subject != "invalid_grant":
            raise _UNAVAILABLE[switches.deleted_subject]
        raise _UNAVAILABLE[switches.unknown_subject]
    for state, answer in ((user.suspended, switches.suspended_subject), (user.archived, switches.archived_subject)):
        if state and answer != "token":
            raise _UNAVAILABLE[answer]
    return user
