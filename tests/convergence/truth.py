"""The truth about a person's time, computed from Google's own state and nothing of Lockstep's rules.

Series are expanded by the emulator, whose recurrence shares no code with Lockstep's. The only thing taken from
Lockstep's database is which ids stand in its map: an event of ours takes no other time than its appointment's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.cast import NOW
from tests.convergence.moments import Moments

from lockstep.store.models import Appointment, CalendarLink, StaffMember, WrittenEvent
from workspace_emulator.core import Core
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.event import Event, EventType
from workspace_emulator.state.event_times import moment_of
from workspace_emulator.state.instances import Window, computed_instances

Range = tuple[datetime, datetime]
REACH = NOW + timedelta(days=21)
"""Until when times are compared: longer than anything happens, and endless series several times."""


def merged(ranges: list[Range]) -> list[Range]:
    """Joined where they touch, without those that have no length."""
    found: list[Range] = []
    for start, end in sorted(each for each in ranges if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def clipped(ranges: list[Range], start: datetime, end: datetime) -> list[Range]:
    return merged([(max(each[0], start), min(each[1], end)) for each in ranges])


def overlap(ranges: list[Range], start: datetime, end: datetime) -> bool:
    return any(each[0] < end and start < each[1] for each in ranges)


def common(one: list[Range], other: list[Range]) -> list[Range]:
    return merged([(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other])


@dataclass(frozen=True, slots=True)
class Truth:
    core: Core
    violations: list[str]
    moments: Moments

    def busy(self, staff: StaffMember) -> list[Range]:
        """When other people's events and one's own private ones take the person's time, from now on."""
        calendar = self.core.workspace.calendars.get(staff.google_user_id)
        if calendar is None:
            return []
        ours = set(WrittenEvent.objects.filter(link__staff=staff).values_list("event_id", flat=True))
        now = self.moments.googles
        found: list[Range] = []
        for event in calendar.events.values():
            if event.is_cancelled or event.details_gone or not self._blocks(calendar, event):
                continue
            if event.id in ours and not event.is_master:
                continue
            found += _ranges(calendar, event, now, REACH)
        return clipped(found, now, REACH)

    def _blocks(self, calendar: Calendar, event: Event) -> bool:
        """Busy, not declined, and of a kind that takes time. Tentative counts: the setting is at its default."""
        if event.fields.get("transparency") == "transparent":
            return False
        if event.event_type in (EventType.WORKING_LOCATION, EventType.BIRTHDAY):
            return False
        owner = self.core.workspace.directory.users[calendar.owner_id]
        addresses = {address.lower() for address in owner.addresses}
        answers = [row.get("responseStatus") for row in event.attendees() if row["email"].lower() in addresses]
        return "declined" not in answers

    def known_before(self, staff: StaffMember) -> list[Range] | None:
        """What is busy at the moment of the click; None where the person does not synchronise."""
        is_read = CalendarLink.objects.filter(staff=staff).exclude(state="detached").exists()
        return self.busy(staff) if is_read else None

    def check_confirmed(self, appointment: Appointment, before: list[Range] | None) -> None:
        """Nothing that was busy at the click, and still is, may have been booked over."""
        if before is None or appointment.staff is None:
            return
        still = common(before, self.busy(appointment.staff))
        if overlap(still, appointment.starts_at, appointment.ends_at):
            self.violations.append(f"appointment {appointment.pk} is confirmed over busy time that was there before")


def _ranges(calendar: Calendar, event: Event, start: datetime, end: datetime) -> list[Range]:
    window = Window(start - timedelta(days=3), end)
    items = computed_instances(calendar, event, window, end) if event.is_master else iter((event,))
    zone = calendar.time_zone
    return [(moment_of(item.fields["start"], zone), moment_of(item.fields["end"], zone)) for item in items]
