"""Posting to an address that an admin has typed: over HTTPS, to the public Internet, once, in a few seconds.

The name is resolved here and the connection made to the address that was checked, so that a name which changes its
mind in between does not lead into the installation's own network.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

SECONDS = 5.0
SIGNATURE = "Lockstep-Signature"


class NotPosted(Exception):
    """The sentence says why, for the person who set the address."""


def post(
    url: str,
    secret: str,
    content: Mapping[str, Any],
    *,
    now: datetime,
    private_too: bool = False,
    trusted: str | None = None,
) -> None:
    """Post `content` as JSON, signed; any 2xx is well. `trusted` names other certificates than the system's.

    Raises: NotPosted.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise NotPosted("The webhook’s address must begin with https:// and name a host.")
    port = parts.port or 443
    address = _address(parts.hostname, port, private_too=private_too)
    body = json.dumps(content, sort_keys=True).encode()
    pool = urllib3.HTTPSConnectionPool(
        address,
        port,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        ca_certs=trusted,
        timeout=urllib3.Timeout(total=SECONDS),
        retries=False,
    )
    try:
        response = pool.request(
            "POST",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            body=body,
            headers={
                "Host": parts.netloc,
                "Content-Type": "application/json",
                "User-Agent": "lockstep",
                SIGNATURE: signature(secret, body, now),
            },
            redirect=False,
            preload_content=False,
        )
        response.close()
    except urllib3.exceptions.HTTPError as error:
        raise NotPosted(f"The webhook did not answer ({type(error).__name__}).") from None
    finally:
        pool.close()
    if not 200 <= response.status < 300:
        raise NotPosted(f"The webhook answered with status {response.status}.")


def signature(secret: str, body: bytes, at: datetime) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 of the time, a dot and the body. An old time tells a repeated message."""
    moment = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def _address(host: str, port: int, *, private_too: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotPosted("The webhook’s host could not be looked up.") from None
    addresses = [str(each[4][0]) for each in found]
    if not private_too and not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise NotPosted("The webhook’s host is not on the public Internet. The operator can allow private addresses.")
    return addresses[0]
