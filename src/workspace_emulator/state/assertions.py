"""Signed assertions of service accounts: what the token endpoint checks before it issues a token.

Source: the guide to service accounts (errors) and google-auth, which always names Google's own token URL as audience.
"""

import json
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from workspace_emulator.json_values import Json
from workspace_emulator.state.credentials import ServiceAccount
from workspace_emulator.state.errors import TokenError

AUDIENCES = frozenset({"https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token"})
_SKEW_SECONDS = 300
_LONGEST_SECONDS = 65 * 60
_SHORT_LIVED = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your 'iat' and "
    "'exp' values and use a clock with skew to account for clock differences between systems."
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """The claims that decide about the token."""

    subject: str | None
    scopes: tuple[str, ...]


def verified(jwt: str, account: ServiceAccount, own_audience: str | None, now: datetime) -> Assertion:
    """The claims of a valid assertion. Raises: TokenError 400 with Google's literals."""
    header, claims, signed, signature = _parts(jwt)
    if claims.get("iss") != account.email:
        raise TokenError(400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer")
    key_matches = header.get("kid") in (None, account.private_key_id) and header.get("alg") == "RS256"
    if not key_matches or not account.key_enabled or not _signature_holds(account.private_key_pem, signed, signature):
        raise TokenError(400, "invalid_grant", "Invalid JWT Signature.")
    _check_times(claims, now.timestamp())
    if claims.get("aud") not in AUDIENCES | {own_audience}:
        raise TokenError(400, "invalid_grant", "Invalid JWT: Failed audience check.")
    scope = claims.get("scope")
    if not isinstance(scope, str) or not scope.split():
        raise TokenError(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    subject = claims.get("sub")
    return Assertion(None if subject in (None, account.email) else str(subject), tuple(scope.split()))


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


@lru_cache(maxsize=8)
def _public_key(pem: str) -> rsa.RSAPublicKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("service accounts have RSA keys")
    return key.public_key()


def _signature_holds(pem: str, signed: bytes, signature: bytes) -> bool:
    try:
        _public_key(pem).verify(signature, signed, padding.PKCS1v15(), SHA256())
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
