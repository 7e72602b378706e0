"""OpenID Connect: where an application learns how to sign people in, checks their tokens, and asks who they are.

Source: the guide to OpenID Connect, and OpenID Connect Discovery 1.0.
"""

from datetime import datetime

from workspace_emulator.http.front_end import invalid_credentials
from workspace_emulator.http.message import Request
from workspace_emulator.json_values import Json
from workspace_emulator.state.id_tokens import ISSUER, claims_of, public_keys
from workspace_emulator.state.workspace import Workspace

_DISCOVERY = "/.well-known/openid-configuration"
_KEYS = "/oauth2/v3/certs"
_USER_INFO = frozenset({"/v1/userinfo", "/oauth2/v3/userinfo"})
NAMES = {_DISCOVERY: "openid.configuration", _KEYS: "openid.certs", **dict.fromkeys(_USER_INFO, "openid.userinfo")}
"""What the request log calls each path."""
_HOSTS = {
    "authorization_endpoint": "accounts.google.com",
    "token_endpoint": "oauth2.googleapis.com",
    "userinfo_endpoint": "openidconnect.googleapis.com",
    "revocation_endpoint": "oauth2.googleapis.com",
    "jwks_uri": "www.googleapis.com",
}
_PATHS = {
    "authorization_endpoint": "/o/oauth2/v2/auth",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/v1/userinfo",
    "revocation_endpoint": "/revoke",
    "jwks_uri": _KEYS,
}


def answer(workspace: Workspace, request: Request, now: datetime) -> Json:
    """The answer to a GET of one of `NAMES`. Raises: ApiError 401 for a token that says nothing about a person."""
    if request.path == _DISCOVERY:
        return _configuration(request.headers.get("host", ""))
    if request.path == _KEYS:
        return public_keys()
    return _user_info(workspace, request, now)


def _configuration(host: str) -> Json:
    """Addresses at the emulator, or Google's own where the emulator stands in for them."""
    in_googles_place = host.split(":")[0].endswith((".google.com", ".googleapis.com"))
    return {
        "issuer": ISSUER,
        **{
            name: f"https://{_HOSTS[name]}{path}" if in_googles_place else f"http://{host}{path}"
            for name, path in _PATHS.items()
        },
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "sub",
        ],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    }  # fmt: skip


def _user_info(workspace: Workspace, request: Request, now: datetime) -> Json:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    grant = workspace.credentials.grant_of(token.strip(), now) if kind.lower() == "bearer" else None
    user = workspace.directory.users.get(grant.subject_id or "") if grant else None
    if grant is None or user is None:
        raise invalid_credentials()
    return claims_of(user, grant.scopes, workspace.directory.domain)
