"""The connection check's probes of the people who take part, and of a few of their calendars.

Nothing is written to find out whether it can be: the role that Google shows the owner of a calendar says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.operations.check_directory import Probed
from lockstep.operations.check_others import others_in, push_state
from lockstep.operations.check_steps import Finding, Said
from lockstep.operations.check_words import GROUPS_PAGE, USERS_PAGE
from lockstep.store.models import StaffMember
from lockstep.sync.errors import (
    AccessLost,
    ApiDisabled,
    Forbidden,
    LookAgain,
    NotACalendarUser,
    Scope,
    UnknownSubject,
)
from lockstep.sync.gateway import DirectoryUser, GroupMembers

SAMPLE = 5
"""People whose calendars are tried before the check says that none can be read."""


@dataclass(slots=True)
class ProbedPeople:
    """Some of those who take part, and whose calendars could be read."""

    probed: Probed
    sample: list[DirectoryUser] = field(default_factory=list)
    readable: list[DirectoryUser] = field(default_factory=list)

    def members(self) -> Said | None:
        directory = self.probed.workspace.directory(self.probed.directory_user)
        members = (
            directory.group_members(self.probed.directory_group)
            if self.probed.directory_group
            else GroupMembers(frozenset(), True)
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
                where=GROUPS_PAGE + _(" → Members") if self.probed.directory_group else USERS_PAGE,
                paste=self.probed.directory_group,
            )
        return self._members_found(members, idle)

    def _nobody(self, members: GroupMembers, idle: list[str]) -> str:
        if not self.probed.directory_group:
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
        ours = StaffMember.objects.filter(organisation=self.probed.organisation, left_at=None)
        known = {email.casefold() for email in ours.values_list("email", flat=True)} & aliases.keys()
        if not known:
            return None
        typed = sorted(known)[0]
        words = _("Lockstep knows %(primary)s as %(alias)s, which is only an alias in Google: nothing syncs for them.")
        values = {"primary": aliases[typed], "alias": typed}
        where = _("GSuite → Users, or the person’s page in Set up")
        return Said(words % values, _("You"), where, aliases[typed], noted=True)

    def calendar_api(self) -> None:
        """As the Directory User, who need not have a calendar for Google to say whether the API is on."""
        try:
            self.probed.workspace.calendar(self.probed.directory_user).facts()
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
                self.probed.workspace.calendar(person.primary_email).facts()
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
            if not self.probed.workspace.calendar(person.primary_email).may_write():
                raise Finding(
                    _("Google does not let %(email)s change their own calendar, so Lockstep could not write to it.")
                    % {"email": person.primary_email},
                    who=_("A Google admin"),
                    where=_("Google Admin console → Apps → Google Workspace → Calendar"),
                )

    def others(self) -> Said | None:
        calendars = (self.probed.workspace.calendar(person.primary_email) for person in self.readable)
        return others_in(calendars, now=self.probed.now)

    def push(self) -> Said | None:
        return push_state(self.probed.organisation)


def _listed(emails: list[str]) -> str:
    """Three by name, so that a long list stays a sentence."""
    more = len(emails) - 3
    return ", ".join(emails[:3]) + (_(" and %(n)d more") % {"n": more} if more > 0 else "")
