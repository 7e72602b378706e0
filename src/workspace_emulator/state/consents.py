"""Consent of people to applications: OAuth clients, authorization codes and refresh tokens.

Source: the guide to OAuth for installed applications, RFC 6749, RFC 7636 (PKCE) and RFC 8252 (loopback redirects).
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from workspace_emulator.state.errors import TokenError

CODE_LIFETIME_MS = 600_000
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class OAuthClient:
    """An application that people let into their account. `redirect_uris` are those of a web application."""

    client_id: str
    secret: str
    redirect_uris: list[str] = field(default_factory=list)
    state: str = "enabled"
    """Or `disabled` or `deleted`: the token endpoint then answers so."""
    internal: bool = False
    """Only for people of this customer's domain, which here is everybody."""

    def redirects_to(self, address: str) -> bool:
        """Whether the address is one of the client's; an installed application's is any loopback port."""
        if self.redirect_uris:
            return address in self.redirect_uris
        parts = urlsplit(address)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK and "@" not in parts.netloc


@dataclass(frozen=True, slots=True)
class Code:
    """One authorization code; it can be used once."""

    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires_ms: int
    challenge: str | None = None
    challenge_method: str = "plain"
    offline: bool = True
    nonce: str | None = None
    """What the application gave to find again in the identity token."""

    def check_verifier(self, verifier: str | None) -> None:
        """Raises: TokenError 400 when the proof of PKCE is missing or wrong."""
        if self.challenge is None:
            return
        if not verifier:
            raise TokenError(400, "invalid_grant", "Missing code verifier.")
        digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if self.challenge != (digest if self.challenge_method == "S256" else verifier):
            raise TokenError(400, "invalid_grant", "Invalid code verifier.")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A person's lasting consent to a client."""

    client_id: str
    user_id: str
    scopes: tuple[str, ...]


@dataclass(slots=True)
class Consents:
    """All clients, codes and refresh tokens."""

    clients: dict[str, OAuthClient] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)

    def client(self, client_id: str | None, secret: str | None) -> OAuthClient:
        """The client that proves to be itself. Raises: TokenError 401 with Google's literals."""
        client = self.clients.get(client_id or "")
        if client is None:
            raise TokenError(401, "invalid_client", "The OAuth client was not found.")
        if client.state == "deleted":
            raise TokenError(401, "deleted_client", "The OAuth client was deleted.")
        if client.state == "disabled":
            raise TokenError(401, "disabled_client", "The OAuth client was disabled.")
        if secret != client.secret:
            raise TokenError(401, "invalid_client", "Unauthorized")
        return client

    def redeem(self, code: str, client: OAuthClient, redirect_uri: str, verifier: str | None, now_ms: int) -> Code:
        """The code, used up. Raises: TokenError 400."""
        held = self.codes.get(code)
        if held is None or held.client_id != client.client_id or held.expires_ms <= now_ms:
            raise TokenError(400, "invalid_grant", "Malformed auth code." if "/" not in code else "Bad Request")
        if held.redirect_uri != redirect_uri:
            raise TokenError(400, "redirect_uri_mismatch", "Bad Request")
        held.check_verifier(verifier)
        del self.codes[code]
        return held

    def refresh(self, token: str, client: OAuthClient) -> RefreshToken:
        """Raises: TokenError 400 for a token that was never issued to the client, or was revoked."""
        held = self.refresh_tokens.get(token)
        if held is None or held.client_id != client.client_id:
            raise TokenError(400, "invalid_grant", "Token has been expired or revoked.")
        return held
