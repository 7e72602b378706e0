"""The probes of the connection check in their order, each with the steps that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from lockstep.operations.check_directory import Probed
from lockstep.operations.check_people import ProbedPeople
from lockstep.operations.check_steps import Said
from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE


@dataclass(frozen=True, slots=True)
class Probe:
    name: str
    title: str
    act: Callable[[], Said | None]
    """Raises: Finding, or an error of the gateway."""
    needs: tuple[str, ...] = ()


def probes_of(probed: Probed) -> Iterator[Probe]:
    """The probes in the order in which they are shown."""
    group, people = probed.directory_group, ProbedPeople(probed)
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
    yield Probe("members", _("There are people to synchronise"), people.members, ("users_read", "customer", "group"))
    yield Probe("addresses", _("Their addresses here are the primary ones in Google"), people.addresses, ("members",))
    yield Probe("calendar_api", _("The Google Calendar API is on"), people.calendar_api, ("calendar_scope",))
    yield Probe("calendar", _("A person's calendar can be read"), people.calendar, ("members", "calendar_api"))
    yield Probe("writable", _("A person's calendar can be written to"), people.writable, ("calendar",))
    yield Probe("others", _("No other Lockstep writes to these calendars"), people.others, ("calendar",))
    yield Probe("push", _("Google can reach this installation"), people.push)


def _scope_steps(group: str) -> Iterator[tuple[str, str, str]]:
    yield "users_scope", _("Reading the directory is delegated"), USERS_SCOPE
    if group:
        yield "groups_scope", _("Reading groups is delegated"), GROUPS_SCOPE
    yield "calendar_scope", _("Calendar access is delegated"), CALENDAR_SCOPE
