"""Opaque page and sync tokens: small JSON values with a check sum, so that a garbled token is told from an old one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from typing import Any
from zlib import crc32


def sealed(payload: list[Any]) -> str:
    """The token of a payload; the same payload gives the same token."""
    raw = json.dumps(payload, separators=(",", ":")).encode()
    return urlsafe_b64encode(crc32(raw).to_bytes(4, "big") + raw).decode()


def opened(token: str) -> list[Any] | None:
    """The payload, or None for a token that was never made here."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
        if crc32(raw[4:]).to_bytes(4, "big") != raw[:4]:
            return None
        payload = json.loads(raw[4:])
    except (ValueError, Error):
        return None
    return payload if isinstance(payload, list) else None


def fingerprint(*parts: object) -> str:
    """A short hash of parameters that must not change between requests."""
    return sha256(repr(parts).encode()).hexdigest()[:12]
