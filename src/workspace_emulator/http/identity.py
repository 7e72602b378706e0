"""Google's accounts beside the token endpoint: consent, revocation, what a token is, and signing without a key file.

Source: the guides to installed applications and to service accounts' short-lived credentials.
"""

import json
from datetime import datetime
from urllib.parse import parse_qs

from workspace_emulator.clock import Clock
from workspace_emulator.http import consent, sign_in
from workspace_emulator.http.envelopes import error_response, token_error_response
from workspace_emulator.http.message import Request, Response, segments
from workspace_emulator.json_values import Json
from workspace_emulator.state.assertions import signed_by
from workspace_emulator.state.credentials import Grant, ServiceAccount
from workspace_emulator.state.errors import ApiError, Dialect, TokenError
from workspace_emulator.state.workspace import Workspace

_REVOKE = frozenset({"/revoke", "/o/oauth2/revoke"})
_TOKENINFO = frozenset({"/tokeninfo", "/oauth2/v1/tokeninfo", "/oauth2/v2/tokeninfo", "/oauth2/v3/tokeninfo"})
PATHS = consent.PATHS | _REVOKE | _TOKENINFO | sign_in.NAMES.keys()
SIGNING_PREFIX = "/v1/projects/-/serviceAccounts/"
_SIGNING_SCOPES = frozenset({"https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/iam"})


def name_of(path: str) -> str:
    """What the request log calls it."""
    if path in consent.PATHS:
        return "oauth.consent"
    if path in _REVOKE:
        return "oauth.revoke"
    if path in sign_in.NAMES:
        return sign_in.NAMES[path]
    return "oauth.tokeninfo" if path in _TOKENINFO else "iamcredentials.signJwt"


def answer(workspace: Workspace, request: Request, clock: Clock) -> Response:
    """The answer to a request for one of `PATHS` or below `SIGNING_PREFIX`."""
    try:
        if request.path in consent.PATHS:
            return consent.answer(workspace, request, clock)
        if request.path in _REVOKE:
            return _revoke(workspace, request)
        if request.path in _TOKENINFO:
            return _token_info(workspace, request, clock.now())
        if request.path in sign_in.NAMES:
            return _json(sign_in.answer(workspace, request, clock.now()))
        return _sign_jwt(workspace, request, clock.now())
    except TokenError as error:
        return token_error_response(error)
    except ApiError as error:
        return error_response(error)


def _parameters(request: Request) -> dict[str, str]:
    form = parse_qs(request.body.decode("utf-8", "replace")) if request.method == "POST" else {}
    return dict(request.query) | {name: values[0] for name, values in form.items()}


def _revoke(workspace: Workspace, request: Request) -> Response:
    token = _parameters(request).get("token")
    if not token:
        raise TokenError(400, "invalid_request", "Bad Request")
    if not workspace.credentials.revoke(token):
        raise TokenError(400, "invalid_token", "Token expired or revoked")
    return _json({})


def _token_info(workspace: Workspace, request: Request, now: datetime) -> Response:
    token = _parameters(request).get("access_token", "")
    grant = workspace.credentials.grant_of(token, now)
    if grant is None:
        raise TokenError(400, "invalid_token", "Invalid Value")
    value: Json = {
        "azp": grant.client_id,
        "aud": grant.client_id,
        "scope": " ".join(sorted(grant.scopes)),
        "exp": str(int(grant.expires_at.timestamp())),
        "expires_in": str(int((grant.expires_at - now).total_seconds())),
        "access_type": "offline" if grant.refresh_token else "online",
    }
    user = workspace.directory.users.get(grant.subject_id or "")
    if user is not None:
        value["sub"] = user.id
        if grant.scopes & {"email", "https://www.googleapis.com/auth/userinfo.email"}:
            value |= {"email": user.primary_email, "email_verified": "true"}
    return _json(value)


def _sign_jwt(workspace: Workspace, request: Request, now: datetime) -> Response:
    """Source: A.7, keyless delegation: the caller must be a token creator of the service account."""
    email, _, verb = segments(request.path)[-1].rpartition(":")
    if request.method != "POST" or verb != "signJwt":
        raise _refusal(404, "notFound", "NOT_FOUND", "Method not found.")
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    grant = workspace.credentials.grant_of(token, now) if kind.lower() == "bearer" else None
    if grant is None:
        raise _refusal(401, "authError", "UNAUTHENTICATED", "Request had invalid authentication credentials.")
    if not grant.scopes & _SIGNING_SCOPES:
        message = "Request had insufficient authentication scopes."
        raise _refusal(403, "insufficientPermissions", "PERMISSION_DENIED", message)
    account = workspace.credentials.account(email)
    if account is None or not _may_sign(workspace, grant, account):
        message = "Permission 'iam.serviceAccounts.signJwt' denied on resource (or it may not exist)."
        raise _refusal(403, "forbidden", "PERMISSION_DENIED", message)
    payload, key = request.json_object().get("payload"), account.key(None)
    if not isinstance(payload, str) or not _is_object(payload) or key is None:
        raise _refusal(400, "badRequest", "INVALID_ARGUMENT", "Request contains an invalid argument.")
    return _json({"keyId": key.id, "signedJwt": signed_by(key, payload)})


def _may_sign(workspace: Workspace, grant: Grant, account: ServiceAccount) -> bool:
    user = workspace.directory.users.get(grant.subject_id or "")
    caller = workspace.credentials.account(grant.client_id) if grant.subject_id is None else None
    held = {address.lower() for address in account.token_creators}
    addresses = user.addresses if user else [caller.email] if caller else []
    return any(address.lower() in held for address in addresses)


def _is_object(payload: str) -> bool:
    try:
        return isinstance(json.loads(payload), dict)
    except ValueError:
        return False


def _refusal(status: int, reason: str, grpc_status: str, message: str) -> ApiError:
    return ApiError(status, reason, message, dialect=Dialect.FRONT_END, grpc_status=grpc_status)


def _json(value: Json) -> Response:
    headers = {"content-type": "application/json; charset=UTF-8", "cache-control": "private"}
    return Response(200, headers, json.dumps(value, indent=2).encode())
