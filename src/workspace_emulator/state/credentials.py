"""Service accounts' keys, domain-wide delegations and access tokens.

Source: the guide to service accounts. A delegation registers scopes under a numeric client id, exactly as strings;
an exchange fails as a whole when one scope is missing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOKEN_LIFETIME = timedelta(seconds=3600)


@dataclass(slots=True)
class ServiceAccount:
    """The one service account of the emulator, with its only key."""

    email: str
    client_id: str
    project_id: str
    private_key_id: str
    private_key_pem: str
    key_enabled: bool = True


@dataclass(slots=True)
class Delegation:
    """Scopes of a client, and for a while after a change the scopes it had before."""

    scopes: frozenset[str]
    effective_ms: int = 0
    scopes_before: frozenset[str] = frozenset()

    def scopes_at(self, now_ms: int) -> frozenset[str]:
        return self.scopes if now_ms >= self.effective_ms else self.scopes_before


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token stands for."""

    subject_id: str | None
    """The impersonated user's Directory id; None when the service account acts for itself."""
    client_id: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(slots=True)
class Credentials:
    """Everything that decides about tokens."""

    service_account: ServiceAccount
    delegations: dict[str, Delegation] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def delegate(self, client_id: str, scopes: frozenset[str], now_ms: int, delay_ms: int) -> None:
        """Register scopes for a client; they hold after `delay_ms`, until then what held before."""
        old = self.delegations.get(client_id)
        before = old.scopes_at(now_ms) if old else frozenset()
        self.delegations[client_id] = Delegation(scopes, now_ms + delay_ms, before)

    def issue(self, token: str, grant: Grant, now: datetime) -> None:
        """Remember a token; those that ended are forgotten now and then."""
        if len(self.grants) > 5000:
            self.grants = {key: kept for key, kept in self.grants.items() if kept.expires_at > now}
        self.grants[token] = grant

    def grant_of(self, token: str, now: datetime) -> Grant | None:
        found = self.grants.get(token)
        return found if found is not None and found.expires_at > now else None
