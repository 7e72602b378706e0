"""The connection check: every step on the way to a person's calendar, probed alone.

The first step that fails says what is wrong, who can mend it, where, and what to paste. Steps behind it are skipped,
because their answers would only repeat the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from django.utils.translation import gettext as _

from lockstep.store.models import Organisation
from lockstep.sync.errors import (
    AccessLost,
    ApiDisabled,
    DelegationRefused,
    Forbidden,
    KeyRefused,
    LookAgain,
    NotACalendarUser,
    NotFound,
    OurMistake,
    Scope,
    SyncError,
    TryLater,
    UnknownSubject,
)
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE, DirectoryUser, Workspace

_SAMPLE = 5
"""People whose calendars are tried before the check says that none can be read."""


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    WAITING = "waiting"
    """It may mend itself: a fresh delegation, a busy Google."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One probe. The texts are for the person who reads the page; empty when there is nothing to do."""

    name: str
    outcome: Outcome
    title: str
    sentence: str = ""
    who: str = ""
    where: str = ""
    paste: str = ""
    may_be_fresh: bool = False
    """What was just set up in Google would fail in the same way, until it is known everywhere: up to a day."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    steps: tuple[CheckStep, ...]
    customer_id: str = ""

    @property
    def ok(self) -> bool:
        return all(each.outcome is Outcome.PASSED for each in self.steps)

    @property
    def failure(self) -> CheckStep | None:
        """The first step that did not pass."""
        return next((each for each in self.steps if each.outcome in {Outcome.FAILED, Outcome.WAITING}), None)


def scopes_for(directory_group: str) -> tuple[str, ...]:
    """The scopes to delegate, in the order in which they are shown. The group scope only where a group is used."""
    return (CALENDAR_SCOPE, USERS_SCOPE, *([GROUPS_SCOPE] if directory_group else []))


def check_connection(
    *, organisation: Organisation, directory_user: str, directory_group: str, workspace: Workspace | None
) -> CheckReport:
    """Probe everything that Connect needs, without storing or writing anything."""
    probe = _Probe(organisation, directory_user.strip(), directory_group.strip(), workspace)
    steps: list[CheckStep] = []
    failed = False
    for name, title, act in probe.steps():
        if failed:
            steps.append(CheckStep(name, Outcome.SKIPPED, title))
            continue
        step = _run(name, title, act, probe)
        failed = step.outcome is not Outcome.PASSED
        steps.append(step)
    return CheckReport(tuple(steps), customer_id=probe.found.customer_id if probe.found else "")


class _Finding(Exception):
    """Google answered, and the answer is not what is needed."""

    def __init__(self, sentence: str, *, who: str = "", where: str = "", paste: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.who, self.where, self.paste = sentence, who, where, paste


@dataclass(slots=True)
class _Probe:
    organisation: Organisation
    directory_user: str
    directory_group: str
    given: Workspace | None
    found: DirectoryUser | None = None

    @property
    def workspace(self) -> Workspace:
        if self.given is None:
            raise _Finding(
                _("No service account key is configured."),
                who=_("The operator of this installation"),
                where=_("The setting LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE"),
            )
        return self.given

    def steps(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        yield "key", _("The service account's key can be read"), self._key
        yield "known", _("Google knows the Directory User"), self._known
        yield "users_scope", _("Reading the directory is delegated"), lambda: self._token(USERS_SCOPE)
        if self.directory_group:
            yield "groups_scope", _("Reading groups is delegated"), lambda: self._token(GROUPS_SCOPE)
        yield "calendar_scope", _("Calendar access is delegated"), lambda: self._token(CALENDAR_SCOPE)
        yield "directory_user", _("The Directory User can read the directory"), self._user
        yield "customer", _("The Directory User belongs to this organisation"), self._customer
        if self.directory_group:
            yield "group", _("The Directory Group exists and can be read"), self._group
        yield "members", _("There are people to synchronise"), self._members
        yield "calendar", _("A person's calendar can be read"), self._calendar

    def _key(self) -> None:
        _ = self.workspace.client_id

    def _known(self) -> None:
        """A refused delegation says nothing about the user; that is the next step's to report."""
        with suppress(DelegationRefused):
            self._token(USERS_SCOPE)

    def _token(self, scope: str) -> None:
        self.workspace.probe_token(self.directory_user, (scope,))

    def _user(self) -> None:
        # Reading oneself proves little: only an admin may list others.
        directory = self.workspace.directory(self.directory_user)
        self.found = directory.user(self.directory_user)
        next(iter(directory.users()), None)

    def _customer(self) -> None:
        bound = self.organisation.google_customer_id
        found = self.found.customer_id if self.found else ""
        others = Organisation.objects.exclude(pk=self.organisation.pk).filter(google_customer_id=found)
        if (bound and bound != found) or (found and others.exists()):
            raise _Finding(
                _("This Google Workspace is not the one that belongs to this organisation."),
                who=_("The operator of this installation"),
                where=_("The organisation's Google customer id"),
            )

    def _group(self) -> None:
        if not self.workspace.directory(self.directory_user).group_exists(self.directory_group):
            raise _Finding(
                _("There is no group with this address. Check its spelling, or create it."),
                who=_("A Google admin"),
                where=_("Google Admin console → Directory → Groups"),
                paste=self.directory_group,
            )

    def _people(self) -> Iterator[DirectoryUser]:
        directory = self.workspace.directory(self.directory_user)
        active = (user for user in directory.users() if not user.suspended and not user.archived)
        if not self.directory_group:
            return active
        members = directory.group_members(self.directory_group)
        return (user for user in active if members.everyone or user.id in members.user_ids)

    def _members(self) -> None:
        if next(self._people(), None) is None:
            raise _Finding(
                _("Nobody would synchronise: the group has no active members.")
                if self.directory_group
                else _("Nobody would synchronise: the directory has no active users."),
                who=_("A Google admin"),
                where=_("Google Admin console → Directory → Groups → Members"),
            )

    def _calendar(self) -> None:
        """Some people are tried, and one who can be read is enough: another's missing licence is theirs alone."""
        trouble: AccessLost | None = None
        for person in islice(self._people(), _SAMPLE):
            try:
                self.workspace.calendar(person.primary_email).facts()
            except AccessLost as error:
                if error.scope is Scope.CONNECTION:
                    raise
                trouble = trouble or error
            else:
                return
        if trouble is not None:
            raise trouble


def _run(name: str, title: str, act: Callable[[], None], probe: _Probe) -> CheckStep:
    try:
        act()
    except _Finding as finding:
        return CheckStep(name, Outcome.FAILED, title, finding.sentence, finding.who, finding.where, finding.paste)
    except (AccessLost, TryLater, LookAgain, OurMistake) as error:
        return _explained(name, title, error, probe)
    return CheckStep(name, Outcome.PASSED, title)


_DELEGATION_PAGE = "Google Admin console → Security → Access and data control → API controls → Domain-wide delegation"


def _explained(name: str, title: str, error: SyncError, probe: _Probe) -> CheckStep:
    """What an error of Google means at this step: who can mend it, where, with which value."""
    outcome, sentence, who, where, paste = Outcome.FAILED, str(error), "", "", ""
    match error:
        case DelegationRefused():
            scopes = ",".join(scopes_for(probe.directory_group))
            sentence = _(
                "The Client ID %(client_id)s is not authorised for this scope. "
                "If it was added less than 24 hours ago, Google may still be spreading it."
            ) % {"client_id": probe.workspace.client_id}
            who, where, paste = _("A Google super admin"), _DELEGATION_PAGE, scopes
        case UnknownSubject() | Forbidden() if name == "calendar":
            who, where = _("A Google admin"), _("Google Admin console → Directory → Users")
        case UnknownSubject():
            sentence = _("Google knows no user with the address %(email)s.") % {"email": probe.directory_user}
            who, where = _("You"), _("The field Directory User Email: check the spelling")
        case NotFound():
            sentence = _("Google does not find %(email)s.") % {"email": probe.directory_user}
            who, where = _("You"), _("The fields above: check the spelling")
        case Forbidden():
            sentence = (
                _("%(email)s may not read groups: the user's admin role does not include them.")
                if name in {"group", "members"}
                else _("%(email)s may not read the directory: the user is not an admin.")
            ) % {"email": probe.directory_user}
            who = _("A Google super admin")
            where = _("Google Admin console → Account → Admin roles: give a role with Users → Read and Groups → Read")
            paste = probe.directory_user
        case NotACalendarUser():
            sentence = _("None of the people tried has a Google Calendar.")
            who, where = _("A Google admin"), _("Google Admin console → Billing → Licences")
        case ApiDisabled():
            who = _("The operator of this installation")
            where = _("Google Cloud console → APIs and services → Library → Enable")
        case KeyRefused():
            who = _("The operator of this installation")
            where = _("Google Cloud console → IAM → Service accounts → Keys")
        case TryLater():
            outcome = Outcome.WAITING
            sentence = _("Google does not answer at the moment. Nothing was changed; try again in a minute.")
            who = _("Nobody, if it passes; otherwise whoever runs the network of this installation")
    fresh = isinstance(error, AccessLost) and error.may_be_fresh
    return CheckStep(name, outcome, title, sentence, who, where, paste, may_be_fresh=fresh)
