"""The probes of the connection check, each alone, with the steps that it needs.

Nothing is written to find out whether it can be: the role that Google shows the owner of a calendar says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.check_others import others_in, push_state
from lockstep.operations.check_steps import Finding, Said, scopes_for
from lockstep.operations.check_words import DELEGATION_PAGE, GROUPS_PAGE, ROLES_PAGE, USERS_PAGE, Typed
from lockstep.store.models import Organisation, StaffMember
from lockstep.sync.errors import (
    AccessLost,
    ApiDisabled,
    ClockWrong,
    DelegationRefused,
    Forbidden,
    KeyRefused,
    LookAgain,
    NotACalendarUser,
    Scope,
    SyncError,
    UnknownSubject,
)
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE, DirectoryUser, GroupMembers, Workspace

SAMPLE = 5
"""People whose calendars are tried before the check says that none can be read."""
NOTED_SKEW = timedelta(seconds=60)
"""Google still accepts it, and the measured delays no longer say anything."""


@dataclass(frozen=True, slots=True)
class Probe:
    name: str
    title: str
    act: Callable[[], Said | None]
    """Raises: Finding, or an error of the gateway."""
    needs: tuple[str, ...] = ()


@dataclass(slots=True)
class Probed:
    """What is being checked, and what the probes have found so far."""

    organisation: Organisation
    directory_user: str
    directory_group: str
    given: Workspace | None
    now: datetime
    found: DirectoryUser | None = None
    sample: list[DirectoryUser] = field(default_factory=list)
    readable: list[DirectoryUser] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        if self.given is None:
            raise Finding(
                _("No service account key is configured."),
                who=_("The operator of this installation"),
                where=_("The setting LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE"),
            )
        return self.given

    @property
    def typed(self) -> Typed:
        client_id = ""
        with suppress(SyncError, Finding):
            client_id = self.workspace.client_id
        return Typed(self.directory_user, self.directory_group, client_id)

    def fetch_token(self, *scopes: str) -> None:
        self.workspace.probe_token(self.directory_user, scopes)

    # The service account

    def key(self) -> None:
        _ = self.workspace.client_id

    def clock(self) -> Said | None:
        try:
            self.fetch_token(USERS_SCOPE)
        except ClockWrong:
            raise
        except AccessLost:
            pass  # The next steps' to report; Google has seen our time and did not mind it.
        skew = self.workspace.clock_skew
        if abs(skew) <= NOTED_SKEW:
            return None
        words = _("This server’s clock is %(seconds)d seconds away from Google’s.")
        where = _("This server: switch time synchronisation (NTP) on")
        seconds = abs(round(skew.total_seconds()))
        return Said(words % {"seconds": seconds}, _("The operator of this installation"), where, noted=True)

    def accepted(self) -> None:
        try:
            self.fetch_token(USERS_SCOPE)
        except KeyRefused:
            raise
        except AccessLost:
            pass

    def known(self) -> None:
        """A refused delegation says nothing about the user; that is the next step's to report."""
        with suppress(DelegationRefused):
            self.fetch_token(USERS_SCOPE)

    # The delegation

    def client(self) -> None:
        """Whether Google lets this client do anything at all; each scope alone comes behind."""
        refused: DelegationRefused | None = None
        for scope in scopes_for(self.directory_group):
            try:
                self.fetch_token(scope)
            except DelegationRefused as error:
                refused = refused or error
            else:
                return
        if refused is not None and not refused.by_policy:
            raise Finding(
                self._nothing_delegated(refused),
                who=_("A Google super admin"),
                where=DELEGATION_PAGE,
                paste=",".join(scopes_for(self.directory_group)),
            )
        if refused is not None:
            raise Finding(str(refused), who=_("A Google super admin"), where=_APP_ACCESS)

    def _nothing_delegated(self, refused: DelegationRefused) -> str:
        values = {"client_id": self.workspace.client_id, "email": self.workspace.account_email}
        fresh = _("What was added less than 24 hours ago may still be spreading.")
        if refused.perhaps_by_email:
            words = _(
                "Google lets Client ID %(client_id)s do nothing. Either there is no entry with this number yet, or it "
                "was made with the e-mail address %(email)s instead: then delete that entry and add the number."
            )
        else:
            words = _(
                "There is no entry for Client ID %(client_id)s. Press Add new and paste the number and the scopes."
            )
        return f"{words % values} {fresh}"

    # The directory

    def directory_api(self) -> None:
        """Any answer but "disabled" will do: what it says is the next steps' to report."""
        try:
            self.workspace.directory(self.directory_user).user(self.directory_user)
        except ApiDisabled:
            raise
        except (AccessLost, LookAgain):
            pass

    def user(self) -> Said | None:
        try:
            self.found = self.workspace.directory(self.directory_user).user(self.directory_user)
        except Forbidden as error:
            raise self._role_lacks_users(error) from error
        if self.found.primary_email.casefold() == self.directory_user.casefold():
            return None
        words = _("%(typed)s is another address of %(email)s. Type the primary one: only that is sure to stay.")
        values = {"typed": self.directory_user, "email": self.found.primary_email}
        where = _("The field Directory User Email")
        return Said(words % values, _("You"), where, self.found.primary_email, noted=True)

    def users_read(self) -> None:
        """Reading oneself proves little: only an admin may list others."""
        directory = self.workspace.directory(self.directory_user)
        try:
            next(iter(directory.users()), None)
        except Forbidden as error:
            raise self._role_lacks_users(error) from error

    def _role_lacks_users(self, error: Forbidden) -> Exception:
        """What is to be raised instead, where more is known than that it is forbidden."""
        if error.scope is Scope.CONNECTION or not self._is_some_admin():
            return error
        return Finding(
            _("%(email)s is an admin, and may not read users: the role lacks Users → Read.")
            % {"email": self.directory_user},
            who=_("A Google super admin"),
            where=ROLES_PAGE + _(": add Users → Read to the user’s role"),
            paste=self.directory_user,
        )

    def _is_some_admin(self) -> bool:
        if self.found is not None and (self.found.is_admin or self.found.is_delegated_admin):
            return True
        if not self.directory_group:
            return False
        # Who may not read people and may read groups has a role, only not the whole one.
        with suppress(AccessLost, LookAgain):
            return self.workspace.directory(self.directory_user).group_exists(self.directory_group)
        return False

    def customer(self) -> None:
        bound = self.organisation.google_customer_id
        found = self.found.customer_id if self.found else ""
        others = Organisation.objects.exclude(pk=self.organisation.pk).filter(google_customer_id=found)
        if (bound and bound != found) or (found and others.exists()):
            raise Finding(
                _("This Google Workspace is not the one that belongs to this organisation."),
                who=_("The operator of this installation"),
                where=_("The organisation's Google customer id"),
            )

    def group(self) -> None:
        if not self.workspace.directory(self.directory_user).group_exists(self.directory_group):
            raise Finding(
                _("There is no group with this address. Check its spelling, or create it."),
                who=_("A Google admin"),
                where=GROUPS_PAGE,
                paste=self.directory_group,
            )

    # The people

    def members(self) -> Said | None:
        directory = self.workspace.directory(self.directory_user)
        members = (
            directory.group_members(self.directory_group) if self.directory_group else GroupMembers(frozenset(), True)
        )
        taking_part = (user for user in directory.users() if members.everyone or user.id in members.user_ids)
        idle: list[str] = []
        for user in taking_part:
            if not user.suspended and not user.archived:
                self.sample.append(user)
                if len(self.sample) == SAMPLE:
                    break
            else:
                idle.append(user.primary_email)
        if not self.sample:
            raise Finding(
                self._nobody(members, idle),
                who=_("A Google admin"),
                where=GROUPS_PAGE + _(" → Members") if self.directory_group else USERS_PAGE,
                paste=self.directory_group,
            )
        return self._members_found(members, idle)

    def _nobody(self, members: GroupMembers, idle: list[str]) -> str:
        if not self.directory_group:
            return _("Nobody would synchronise: the directory has no active users.")
        if idle:
            return _("Nobody would synchronise: the group has no active members, only suspended ones.")
        if members.groups:
            return _(
                "Nobody would synchronise: the group has no active members, only other groups, and Google shows nobody "
                "in those. After a change it can take Google ten minutes."
            )
        return _("Nobody would synchronise: the group has no active members.")

    def _members_found(self, members: GroupMembers, idle: list[str]) -> Said | None:
        if idle:
            words = ngettext(
                "%(people)s is suspended or archived, and does not take part.",
                "%(people)s are suspended or archived, and do not take part.",
                len(idle),
            )
            return Said(words % {"people": _listed(idle)}, _("A Google admin"), USERS_PAGE, noted=True)
        if members.everyone:
            return None
        found = len(members.user_ids)
        return Said(ngettext("The group has %(n)d person.", "The group has %(n)d people.", found) % {"n": found})

    def addresses(self) -> Said | None:
        """Whom Lockstep knows under an address that is not their primary one in Google."""
        aliases = {alias.casefold(): user.primary_email for user in self.sample for alias in user.aliases}
        ours = StaffMember.objects.filter(organisation=self.organisation, left_at=None)
        known = {email.casefold() for email in ours.values_list("email", flat=True)} & aliases.keys()
        if not known:
            return None
        typed = sorted(known)[0]
        words = _("Lockstep knows %(primary)s as %(alias)s, which is only an alias in Google: nothing syncs for them.")
        values = {"primary": aliases[typed], "alias": typed}
        where = _("GSuite → Users, or the person’s page in Set up")
        return Said(words % values, _("You"), where, aliases[typed], noted=True)

    # Their calendars

    def calendar_api(self) -> None:
        """As the Directory User, who need not have a calendar for Google to say whether the API is on."""
        try:
            self.workspace.calendar(self.directory_user).facts()
        except ApiDisabled:
            raise
        except (AccessLost, LookAgain):
            pass

    def calendar(self) -> Said | None:
        """Some people are tried, and one who can be read is enough: another's missing licence is theirs alone."""
        trouble: AccessLost | None = None
        without: list[str] = []
        for person in self.sample:
            try:
                self.workspace.calendar(person.primary_email).facts()
            except (NotACalendarUser, Forbidden, UnknownSubject) as error:
                if error.scope is Scope.CONNECTION:
                    raise
                trouble = trouble or error
                without.append(person.primary_email)
            else:
                self.readable.append(person)
        if trouble is not None and not self.readable:
            raise trouble
        if not without:
            return None
        words = ngettext(
            "Of those tried, %(people)s has no readable Google Calendar. The others do not wait for it.",
            "Of those tried, %(people)s have no readable Google Calendar. The others do not wait for it.",
            len(without),
        )
        where = _("Google Admin console → Billing → Licences")
        return Said(words % {"people": _listed(without)}, _("A Google admin"), where, noted=True)

    def writable(self) -> None:
        for person in islice(self.readable, 1):
            if not self.workspace.calendar(person.primary_email).may_write():
                raise Finding(
                    _("Google does not let %(email)s change their own calendar, so Lockstep could not write to it.")
                    % {"email": person.primary_email},
                    who=_("A Google admin"),
                    where=_("Google Admin console → Apps → Google Workspace → Calendar"),
                )

    def others(self) -> Said | None:
        calendars = (self.workspace.calendar(person.primary_email) for person in self.readable)
        return others_in(calendars, now=self.now)

    def push(self) -> Said | None:
        return push_state(self.organisation)


def probes_of(probed: Probed) -> Iterator[Probe]:
    """The probes in the order in which they are shown."""
    group = probed.directory_group
    yield Probe("key", _("The service account's key can be read"), probed.key)
    yield Probe("clock", _("This server's clock is right"), probed.clock, ("key",))
    yield Probe("accepted", _("Google accepts the key"), probed.accepted, ("clock",))
    yield Probe("known", _("Google knows the Directory User"), probed.known, ("accepted",))
    yield Probe("client", _("The Client ID is authorised"), probed.client, ("known",))
    for name, title, scope in _scope_steps(group):
        yield Probe(name, title, partial(probed.fetch_token, scope), ("client",))
    yield Probe("directory_api", _("The Admin SDK API is on"), probed.directory_api, ("users_scope",))
    yield Probe("directory_user", _("The Directory User can read the directory"), probed.user, ("directory_api",))
    yield Probe("users_read", _("The Directory User may list users"), probed.users_read, ("directory_user",))
    yield Probe("customer", _("The Directory User belongs to this organisation"), probed.customer, ("directory_user",))
    if group:
        needs = ("groups_scope", "directory_api", "customer")
        yield Probe("group", _("The Directory Group exists and can be read"), probed.group, needs)
    yield Probe("members", _("There are people to synchronise"), probed.members, ("users_read", "customer", "group"))
    yield Probe("addresses", _("Their addresses here are the primary ones in Google"), probed.addresses, ("members",))
    yield Probe("calendar_api", _("The Google Calendar API is on"), probed.calendar_api, ("calendar_scope",))
    yield Probe("calendar", _("A person's calendar can be read"), probed.calendar, ("members", "calendar_api"))
    yield Probe("writable", _("A person's calendar can be written to"), probed.writable, ("calendar",))
    yield Probe("others", _("No other Lockstep writes to these calendars"), probed.others, ("calendar",))
    yield Probe("push", _("Google can reach this installation"), probed.push)


def _scope_steps(group: str) -> Iterator[tuple[str, str, str]]:
    yield "users_scope", _("Reading the directory is delegated"), USERS_SCOPE
    if group:
        yield "groups_scope", _("Reading groups is delegated"), GROUPS_SCOPE
    yield "calendar_scope", _("Calendar access is delegated"), CALENDAR_SCOPE


_APP_ACCESS = "Google Admin console → Security → Access and data control → API controls → App access control"


def _listed(emails: list[str]) -> str:
    """Three by name, so that a long list stays a sentence."""
    more = len(emails) - 3
    return ", ".join(emails[:3]) + (_(" and %(n)d more") % {"n": more} if more > 0 else "")
