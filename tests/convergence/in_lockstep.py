"""What people do in Lockstep, through its operations."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from uuid import UUID

from tests.convergence.moments import slot
from tests.convergence.script import Step

from lockstep.calendar.interval import Interval
from lockstep.operations.amending import Standing, amend, standing_of
from lockstep.operations.booking import (
    BookingRequest,
    ClientDetails,
    book,
    cancel_appointment,
    reschedule_appointment,
)
from lockstep.operations.connection import pause, resume, save_connection
from lockstep.operations.event_settings import EventContent
from lockstep.operations.history import By
from lockstep.operations.holding import hold_slot
from lockstep.operations.looking import ask_for_look
from lockstep.operations.resyncing import resync_people
from lockstep.store.models import Appointment, AppointmentHistory, CalendarLink, Connection, StaffMember
from lockstep.sync.gateway import Workspace

if TYPE_CHECKING:
    from tests.convergence.world import World

MOST_APPOINTMENTS = 4
CLIENT = By(AppointmentHistory.Actor.CLIENT)
STAFF = By(AppointmentHistory.Actor.STAFF, "Alice")


def booked(world: World) -> list[Appointment]:
    rows = Appointment.objects.filter(status=Appointment.Status.BOOKED, ends_at__gt=world.moments())
    return list(rows.select_related("staff", "service", "location", "organisation").order_by("pk"))


def _chosen(world: World, step: Step) -> Appointment | None:
    found = booked(world)
    return found[step.a % len(found)] if found else None


def _google_for(world: World, staff: StaffMember) -> Workspace | None:
    """None while somebody else looks: a click would wait two real seconds for them in vain, and then be refused."""
    now = world.moments()
    at_it = CalendarLink.objects.filter(staff=staff, leased_until__gt=now).exists()
    return None if at_it else world.workspace


def book_slot(world: World, step: Step) -> None:
    if len(booked(world)) >= MOST_APPOINTMENTS:
        return
    staff = world.staff[step.a % len(world.staff)]
    starts_at = slot(step.b)
    flow = UUID(int=random.getrandbits(128))

    def confirm() -> None:
        hold_slot(
            flow=flow,
            address="192.0.2.1",
            service=world.company.service,
            location=world.company.branch,
            staff=staff,
            meeting_method="at_location",
            starts_at=starts_at,
            now=world.moments(),
        )
        request = BookingRequest(flow, ClientDetails("Maria Ruiz", "maria@client.example", client_id="77"), "Notes", "")
        known = world.truth.known_before(staff)
        made = book(request, workspace=_google_for(world, staff), clock=world.moments)
        world.say(f"      {world.name_of(made)} is booked")
        world.truth.check_confirmed(made, known)

    world.process(f"a client books {staff.name} {starts_at:%d %H:%M}", confirm)


def move(world: World, step: Step) -> None:
    appointment = _chosen(world, step)
    if appointment is None or appointment.staff is None:
        return
    staff, starts_at = appointment.staff, slot(step.b)

    def confirm() -> None:
        known = world.truth.known_before(staff)
        moved = reschedule_appointment(
            appointment,
            starts_at=starts_at,
            by=CLIENT,
            workspace=_google_for(world, staff),
            clock=world.moments,
        )
        if moved.sequence == appointment.sequence:
            return
        world.truth.check_confirmed(moved, known)
        world.edits.chose(moved.uuid, moved.starts_at)

    world.process(f"the client moves {world.name_of(appointment)} to {starts_at:%d %H:%M}", confirm)


def cancel(world: World, step: Step) -> None:
    appointment = _chosen(world, step)
    if appointment is None:
        return

    def do() -> None:
        cancel_appointment(appointment, by=CLIENT, now=world.moments())
        world.edits.settled(appointment.uuid)

    world.process(f"the client cancels {world.name_of(appointment)}", do)


def assign(world: World, step: Step) -> None:
    """Somebody else takes the appointment over, if they are free."""
    appointment = _chosen(world, step)
    if appointment is None or appointment.staff is None:
        return
    others = [each for each in world.staff if each != appointment.staff]
    other = others[step.b % len(others)]

    def do() -> None:
        to = Standing(Interval(appointment.starts_at, appointment.ends_at), other.pk)
        known = world.truth.known_before(other)
        moved = amend(
            appointment,
            to,
            by=STAFF,
            workspace=_google_for(world, other),
            clock=world.moments,
            expected=standing_of(appointment),
        )
        world.truth.check_confirmed(moved, known)
        world.edits.settled(appointment.uuid)

    world.process(f"{other.name} takes {world.name_of(appointment)} over", do)


def content(world: World, step: Step) -> None:
    """Settings of what events tell."""

    def do() -> None:
        save_connection(
            world.connection,
            content=EventContent(
                include_client_id=bool(step.a % 2),
                include_notes=bool(step.b % 2),
                visibility=("public", "default", "private")[step.c % 3],
            ),
            by=world.company.admin,
            now=world.moments(),
        )

    if world.connection.state != Connection.State.PAUSED:
        world.process("an admin changes what events tell", do)


def look(world: World, step: Step) -> None:
    link = _link(world, step)
    if link is not None:
        world.process("a page asks for a look", lambda: ask_for_look(link.pk, now=world.moments()))


def read_anew(world: World, step: Step) -> None:
    link = _link(world, step)
    if link is not None:
        world.process(
            f"an admin has {link.staff.name}'s calendar read anew",
            lambda: resync_people(world.connection, [link.staff_id], by=world.company.admin, now=world.moments()),
        )


def _link(world: World, step: Step) -> CalendarLink | None:
    links = list(CalendarLink.objects.select_related("staff", "connection__organisation").order_by("pk"))
    return links[step.a % len(links)] if links else None


def pause_or_resume(world: World, step: Step) -> None:
    paused = world.connection.state == Connection.State.PAUSED
    change = resume if paused else pause
    world.process(
        f"an admin {'resumes' if paused else 'pauses'}",
        lambda: change(world.connection, by=world.company.admin, now=world.moments()),
    )


ACTS = {
    "book": book_slot,
    "move": move,
    "cancel": cancel,
    "assign": assign,
    "content": content,
    "look": look,
    "resync": read_anew,
    "pause": pause_or_resume,
}
