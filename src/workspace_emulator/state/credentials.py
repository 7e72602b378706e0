"""Service accounts with their keys, domain-wide delegations and access tokens.

Source: the guide to service accounts. A delegation registers scopes under a numeric client id, exactly as strings;
an exchange fails as a whole when one scope is missing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from workspace_emulator.state.consents import Consents

TOKEN_LIFETIME = timedelta(seconds=3600)
_FLIP_MS = 5_000
"""How long an answer stays the same while a delegation spreads with flipping answers."""


@dataclass(slots=True)
class AccountKey:
    """One key pair of a service account. A deleted key is simply gone."""

    id: str
    private_key_pem: str
    enabled: bool = True


@dataclass(slots=True)
class ServiceAccount:
    """A service account with its first key, and further ones."""

    email: str
    client_id: str
    project_id: str
    private_key_id: str
    private_key_pem: str
    key_enabled: bool = True
    enabled: bool = True
    further_keys: list[AccountKey] = field(default_factory=list)
    token_creators: list[str] = field(default_factory=list)
    """Addresses of people and accounts that may sign for it without its key."""

    def all_keys(self) -> list[AccountKey]:
        return [AccountKey(self.private_key_id, self.private_key_pem, self.key_enabled), *self.further_keys]

    def key(self, key_id: str | None) -> AccountKey | None:
        """The usable key of that id; the first one when an assertion names none."""
        found = (key for key in self.all_keys() if key_id in (None, key.id))
        return next((key for key in found if key.enabled), None)


@dataclass(slots=True)
class Delegation:
    """Scopes of a client, and for a while after a change the scopes it had before.

    Source: the guide says minutes, and up to 24 hours for all users; so the moment may differ from user to user.
    """

    scopes: frozenset[str]
    effective_ms: int = 0
    scopes_before: frozenset[str] = frozenset()
    changed_ms: int = 0
    effective_ms_of: dict[str, int] = field(default_factory=dict)
    """By user id, where it differs from `effective_ms`."""
    spread: bool = False
    """Whether each user without a moment of their own has one between the change and `effective_ms`."""
    flips: bool = False
    """Whether answers alternate between old and new before the moment, ever more often new."""

    def scopes_at(self, now_ms: int, user_id: str = "") -> frozenset[str]:
        effective = self._effective(user_id)
        if now_ms >= effective:
            return self.scopes
        if not self.flips or now_ms < self.changed_ms:
            return self.scopes_before
        reached = (now_ms - self.changed_ms) / (effective - self.changed_ms)
        return self.scopes if _fraction(user_id, str(now_ms // _FLIP_MS)) < reached else self.scopes_before

    def _effective(self, user_id: str) -> int:
        if user_id in self.effective_ms_of:
            return self.effective_ms_of[user_id]
        if not self.spread or not user_id:
            return self.effective_ms
        return self.changed_ms + int(_fraction(user_id) * (self.effective_ms - self.changed_ms))


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token stands for."""

    subject_id: str | None
    """The impersonated user's Directory id; None when the service account acts for itself."""
    client_id: str
    scopes: frozenset[str]
    expires_at: datetime
    refresh_token: str | None = None
    """The refresh token it came from, which takes it along when it is revoked."""


@dataclass(slots=True)
class Credentials:
    """Everything that decides about tokens."""

    service_account: ServiceAccount
    """The first one, whose key file the program writes."""
    delegations: dict[str, Delegation] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    further_accounts: list[ServiceAccount] = field(default_factory=list)
    consents: Consents = field(default_factory=Consents)

    def accounts(self) -> list[ServiceAccount]:
        return [self.service_account, *self.further_accounts]

    def account(self, key: object) -> ServiceAccount | None:
        """The service account of an e-mail or a client id."""
        return next((account for account in self.accounts() if key in (account.email, account.client_id)), None)

    def delegate(self, client_id: str, scopes: frozenset[str], now_ms: int, delay_ms: int) -> Delegation:
        """Register scopes for a client; they hold after `delay_ms`, until then what held before."""
        old = self.delegations.get(client_id)
        before = old.scopes_at(now_ms) if old else frozenset()
        self.delegations[client_id] = Delegation(scopes, now_ms + delay_ms, before, now_ms)
        return self.delegations[client_id]

    def issue(self, token: str, grant: Grant, now: datetime) -> None:
        """Remember a token; those that ended are forgotten now and then."""
        if len(self.grants) > 5000:
            self.grants = {key: kept for key, kept in self.grants.items() if kept.expires_at > now}
        self.grants[token] = grant

    def grant_of(self, token: str, now: datetime) -> Grant | None:
        found = self.grants.get(token)
        return found if found is not None and found.expires_at > now else None

    def revoke(self, token: str) -> bool:
        """End an access token with its refresh token, or a refresh token with its access tokens."""
        grant = self.grants.pop(token, None)
        refresh = grant.refresh_token if grant else token
        known = refresh is not None and self.consents.refresh_tokens.pop(refresh, None) is not None
        if known:
            self.grants = {key: kept for key, kept in self.grants.items() if kept.refresh_token != refresh}
        return grant is not None or known


def _fraction(*parts: str) -> float:
    """A number below 1 that is the same for the same parts."""
    return int.from_bytes(sha256("\0".join(parts).encode()).digest()[:6]) / 2**48
