"""Signed assertions of service accounts: what the token endpoint checks before it issues a token.

Source: the guide to service accounts (errors) and google-auth, which always names Google's own token URL as audience.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from workspace_emulator.json_values import Json
from workspace_emulator.state.credentials import AccountKey, Credentials, ServiceAccount
from workspace_emulator.state.errors import TokenError

AUDIENCE = "https://oauth2.googleapis.com/token"
LEGACY_AUDIENCES = frozenset(
    {"https://www.googleapis.com/oauth2/v4/token", "https://accounts.google.com/o/oauth2/token"}
)
_SKEW_SECONDS = 300
_LONGEST_SECONDS = 65 * 60
_SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your 'iat' and "
    "'exp' values and use a clock with skew to account for clock differences between systems."
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """The claims that decide about the token."""

    account: ServiceAccount
    subject: str | None
    scopes: tuple[str, ...]


def verified(jwt: str, credentials: Credentials, audiences: frozenset[str], now: datetime) -> Assertion:
    """The claims of a valid assertion. Raises: TokenError with Google's literals."""
    header, claims, signed, signature = _parts(jwt)
    account = credentials.account(claims.get("iss"))
    if account is None or claims.get("iss") != account.email:
        raise TokenError(400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer")
    key = account.key(header.get("kid")) if header.get("alg") == "RS256" else None
    if key is None or not _signature_holds(key.private_key_pem, signed, signature):
        raise TokenError(400, "invalid_grant", "Invalid JWT Signature.")
    if not account.enabled:
        raise TokenError(401, "disabled_client", "The OAuth client was disabled.")
    _check_times(claims, now.timestamp())
    if claims.get("aud") not in audiences:
        raise TokenError(400, "invalid_grant", "Invalid JWT: Failed audience check.")
    scope = claims.get("scope")
    if not isinstance(scope, str) or not scope.split():
        raise TokenError(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    subject = claims.get("sub")
    return Assertion(account, None if subject in (None, account.email) else str(subject), tuple(scope.split()))


def subject_claimed(jwt: str) -> str | None:
    """Whom an assertion names, unchecked: only to choose a scripted fault."""
    try:
        subject = _parts(jwt)[1].get("sub")
    except TokenError:
        return None
    return subject if isinstance(subject, str) else None


def signed_by(key: AccountKey, payload: str) -> str:
    """A JWT over the claims, signed with the account's key."""
    head = json.dumps({"alg": "RS256", "typ": "JWT", "kid": key.id}, separators=(",", ":"))
    text = f"{_encoded(head.encode())}.{_encoded(payload.encode())}"
    return f"{text}.{_encoded(_private_key(key.private_key_pem).sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def _parts(jwt: str) -> tuple[Json, Json, bytes, bytes]:
    try:
        first, second, third = jwt.split(".")
        header, claims = json.loads(_decoded(first)), json.loads(_decoded(second))
        signature = _decoded(third)
    except (ValueError, Error):
        raise TokenError(400, "invalid_grant", "Invalid JWT Signature.") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenError(400, "invalid_grant", "Bad Request")
    return header, claims, f"{first}.{second}".encode(), signature


def _decoded(segment: str) -> bytes:
    if "=" in segment:
        raise ValueError("segments carry no padding")
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(maxsize=32)
def _private_key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("service accounts have RSA keys")
    return key


def _signature_holds(pem: str, signed: bytes, signature: bytes) -> bool:
    try:
        _private_key(pem).public_key().verify(signature, signed, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _check_times(claims: Json, now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise TokenError(400, "invalid_grant", _SHORT_LIVED)
    reasonable = issued <= now + _SKEW_SECONDS and expires >= now - _SKEW_SECONDS
    if not reasonable or not issued <= expires <= issued + _LONGEST_SECONDS:
        raise TokenError(400, "invalid_grant", _SHORT_LIVED)
