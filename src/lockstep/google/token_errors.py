"""The token endpoint's table: (error, beginning of its description) → our error.

Owns: telling apart what concerns the client or its key (the whole connection), one person, and only this moment.

Which answer a suspended user or an alias gets is not documented; everything that is not known to concern the client or
its key is therefore this person's alone. `access_denied` is the one that can be either: it is documented for scopes
that are not authorised, and was seen for single accounts.

Source: https://developers.google.com/identity/protocols/oauth2/service-account (error codes of domain-wide delegation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lockstep.google.envelope import Refusal
from lockstep.sync.errors import (
    ClockWrong,
    DelegationRefused,
    Forbidden,
    KeyRefused,
    NotACalendarUser,
    RateLimited,
    SyncError,
    UnknownSubject,
    Unreachable,
)


@dataclass(frozen=True, slots=True)
class TokenAsked:
    """A token that was asked for: whose, for what, and by which client."""

    subject: str
    scopes: tuple[str, ...]
    client_id: str
    clock_ahead_seconds: float | None = None
    """How far this machine's clock is ahead of Google's, as their answer shows."""


def token_error_of(refusal: Refusal, asked: TokenAsked) -> SyncError:
    """The error that the token endpoint's `refusal` means."""
    code = refusal.reasons[0] if refusal.reasons else ""
    if refusal.status == 429 or code == "rate_limit_exceeded":
        return RateLimited("Google asks for fewer sign-ins. Lockstep slows down by itself.", until=refusal.wait_until)
    if refusal.status >= 500 or refusal.status == 408 or not refusal.is_googles or code in _PASSING:
        return Unreachable(
            "Google's sign-in did not work just now. Lockstep tries again by itself.", until=refusal.wait_until
        )
    for (known_code, beginning), meaning in TOKEN_TABLE.items():
        if code == known_code and refusal.message.startswith(beginning):
            return meaning(asked)
    return _person_refused(asked)


_PASSING = frozenset({"internal_failure", "server_error", "temporarily_unavailable"})


def _client_unknown(asked: TokenAsked) -> SyncError:
    return _refused(asked, perhaps_by_email=True)


def _delegation_refused(asked: TokenAsked) -> SyncError:
    return _refused(asked)


def _refused(asked: TokenAsked, *, perhaps_by_email: bool = False) -> SyncError:
    return DelegationRefused(
        f"Google does not let Client ID {asked.client_id} act for {asked.subject} with {','.join(asked.scopes)}. "
        "A super administrator authorises exactly this under Security → Access and data control → API controls → "
        "Domain-wide delegation. A new entry can take up to 24 hours.",
        scopes=asked.scopes,
        perhaps_by_email=perhaps_by_email,
    )


def _policy_refused(asked: TokenAsked) -> SyncError:
    return DelegationRefused(
        f"A policy of the Google Workspace keeps Client ID {asked.client_id} from {','.join(asked.scopes)}. A super "
        "administrator allows it under Security → Access and data control → API controls → App access control.",
        scopes=asked.scopes,
        by_policy=True,
    )


def _clock_refused(asked: TokenAsked) -> SyncError:
    ahead = asked.clock_ahead_seconds
    skew = "" if ahead is None else f" ({abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'} Google's)"
    return ClockWrong(f"This server's clock is wrong{skew}. The operator switches time synchronisation (NTP) on.")


def _key_refused(_: TokenAsked) -> SyncError:
    return KeyRefused(
        "Google does not accept the service account's key: it was deleted, disabled or has expired. The operator "
        "creates a new key in the Cloud console and stores it on this server."
    )


def _client_refused(asked: TokenAsked) -> SyncError:
    return KeyRefused(
        f"The service account with Client ID {asked.client_id} is disabled or deleted. The operator enables or "
        "restores it in the Cloud console."
    )


def _unknown_subject(asked: TokenAsked) -> SyncError:
    return UnknownSubject(
        f"Google knows no user {asked.subject}. Check the address: it must be the primary e-mail of an active user."
    )


def _restricted(asked: TokenAsked) -> SyncError:
    return NotACalendarUser(
        f"The Google account {asked.subject} is restricted or suspended. Check it in the Admin console."
    )


def _person_refused(asked: TokenAsked) -> SyncError:
    return Forbidden(
        f"Google gives no access as {asked.subject}. Check that the user is active and has signed in once."
    )


TOKEN_TABLE: dict[tuple[str, str], Callable[[TokenAsked], SyncError]] = {
    # (error, beginning of error_description): the first that fits counts.
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens"): _client_unknown,
    ("unauthorized_client", ""): _delegation_refused,
    ("access_denied", "Account restricted"): _restricted,
    ("access_denied", ""): _delegation_refused,
    ("admin_policy_enforced", ""): _policy_refused,
    ("org_internal", ""): _policy_refused,
    ("invalid_scope", ""): _delegation_refused,
    ("invalid_grant", "Invalid JWT: Token must be a short-lived token"): _clock_refused,
    ("invalid_grant", "Invalid JWT"): _key_refused,
    ("invalid_grant", "Invalid email or User ID"): _unknown_subject,
    ("invalid_grant", "Not a valid email"): _unknown_subject,
    ("invalid_grant", "The account has been deleted"): _unknown_subject,
    ("invalid_request", "Invalid impersonation"): _unknown_subject,
    ("disabled_client", ""): _client_refused,
    ("deleted_client", ""): _client_refused,
    ("invalid_client", ""): _client_refused,
}
