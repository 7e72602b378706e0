"""The installation's service account: its key file, and the assertions signed with it.

Owns: reading and checking the file, and the claims of an assertion. The key never leaves this module.
google-auth signs; it does not fetch the token, because its fetching sleeps and repeats on its own terms.

Source: https://developers.google.com/identity/protocols/oauth2/service-account ("Preparing to make an authorized API
call", HTTP/REST).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from google.auth import crypt, jwt

from lockstep.sync.errors import KeyRefused

AUDIENCE = "https://oauth2.googleapis.com/token"
"""Google's, wherever the key file's `token_uri` points."""

BACKDATED = timedelta(seconds=10)
"""How far in the past an assertion begins, so that a clock a little ahead of Google's is no obstacle."""

ASSERTION_LIFETIME = timedelta(hours=1)
"""From its beginning; the longest that Google accepts."""

_NEEDED = ("client_email", "client_id", "private_key", "private_key_id", "token_uri")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A checked key."""

    client_email: str
    client_id: str
    """The numeric id that an administrator authorises for domain-wide delegation."""
    token_uri: str
    _signer: crypt.RSASigner = field(repr=False)

    def assertion(self, subject: str, scopes: tuple[str, ...], now: datetime) -> bytes:
        """A signed statement that this account acts for `subject` with `scopes`, good for an hour."""
        begins = now - BACKDATED
        claims = {
            "iss": self.client_email,
            "sub": subject,
            "scope": " ".join(scopes),
            "aud": AUDIENCE,
            "iat": int(begins.timestamp()),
            "exp": int((begins + ASSERTION_LIFETIME).timestamp()),
        }
        signed: bytes = jwt.encode(self._signer, claims)  # type: ignore[no-untyped-call]  # google-auth has no types
        return signed


class KeyFile:
    """The key file on this server. One that was replaced is read again, so that a key can be changed while running."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._account: ServiceAccount | None = None

    def account(self) -> ServiceAccount:
        """The service account. Raises: KeyRefused when the file is missing, unreadable or not such a key."""
        with self._lock:
            try:
                stat = self._path.stat()
                if self._account is None or self._seen != (stat.st_mtime_ns, stat.st_size):
                    self._account = _account_in(self._path.read_bytes())
                    self._seen = (stat.st_mtime_ns, stat.st_size)
            except OSError as problem:
                raise KeyRefused(
                    f"The service account's key file cannot be read ({problem.strerror}). The operator checks its path "
                    "and permissions."
                ) from None
            return self._account


def _account_in(content: bytes) -> ServiceAccount:
    try:
        info = json.loads(content)
    except ValueError:
        raise KeyRefused(
            "The service account's key file is not JSON. The operator downloads the key again, in the JSON format."
        ) from None
    if not isinstance(info, Mapping) or info.get("type") != "service_account":
        raise KeyRefused(
            "The key file is not one of a service account. The operator creates a key under IAM → Service accounts → "
            "Keys, in the JSON format."
        )
    missing = [name for name in _NEEDED if not isinstance(info.get(name), str) or not info[name]]
    if missing:
        raise KeyRefused(
            f"The service account's key file lacks {', '.join(missing)}. The operator downloads a complete key."
        )
    if info.get("universe_domain", "googleapis.com") != "googleapis.com":
        raise KeyRefused(
            "The service account belongs to another cloud than Google's public one, where domain-wide delegation does "
            "not exist."
        )
    return ServiceAccount(info["client_email"], info["client_id"], info["token_uri"], _signer(info))


def _signer(info: Mapping[str, Any]) -> crypt.RSASigner:
    try:
        signer: crypt.RSASigner = crypt.RSASigner.from_string(  # type: ignore[no-untyped-call]  # as above
            info["private_key"], info["private_key_id"]
        )
    except Exception:  # noqa: BLE001 - the crypto libraries raise many kinds, and their texts may hold the key
        raise KeyRefused(
            "The private key in the service account's key file cannot be used. The operator downloads the key again."
        ) from None
    return signer
