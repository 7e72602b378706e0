"""Identity tokens: who signed in, signed with a key that anybody can check.

Source: the guide to OpenID Connect (https://developers.google.com/identity/openid-connect/openid-connect).
"""

import json
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from workspace_emulator.json_values import Json
from workspace_emulator.state.assertions import signed_by
from workspace_emulator.state.credentials import AccountKey
from workspace_emulator.state.directory import User

ISSUER = "https://accounts.google.com"
"""Whatever the emulator's own address is: this is what Google's tokens say."""
_LIFETIME_SECONDS = 3600
_EMAIL = frozenset({"email", "https://www.googleapis.com/auth/userinfo.email"})
_PROFILE = frozenset({"profile", "https://www.googleapis.com/auth/userinfo.profile"})


def claims_of(user: User, scopes: frozenset[str], domain: str) -> Json:
    """What a person's consent to `scopes` tells about them."""
    claims: Json = {"sub": user.id}
    if scopes & _EMAIL:
        claims |= {"email": user.primary_email, "email_verified": True}
    if scopes & _PROFILE:
        claims |= {
            "name": f"{user.given_name} {user.family_name}".strip(),
            "given_name": user.given_name,
            "family_name": user.family_name,
        }
    # The domain of the account, which people without a Workspace do not have.
    return claims | {"hd": domain}


def id_token(claims: Json, *, client_id: str, access_token: str, nonce: str | None, now: datetime) -> str:
    """A signed token for the application; good for an hour."""
    issued = int(now.timestamp())
    half = sha256(access_token.encode()).digest()[:16]
    return signed_by(
        _key(),
        json.dumps(
            {
                "iss": ISSUER,
                "azp": client_id,
                "aud": client_id,
                **claims,
                "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
                **({"nonce": nonce} if nonce else {}),
                "iat": issued,
                "exp": issued + _LIFETIME_SECONDS,
            }
        ),
    )


def public_keys() -> Json:
    """The keys with which identity tokens are signed, as a JWK set (RFC 7517)."""
    numbers = _private_key().public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "alg": "RS256",
                "use": "sig",
                "kid": _key().id,
                "n": _base64url(numbers.n),
                "e": _base64url(numbers.e),
            }
        ]
    }


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def _private_key() -> rsa.RSAPrivateKey:
    """Made at the first need, as few programs sign people in; a new one with every start, as Google's change too."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _key() -> AccountKey:
    pem = _private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return AccountKey(sha256(pem.encode()).hexdigest()[:40], pem)
