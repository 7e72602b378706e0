"""What must be true when a history has come to rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tests.convergence.edits import subject_of
from tests.convergence.moments import day, slot
from tests.convergence.settling import links as links_of
from tests.convergence.settling import reachable, synchronises
from tests.convergence.truth import REACH, Range, clipped, overlap
from tests.convergence.watch import is_lockstep_made

from lockstep.calendar.interval import Interval
from lockstep.operations.offer import offer_slots
from lockstep.store.models import (
    Appointment,
    BusyInterval,
    Conflict,
    JournalEntry,
    Reservation,
    StaffMember,
    WrittenEvent,
)
from workspace_emulator.state.event import Event

if TYPE_CHECKING:
    from tests.convergence.world import World


def check(world: World) -> None:
    """Every violation is noted in the world."""
    everybody = reachable(world)
    for staff in everybody:
        _busy_is_the_truth(world, staff)
    _one_event_each(world, everybody)
    _nothing_is_double_booked(world)
    _offers_are_right(world, everybody)
    _overlaps_are_shown(world, everybody)
    _nothing_is_lost(world)
    _everything_is_done(world, everybody)


def stored_busy(staff: StaffMember, now: datetime) -> list[Range]:
    rows = BusyInterval.objects.filter(staff=staff).values_list("span", flat=True)
    return clipped([(span.lower, span.upper) for span in rows], now, REACH)


def _busy_is_the_truth(world: World, staff: StaffMember) -> None:
    if not synchronises(staff):
        return
    truth, stored = world.truth.busy(staff), stored_busy(staff, world.moments.googles)
    if truth != stored:
        missing = [each for each in truth if each not in stored]
        too_much = [each for each in stored if each not in truth]
        world.wrong(f"busy time of {staff.name}: missing {_shown(missing)}, too much {_shown(too_much)}")


def _shown(ranges: list[Range]) -> str:
    return ", ".join(f"{start:%d %H:%M}-{end:%d %H:%M}" for start, end in ranges) or "nothing"


def _one_event_each(world: World, everybody: list[StaffMember]) -> None:
    """One live event for each booked appointment of somebody who synchronises, and none for anything else."""
    now, links = world.moments(), {link.staff_id for link in links_of(world)}
    in_map = set(WrittenEvent.objects.values_list("event_id", flat=True))
    asked = set(
        Conflict.objects.filter(closed_at=None).exclude(kind="overlap").values_list("appointment_id", flat=True)
    )
    booked = {each.uuid: each for each in Appointment.objects.filter(status="booked", ends_at__gt=now)}
    over = set(Appointment.objects.filter(ends_at__lte=now).values_list("uuid", flat=True))
    found: dict[tuple[Any, int], list[Event]] = {}
    for staff in everybody:
        for event in world.core.workspace.calendars[staff.google_user_id].events.values():
            if event.is_cancelled or not is_lockstep_made(event, staff.google_user_id):
                continue
            if event.id in world.edits.resurrected and event.id not in in_map:
                continue  # Out of the bin under an id that was given up: it blocks like any other.
            found.setdefault((subject_of(event), staff.pk), []).append(event)
    for (subject, staff_id), events in found.items():
        appointment = booked.get(subject)
        names = ", ".join(world.label(event.id) for event in events)
        if len(events) > 1:
            world.wrong(f"{len(events)} events ({names}) for one appointment")
        if subject in over or staff_id not in links:
            continue
        if appointment is None or appointment.staff_id != staff_id:
            world.wrong(f"{names} stands in the calendar of {StaffMember.objects.get(pk=staff_id).name} for nothing")
        elif appointment.pk not in asked:
            _says_what_it_should(world, appointment, events[0])
    for appointment in booked.values():
        if appointment.staff_id not in links or appointment.pk in asked:
            continue
        if not found.get((appointment.uuid, appointment.staff_id)):
            world.wrong(f"{world.name_of(appointment)} has no event")


def _says_what_it_should(world: World, appointment: Appointment, event: Event) -> None:
    label, fields, connection = world.label(event.id), event.fields, world.connection
    shown = tuple(fields.get(name, {}).get("dateTime") for name in ("start", "end"))
    instants = tuple(datetime.fromisoformat(each) if each else None for each in shown)
    if instants != (appointment.starts_at, appointment.ends_at) or event.is_master:
        world.wrong(f"{label} is at another time than {world.name_of(appointment)}")
    if world.edits.forgotten:
        return  # A backup was restored: what Lockstep wrote since looks like a person's text.
    for name, ours in (("summary", "Advice"), ("location", "1 Cedar Street, Halifax")):
        theirs = world.edits.texts.get((event.id, name))
        if fields.get(name, "") not in (ours, theirs):
            world.wrong(f"the {name} of {label} is neither Lockstep's nor the person's")
    if fields.get("visibility", "default") != connection.visibility:
        world.wrong(f"the visibility of {label} is not what the settings say")
    description, edited = fields.get("description", ""), (event.id, "description") in world.edits.texts
    for piece, wanted in (("Client ID: 77", connection.include_client_id), ("Notes", connection.include_notes)):
        if piece in description and not wanted:
            world.wrong(f"the description of {label} tells {piece!r}, which the settings forbid")
        if piece not in description and wanted and not edited:
            world.wrong(f"the description of {label} lacks {piece!r}")


def _nothing_is_double_booked(world: World) -> None:
    booked = list(Appointment.objects.filter(status="booked").exclude(staff=None).order_by("pk"))
    for one, other in combinations(booked, 2):
        if one.staff_id == other.staff_id and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            world.wrong(f"{world.name_of(one)} and {world.name_of(other)} are at the same time")
    kept = Reservation.objects.filter(kind="appointment")
    taken = sorted((row.appointment_id or 0, row.staff_id, row.span.lower, row.span.upper) for row in kept)
    wanted = sorted((each.pk, each.staff_id or 0, each.starts_at, each.ends_at) for each in booked)
    if taken != wanted:
        world.wrong("the reservations are not those of the booked appointments")


def _offers_are_right(world: World, everybody: list[StaffMember]) -> None:
    """Each slot that is free is offered, and none that is taken or unknown."""
    now, company = world.moments(), world.company
    window = Interval(max(day(0), now), day(0) + timedelta(days=3))
    for staff in world.staff:
        offer = offer_slots(service=company.service, location=company.branch, staff=staff, window=window, now=now)
        offered = {each.starts_at for each in offer.slots}
        if synchronises(staff) and staff not in everybody:
            if offered:
                world.wrong(f"{staff.name} is offered, whose time is unknown")
            continue
        taken = _taken(world, staff)
        starts = {start for start in map(slot, range(48)) if start > now}
        expected = {start for start in starts if not overlap(taken, start, start + company.service.duration)}
        if offered != expected:
            too_much, missing = offered - expected, expected - offered
            world.wrong(
                f"{staff.name} is offered at {[f'{each:%d %H:%M}' for each in sorted(too_much)]} and not at "
                f"{[f'{each:%d %H:%M}' for each in sorted(missing)]}; {offer.withheld} withheld"
            )


def _taken(world: World, staff: StaffMember) -> list[Range]:
    """Everything that takes the person's time."""
    taken = list(world.truth.busy(staff)) if synchronises(staff) else []
    booked = Appointment.objects.filter(staff=staff, status="booked")
    taken += [(row.starts_at, row.ends_at) for row in booked]
    asked = Conflict.objects.filter(staff=staff, closed_at=None, span__isnull=False)
    return taken + [(row.span.lower, row.span.upper) for row in asked if row.span]


def _overlaps_are_shown(world: World, everybody: list[StaffMember]) -> None:
    """The conflict inbox has an entry for each future appointment that a Google event lies on, and for no other."""
    now = world.moments()
    for appointment in Appointment.objects.filter(status="booked", ends_at__gt=now, staff__in=everybody):
        staff = appointment.staff
        if staff is None or not synchronises(staff):
            continue
        recurring = Conflict.objects.filter(appointment=appointment, closed_at=None, kind="recurring").exists()
        if recurring:
            continue  # Its own series lies on it, which is another question.
        open_now = Conflict.objects.filter(appointment=appointment, closed_at=None, kind="overlap").exists()
        really = overlap(world.truth.busy(staff), appointment.starts_at, appointment.ends_at)
        if open_now != really:
            world.wrong(f"{world.name_of(appointment)}: overlap {'shown' if open_now else 'not shown'} in the inbox")


def _nothing_is_lost(world: World) -> None:
    journal = repr(list(JournalEntry.objects.values_list("before", "after")))
    for user_id, calendar in world.core.workspace.calendars.items():
        for lost in world.edits.lost_texts(user_id, calendar.events, journal):
            world.wrong(f"{lost}, is nowhere any more, not even in the journal")
    for subject, choice in world.edits.choices.items():
        appointment = Appointment.objects.filter(uuid=subject, status="booked").first()
        if appointment and appointment.starts_at != choice.starts_at:
            world.wrong(f"{world.name_of(appointment)}: Google's time won over the one that Lockstep chose")


def _everything_is_done(world: World, everybody: list[StaffMember]) -> None:
    for link in links_of(world):
        if link.state != "current" or link.wanted != link.done:
            world.wrong(f"the calendar of staff {link.staff_id} is {link.state} ({link.problem})")
    for row in WrittenEvent.objects.filter(link__staff__in=everybody):
        if row.wanted != row.done or row.parked:
            world.wrong(f"{world.label(row.event_id)} is still to be written ({row.parked or 'not parked'})")
    for appointment in Appointment.objects.all():
        told = (appointment.told_status, appointment.told_starts_at, appointment.told_ends_at)
        now = (appointment.status, appointment.starts_at, appointment.ends_at)
        if appointment.tell_due_at or (told != now and (told[0], now[0]) != ("cancelled", "cancelled")):
            world.wrong(f"the client of {world.name_of(appointment)} was not told the outcome")


def state_of(world: World, since: datetime) -> list[str]:
    """What Lockstep holds, in words that are the same after another reading of everything."""
    lines = []
    everybody = [staff for staff in reachable(world) if synchronises(staff)]
    for staff in everybody:
        lines += [f"busy {staff.name} {_shown([each])}" for each in stored_busy(staff, since)]
    for appointment in Appointment.objects.order_by("pk"):
        lines.append(
            f"appointment {appointment.pk} {appointment.status} {appointment.starts_at} {appointment.staff_id}"
        )
    for conflict in Conflict.objects.filter(closed_at=None):
        lines.append(f"conflict {conflict.appointment_id} {conflict.kind}")
    lines.append(f"journal {JournalEntry.objects.count()}")
    return sorted(lines)
