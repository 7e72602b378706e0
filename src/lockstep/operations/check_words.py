"""What an error of Google means at a step of the connection check: who can mend it, where, and with which value."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lockstep.operations.check_steps import CheckStep, Outcome, scopes_for
from lockstep.sync.errors import (
    AccessLost,
    ApiDisabled,
    ClockWrong,
    DelegationRefused,
    Forbidden,
    KeyRefused,
    NotACalendarUser,
    NotFound,
    SyncError,
    TryLater,
    UnknownSubject,
)

DELEGATION_PAGE = "Google Admin console → Security → Access and data control → API controls → Domain-wide delegation"
ROLES_PAGE = "Google Admin console → Account → Admin roles"
USERS_PAGE = "Google Admin console → Directory → Users"
GROUPS_PAGE = "Google Admin console → Directory → Groups"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the words of the check name."""

    directory_user: str
    directory_group: str
    client_id: str


def explained(name: str, title: str, error: SyncError, typed: Typed) -> CheckStep:
    """The step that met `error`."""
    outcome, sentence, who, where, paste = Outcome.FAILED, str(error), "", "", ""
    match error:
        case DelegationRefused():
            sentence = _(
                "This scope is missing from the entry of Client ID %(client_id)s. Edit the entry and paste all scopes. "
                "If that was done less than 24 hours ago, Google may still be spreading it."
            ) % {"client_id": typed.client_id}
            who, where = _("A Google super admin"), DELEGATION_PAGE
            paste = ",".join(scopes_for(typed.directory_group))
        case UnknownSubject() | Forbidden() if name in _OF_THE_SAMPLE:
            who, where = _("A Google admin"), USERS_PAGE
        case UnknownSubject():
            sentence = _("Google knows no user with the address %(email)s.") % {"email": typed.directory_user}
            who, where = _("You"), _("The field Directory User Email: check the spelling")
        case NotFound():
            sentence = _("Google does not find %(email)s.") % {"email": typed.directory_user}
            who, where = _("You"), _("The fields above: check the spelling")
        case Forbidden() if name in _READ_BY_THE_DIRECTORY_USER:
            sentence = _forbidden(name) % {"email": typed.directory_user}
            who, where, paste = _("A Google super admin"), _role_place(name), typed.directory_user
        case NotACalendarUser():
            sentence = _("None of the people tried has a Google Calendar.")
            who, where = _("A Google admin"), _("Google Admin console → Billing → Licences")
        case ApiDisabled():
            who = _("The operator of this installation")
            where = _("Google Cloud console → APIs and services → Library → Enable")
        case ClockWrong():
            who, where = _("The operator of this installation"), _("This server: switch time synchronisation (NTP) on")
        case KeyRefused():
            who = _("The operator of this installation")
            where = _("Google Cloud console → IAM → Service accounts → Keys")
        case TryLater():
            outcome = Outcome.WAITING
            sentence = _("Google does not answer at the moment. Nothing was changed; try again in a minute.")
            who = _("Nobody, if it passes; otherwise whoever runs the network of this installation")
    fresh = isinstance(error, AccessLost) and error.may_be_fresh
    return CheckStep(name, outcome, title, sentence, who, where, paste, may_be_fresh=fresh)


_OF_THE_SAMPLE = {"calendar", "writable"}
_READ_BY_THE_DIRECTORY_USER = {"directory_user", "users_read", "group", "members"}


def _forbidden(name: str) -> str:
    if name in {"group", "members"}:
        return _("%(email)s may not read groups: the user’s admin role lacks Groups → Read.")
    return _("%(email)s may not read the directory: the user is not an admin, or lacks Users → Read.")


def _role_place(name: str) -> str:
    if name in {"group", "members"}:
        return ROLES_PAGE + _(": add Groups → Read to the user’s role")
    return ROLES_PAGE + _(": give the user a role with Users → Read and Groups → Read")
