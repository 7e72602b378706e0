"""The behaviours of Google that are unverified, delayed or accidental, each as a switch with a default.

Every field is settable through `PATCH /emulator/v1/switches`; CONTROL.md explains each one.
"""

import ast
import inspect
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from typing import get_type_hints

from workspace_emulator.json_values import Json


class UnknownSwitch(ValueError):
    """The switch does not exist, or its value has another type."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What the emulator does where Google's behaviour varies."""

    # Tokens
    token_refusal: str = "unauthorized_client"  # noqa: S105  (the name of an error, not a password)
    """Answer to a scope that is not delegated: `unauthorized_client`, `unauthorized_scope`, `access_denied` or
    `admin_policy_enforced`."""
    suspended_subject: str = "token"
    """Token request for a suspended user: `token` (the APIs then refuse), or the name of a refusal."""
    archived_subject: str = "token"
    """The same for an archived user."""
    deleted_subject: str = "invalid_grant"
    """Token request for a deleted user: as for an unknown one, `deleted` or `bad_request`."""
    unknown_subject: str = "user_id"
    """The text for an unknown subject: `user_id`, `user_id_full_stop` or `not_a_valid_email`."""
    alias_subject: bool = True
    """Whether an alias is accepted as the subject of a token."""
    legacy_audiences: bool = True
    """Whether assertions may name the token addresses of older clients."""
    token_names_scopes: bool = False
    """Whether a delegated token's answer has the field `scope`."""
    token_loss_probability: float = 0.0
    """How often a good access token is answered with 401 and is lost."""
    consent_without_page: bool = False
    """Whether the consent page is skipped for a `login_hint` that names a user: for tests without a browser."""
    jwt_skew_seconds: int = 0
    """Added to the server's time when an assertion's window is checked: a client with a wrong clock."""

    # Directory
    rename_lag_seconds: float = 0.0
    """How long a rename stays invisible; up to ten minutes with Google."""
    nested_membership_lag_seconds: float = 0.0
    """How long a group that was put into another one adds no derived members; up to ten minutes with Google."""
    suspension_is_told: bool = True
    """Whether suspending somebody is an `update` for the channels on users."""

    # Calendar
    alias_calendar_ids: bool = True
    """Whether an alias of a user names the user's primary calendar."""
    internal_sharing: str = "freeBusyReader"
    """What colleagues may see of a primary calendar: `none`, `freeBusyReader`, `reader` or `writer`."""
    restore_deleted: bool = True
    """Whether setting `status` back to `confirmed` restores a deleted event; otherwise 403."""
    property_filter: str = "and"
    """How repeated extended property filters combine: `and` or `or`."""
    sync_token_keeps_window: bool = False
    """Whether a sync token remembers `timeMin` and `timeMax` of the first request."""
    sync_token_days: float = 30.0
    """Age at which a sync token answers 410; 0 means never."""
    tombstone_days: float = 30.0
    """Age at which deleted events leave full lists with `showDeleted`, and limit of `updatedMin`; 0 means never."""
    expansion_days: float = 730.0
    """How far after now `singleEvents=true` expands endless series."""
    deletion_expansion_days: float = 183.0
    """How far after now the instances of a deleted series are reported as cancelled."""
    read_after_write_lag_seconds: float = 0.0
    """How long a change stays invisible to events.list."""
    attendee_copy_delay_seconds: float = 0.0
    """How long the organizer's change takes to reach the attendees' calendars."""
    short_pages: bool = False
    """Whether the first page of a list is empty and the others are cut in half, with page tokens."""
    auto_add_meet: bool = False
    """The users' setting autoAddHangouts: a Meet link on inserted events when conferenceDataVersion is 0."""
    meet_requests: str = "success"
    """What comes of a request for a Meet link: `success`, `pending` (never made by itself) or `failure`."""
    echo: bool = True
    """Whether one's own writes come back through the feed and cause notifications; Google's always do."""
    sync_token_loss_probability: float = 0.0
    """How often a good sync token is answered with 410, from then on for good."""
    etag_churn: bool = False
    """Whether an event that is written changes etag and `updated` once more, unseen, right after the answer."""
    busy_tentative: bool = True
    """Whether freeBusy counts events that the person answered with "maybe"."""
    busy_needs_action: bool = True
    """Whether freeBusy counts invitations that the person has not answered."""

    # Push
    allow_http_push: bool = True
    """Whether channels may point to http:// addresses, which Google refuses."""
    channel_max_ttl_seconds: int = 604_800
    """The longest life of a channel."""
    chance_seed: int = 0
    """Makes lost tokens and the fate of push messages repeatable: setting it, also to the same number, begins their
    chances anew. 0 leaves them to chance."""
    push_drop_probability: float = 0.0
    push_duplicate_probability: float = 0.0
    push_delay_seconds: float = 0.0
    push_reorder_seconds: float = 0.0
    """Each message waits a random part of this, so that they overtake each other."""
    push_attempts: int = 6
    """How often a message is sent while the receiver answers 500, 502, 503 or 504."""
    push_retries_failures: bool = False
    """Whether messages are sent again as well after a lost connection or a time-out."""
    push_sync_first: bool = False
    """Whether the answer to a watch request waits until the `sync` message must have arrived."""
    push_silent_after_seconds: float = 0.0
    """Age at which a channel falls silent before its end; 0 means never."""
    push_silent: bool = False
    """Whether no notification is sent at all."""

    # Quotas, in sliding windows of a minute
    quotas: bool = False
    quota_per_user: int = 600
    quota_per_project: int = 10_000
    quota_directory_per_user: int = 2_400

    def to_json(self) -> Json:
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def described(self) -> list[Json]:
        """Each switch with `name`, `value`, `default`, `kind`, `meaning`, and `allowed` where it is one of a few."""
        hints = get_type_hints(type(self))
        return [
            {
                "name": item.name,
                "value": getattr(self, item.name),
                "default": item.default,
                "kind": hints[item.name].__name__,
                "meaning": _meanings().get(item.name, ""),
                "allowed": list(_CHOICES[item.name]) if item.name in _CHOICES else None,
            }
            for item in fields(self)
        ]

    def changed(self, changes: Json) -> "Switches":
        """These switches with `changes` applied.

        Raises: UnknownSwitch, with a sentence that names the switch.
        """
        hints = get_type_hints(type(self))
        cleaned: Json = {}
        for name, value in changes.items():
            if name not in hints:
                raise UnknownSwitch(f"There is no switch {name!r}. Known: {', '.join(sorted(hints))}.")
            cleaned[name] = _as(name, hints[name], value)
        return replace(self, **cleaned)


_CHOICES: dict[str, tuple[str, ...]] = {
    "token_refusal": ("unauthorized_client", "unauthorized_scope", "access_denied", "admin_policy_enforced"),
    "suspended_subject": ("token", "invalid_grant", "access_denied", "invalid_account"),
    "archived_subject": ("token", "invalid_grant", "access_denied", "invalid_account"),
    "deleted_subject": ("invalid_grant", "deleted", "bad_request"),
    "unknown_subject": ("user_id", "user_id_full_stop", "not_a_valid_email"),
    "internal_sharing": ("none", "freeBusyReader", "reader", "writer"),
    "property_filter": ("and", "or"),
    "meet_requests": ("success", "pending", "failure"),
}


@cache
def _meanings() -> dict[str, str]:
    """The sentence below each switch in this very file, so that there is one place for it."""
    (body,) = (node.body for node in ast.parse(inspect.getsource(Switches)).body if isinstance(node, ast.ClassDef))
    found = {}
    for field_node, text in pairwise(body):
        if not (isinstance(field_node, ast.AnnAssign) and isinstance(field_node.target, ast.Name)):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str):
            found[field_node.target.id] = inspect.cleandoc(text.value.value)
    return found


def _as(name: str, kind: object, value: object) -> object:
    if kind is bool and isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is str and value in _CHOICES[name]:
        return value
    wanted = " or ".join(_CHOICES[name]) if name in _CHOICES else getattr(kind, "__name__", str(kind))
    raise UnknownSwitch(f"The switch {name!r} takes {wanted}, not {value!r}.")
