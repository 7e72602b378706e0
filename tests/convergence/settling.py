"""The end of a history: nothing more goes wrong, and everything that is due is done until nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.convergence import in_between, in_lockstep
from tests.convergence.cedar import GROUP, PEOPLE
from tests.convergence.script import Step

from lockstep.store.models import Appointment, CalendarLink, Connection, StaffMember, WrittenEvent
from lockstep.sync.link import LinkState

if TYPE_CHECKING:
    from tests.convergence.world import World

A_POLL = timedelta(minutes=51)
"""Longer than the longest interval: afterwards every calendar was polled at least once."""
MOST_ROUNDS = 60


def mend(world: World, *, people: bool) -> None:
    """Faults off and clocks right; with `people` everybody has their calendar back."""
    world.say("-- everything is mended")
    world.points.waiting.clear()
    world.wire.troubles.clear()
    world.core.faults.clear()
    world.moments.skew = timedelta()
    if world.connection.state == Connection.State.PAUSED:
        in_lockstep.pause_or_resume(world, Step("pause"))
    if people:
        for email in PEOPLE:
            world.control("PATCH", f"users/{world.user(email).id}", {"suspended": False, "has_calendar": True})
        for email in PEOPLE[:2]:
            world.control("PUT", f"groups/{GROUP}/members/{world.address(email)}", {})


def settle(world: World, *, with_push: bool) -> None:
    """Until nothing is due any more, and every calendar was polled since."""
    world.ask_for_import()
    rest(world, with_push=with_push)
    world.moments.pass_on(A_POLL)
    rest(world, with_push=with_push)


def rest(world: World, *, with_push: bool) -> None:
    """Do what is due until nothing is."""
    for _ in range(MOST_ROUNDS):
        while world.messages and with_push:
            in_between.push(world, Step("push"))
        world.messages.clear()
        in_between.sweep_now(world, Step("sweep"))
        world.work()
        if world.violations:
            return
        if world.due_jobs() or world.messages:
            continue
        due = _next_due(world)
        if due is None:
            return
        # Not to the moment itself: a job that is lost is missed some seconds later.
        world.moments.pass_on(max(due - world.moments(), timedelta()) + timedelta(seconds=11))
    world.wrong("Lockstep does not come to rest.")


def _next_due(world: World) -> datetime | None:
    """When something that is still wanted is due; None when nothing is. Polls are not waited for."""
    links = CalendarLink.objects.filter(wanted__gt=F("done"), staff__in=reachable(world))
    rows = WrittenEvent.objects.filter(wanted__gt=F("done"), link__staff__in=reachable(world))
    leased = [*links.values_list("next_due", "leased_until"), *rows.values_list("next_due", "leased_until")]
    moments = [
        *(max(filter(None, pair), default=None) for pair in leased),
        *Appointment.objects.values_list("tell_due_at", flat=True),
        *ProcrastinateJob.objects.filter(status="todo").values_list("scheduled_at", flat=True),
    ]
    return min((each for each in moments if each is not None), default=None)


def reachable(world: World) -> list[StaffMember]:
    """The people whose calendars Google lets Lockstep use."""
    users = world.core.workspace.directory.users
    found = []
    for staff in world.staff:
        user = users.get(staff.google_user_id)
        if user is not None and user.has_calendar and not user.suspended and staff.left_at is None:
            found.append(staff)
    return found


def links(world: World) -> list[CalendarLink]:
    """The calendars of reachable people that are synchronised."""
    rows = CalendarLink.objects.select_related("staff").exclude(state=LinkState.DETACHED)
    return list(rows.filter(staff__in=reachable(world)).order_by("pk"))


def synchronises(staff: StaffMember) -> bool:
    """True when the person's calendar is one that Lockstep is to keep up with."""
    return CalendarLink.objects.filter(staff=staff).exclude(state=LinkState.DETACHED).exists()
