"""What every history ends with: both sides move one appointment before either hears of the other.

In the script this is rare, and what else happens may excuse what is asked here: Lockstep's time holds, and the journal
keeps the one that somebody chose in Google.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.convergence import in_google, in_lockstep, settling
from tests.convergence.cedar import PEOPLE
from tests.convergence.moments import day

from lockstep.calendar.interval import Interval
from lockstep.operations.booking import reschedule_appointment
from lockstep.operations.offer import offer_slots
from lockstep.store.models import Appointment, Conflict, JournalEntry, StaffMember, WrittenEvent
from workspace_emulator.state.event import Event

if TYPE_CHECKING:
    from tests.convergence.world import World


@dataclass(frozen=True, slots=True)
class Contest:
    appointment: Appointment
    in_lockstep: datetime
    in_google: datetime


def begin(world: World) -> Contest | None:
    """Move an appointment on both sides. None where no event is at rest, or its person has no two free slots."""
    world.say("-- both sides move one appointment")
    for appointment in in_lockstep.booked(world):
        staff, event = appointment.staff, _event_at_rest(world, appointment)
        if staff is None or event is None:
            continue
        slots = _other_slots(world, appointment, staff)
        if len(slots) < 2 or not _moved_in_lockstep(world, appointment, slots[0]):
            continue
        email = next(each for each in PEOPLE if world.user(each).id == staff.google_user_id)
        if not in_google.drag(world, email, event, slots[-1]):
            world.wrong("Google lets nobody drag an event of their own")
        return Contest(appointment, slots[0], slots[-1])
    return None


def judge(world: World, contest: Contest) -> None:
    """To be asked when everything is at rest again. A violation is noted in the world."""
    name = world.name_of(contest.appointment)
    now = Appointment.objects.get(pk=contest.appointment.pk)
    if now.starts_at != contest.in_lockstep:
        world.wrong(f"{name}: the time that Lockstep chose does not hold")
    rows = JournalEntry.objects.filter(action="overwritten", appointment=now).values_list(
        "before__when__start", flat=True
    )
    if contest.in_google not in [datetime.fromisoformat(start) for start in rows if start]:
        world.wrong(f"{name}: the time that lost is not in the journal")


def _event_at_rest(world: World, appointment: Appointment) -> Event | None:
    """The appointment's one event, when both sides agree on it and nobody is asked anything."""
    rows = WrittenEvent.objects.filter(appointment=appointment, link__in=settling.links(world), in_google=True)
    row = rows.select_related("link__staff").first()
    if row is None or len(rows) > 1 or row.wanted != row.done or row.parked or row.in_conflict:
        return None
    if Conflict.objects.filter(appointment=appointment, closed_at=None).exists():
        return None
    event = world.core.workspace.calendars[row.link.staff.google_user_id].events.get(row.event_id)
    return event if event is not None and not event.is_cancelled and not event.is_master else None


def _other_slots(world: World, appointment: Appointment, staff: StaffMember) -> list[datetime]:
    start = max(day(0), world.moments())
    offer = offer_slots(
        service=appointment.service,
        location=appointment.location,
        staff=staff,
        window=Interval(start, start + timedelta(days=9)),
        now=world.moments(),
    )
    return [slot.starts_at for slot in offer.slots if slot.starts_at != appointment.starts_at]


def _moved_in_lockstep(world: World, appointment: Appointment, starts_at: datetime) -> bool:
    def confirm() -> None:
        reschedule_appointment(
            appointment,
            starts_at=starts_at,
            by=in_lockstep.CLIENT,
            workspace=world.workspace,
            clock=world.moments,
        )
        world.edits.chose(appointment.uuid, starts_at)

    world.process(f"the client moves {world.name_of(appointment)} to {starts_at:%d %H:%M}", confirm)
    return Appointment.objects.get(pk=appointment.pk).starts_at == starts_at
