"""Key files of service accounts, made up on the spot."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID = "104125936281745205207"


@cache
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def key_file(path: Path, token_uri: str, **changes: object) -> Path:
    """A complete key at `path`, but for `changes`; a change to None leaves the field out."""
    content: dict[str, object] = {
        "type": "service_account",
        "project_id": "lockstep-test",
        "private_key_id": "0123456789abcdef",
        "private_key": private_key(),
        "client_email": "lockstep@lockstep-test.iam.gserviceaccount.com",
        "client_id": CLIENT_ID,
        "token_uri": token_uri,
    }
    content.update(changes)
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))
    return path
