"""Both sides at once: Cedar Bank in Lockstep's database and in a running Google Workspace emulator.

Jobs are taken from the queue's own table and done here, one after the other, so that a test decides when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection as database
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import NOW, Company
from tests.google_side import GoogleSide, Json, Person

from lockstep.calendar.interval import Interval
from lockstep.operations import (
    asking,
    channels,
    disconnecting,
    dry_run,
    google_hours,
    leftovers,
    mirror,
    people,
    resyncing,
    sweep,
    sync_calendar,
    telling,
    waiting,
    write_event,
)
from lockstep.operations.asking import AlternativesMessage, QuestionMessage
from lockstep.operations.booking import BookingRequest, ClientDetails, book, reschedule_appointment
from lockstep.operations.connection import connect_workspace, save_connection
from lockstep.operations.disconnecting import begin_disconnect
from lockstep.operations.event_settings import EventContent
from lockstep.operations.history import By
from lockstep.operations.holding import hold_slot
from lockstep.operations.looking import ask_for_look
from lockstep.operations.offer import offer_slots
from lockstep.operations.resyncing import resync_people
from lockstep.operations.telling import ClientMessage
from lockstep.operations.writing import want_event
from lockstep.store.models import (
    Appointment,
    AppointmentHistory,
    BusyInterval,
    CalendarLink,
    Conflict,
    Connection,
    StaffMember,
    WrittenEvent,
)
from lockstep.store.values import interval_of
from lockstep.sync.gateway import Workspace
from lockstep.sync.marks import PROPERTY

DOMAIN = "cedar.example"
ADMIN = "alice@small.example"
GROUP = "advisers@cedar.example"
ZONE = "America/Halifax"
HALF_HOUR = timedelta(minutes=30)
CLIENT = By(AppointmentHistory.Actor.CLIENT)
STAFF = By(AppointmentHistory.Actor.STAFF, "Alice")


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """A time on a day of December 2026 in Halifax (four hours behind UTC)."""
    return datetime(2026, 12, day, 4, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


@dataclass(slots=True)
class Clock:
    """Lockstep's clock and Google's, moved together."""

    google: GoogleSide
    offset: timedelta = field(default_factory=lambda: NOW - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        self.offset += by
        self.google.control("POST", "clock", advance_seconds=by.total_seconds())
        self.google.tokens.clear()


@dataclass(slots=True)
class Post:
    """Takes the messages to clients and staff."""

    sent: list[ClientMessage] = field(default_factory=list)
    offered: list[AlternativesMessage] = field(default_factory=list)
    asked: list[QuestionMessage] = field(default_factory=list)

    def send(self, message: ClientMessage) -> None:
        self.sent.append(message)

    def offer(self, message: AlternativesMessage) -> None:
        self.offered.append(message)

    def ask(self, message: QuestionMessage) -> None:
        self.asked.append(message)

    @property
    def news(self) -> list[str]:
        return [message.kind.value for message in self.sent]


@dataclass(slots=True)
class World:
    google: GoogleSide
    company: Company
    workspace: Workspace
    clock: Clock
    post: Post = field(default_factory=Post)

    @property
    def now(self) -> datetime:
        return self.clock()

    @property
    def connection(self) -> Connection:
        return Connection.objects.get(organisation=self.company.organisation)

    # What people do in Lockstep

    def connect(self, *, group: str = GROUP) -> Connection:
        return connect_workspace(
            organisation=self.company.organisation,
            directory_user=ADMIN,
            directory_group=group,
            workspace=self.workspace,
            by=self.company.admin,
            now=self.now,
        )

    def save(self, **changes: Any) -> None:
        """Press Save: with the first one, Lockstep begins to write."""
        save_connection(self.connection, content=EventContent(**changes), by=self.company.admin, now=self.now)

    def go_live(self) -> None:
        self.connect()
        self.work()
        self.save()
        self.work()

    def resync(self, staff: StaffMember) -> None:
        """An admin has the person's calendar read anew."""
        resync_people(self.connection, [staff.pk], by=self.company.admin, now=self.now)

    def disconnect(self, *, keep: bool = False) -> None:
        begin_disconnect(self.connection, keep_events=keep, by=self.company.admin, now=self.now)
        self.work()

    def book(
        self,
        staff: StaffMember,
        starts_at: datetime,
        *,
        notes: str = "",
        client_id: str = "",
        method: str = "at_location",
    ) -> Appointment:
        """A client books; nothing is written to Google before somebody works."""
        flow = uuid4()
        hold_slot(
            flow=flow,
            address="192.0.2.1",
            service=self.company.service,
            location=self.company.online if method == "video" else self.company.branch,
            staff=staff,
            meeting_method=method,
            starts_at=starts_at,
            now=self.now,
        )
        client = ClientDetails("Maria Ruiz", "maria@client.example", client_id=client_id)
        return book(BookingRequest(flow, client, notes, ""), workspace=self.workspace, clock=self.clock)

    def booked(self, staff: StaffMember, starts_at: datetime, **details: str) -> tuple[Appointment, str]:
        """An appointment whose event is in Google and whose client was told; the event's id."""
        appointment = self.book(staff, starts_at, **details)
        self.work()
        self.post.sent.clear()
        return appointment, self.written(appointment).event_id

    def reschedule(self, appointment: Appointment, hour: int) -> Appointment:
        """The client chooses another time of the same day."""
        return reschedule_appointment(
            appointment, starts_at=at(hour), by=CLIENT, workspace=self.workspace, clock=self.clock
        )

    def hand_over(self, appointment: Appointment, staff: StaffMember) -> None:
        """Give the appointment to somebody else, as a colleague at the desk does."""
        with transaction.atomic():
            appointment.staff = staff
            appointment.save(update_fields=["staff"])
            appointment.reservations.update(staff=staff)
            want_event(appointment, now=self.now)

    # What Lockstep does by itself

    def work(self, *, most: int = 300) -> int:
        """Do every job that is due; how many there were."""
        done = 0
        while (job := self._next_job()) is not None:
            done += 1
            assert done <= most, "The jobs do not come to an end."
            self._do(job.task_name, job.args)
        return done

    def waiting(self, name: str) -> int:
        """How many jobs of a kind are in the queue, due or not."""
        return ProcrastinateJob.objects.filter(task_name=name, status="todo").count()

    def lose_jobs(self) -> None:
        """The queue is emptied, as by the death of every worker."""
        with database.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")

    def sweep(self) -> None:
        sweep.sweep(now=self.now)

    def look(self, staff: StaffMember) -> None:
        """As after a push message."""
        ask_for_look(self.link(staff).pk, now=self.now)
        self.work()

    def run(self, staff: StaffMember, workspace: Workspace | None = None) -> bool:
        """One run of the synchronisation, with a wish for it."""
        link = self.link(staff)
        ask_for_look(link.pk, now=self.now)
        self.lose_jobs()
        return sync_calendar.sync_calendar(link.pk, workspace=workspace or self.workspace, clock=self.clock)

    def write(self, appointment: Appointment, workspace: Workspace | None = None) -> bool:
        """One run of the writer of the appointment's only event."""
        return write_event.write_event(
            self.written(appointment).pk, workspace=workspace or self.workspace, clock=self.clock
        )

    def _next_job(self) -> ProcrastinateJob | None:
        due = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=self.now)
        job = due.order_by("id").first()
        if job is not None:
            with database.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        return job

    def _do(self, name: str, arguments: dict[str, Any]) -> None:
        both: dict[str, Any] = {"workspace": self.workspace, "clock": self.clock}
        bodies: dict[str, Callable[..., object]] = {
            "look_at_calendar": lambda link_id: sync_calendar.sync_calendar(link_id, **both),
            "write_event": lambda written_id: write_event.write_event(written_id, **both),
            "open_channel": lambda link_id: channels.open_channel(link_id, **both),
            "wake_blocked": lambda connection_id: resyncing.wake_blocked(connection_id, now=self.now),
            "retest_connection": lambda connection_id: waiting.retest_connection(connection_id, **both),
            "disconnect": lambda connection_id: disconnecting.disconnect_workspace(connection_id, **both),
            "remove_leftovers": lambda connection_id: leftovers.remove_leftovers(connection_id, **both),
            "close_channels": lambda link_id: channels.close_channels(link_id, **both),
            "stop_channel": lambda channel_pk: channels.stop_channel(channel_pk, **both),
            "dry_run": lambda dry_run_id: dry_run.go_on(dry_run_id, **both),
            "import_people": lambda connection_id: people.import_people(connection_id, **both),
            "read_google_hours": lambda link_id: google_hours.read_google_hours(link_id, **both),
            "expand_calendar": lambda link_id: mirror.expand_anew(link_id, now=self.now),
            "ask_about_conflict": lambda conflict_id: asking.ask_about_conflict(
                conflict_id, mailer=self.post, now=self.now
            ),
            "tell_client": lambda appointment_id: telling.tell_client(appointment_id, mailer=self.post, now=self.now),
        }
        bodies[name](**arguments)

    # What can be seen

    def person(self, staff: StaffMember) -> Person:
        return self.google.person(StaffMember.objects.get(pk=staff.pk).email)

    def link(self, staff: StaffMember) -> CalendarLink:
        return CalendarLink.objects.get(staff=staff)

    def written(self, appointment: Appointment) -> WrittenEvent:
        return WrittenEvent.objects.get(appointment=appointment)

    def event(self, appointment: Appointment) -> Json:
        written = WrittenEvent.objects.select_related("link__staff").get(appointment=appointment, in_google=True)
        return self.person(written.link.staff).get(written.event_id)

    def ours(self, staff: StaffMember) -> list[Json]:
        """The marked events that stand in the person's calendar."""
        events = self.person(staff).events()
        return [each for each in events if PROPERTY in each.get("extendedProperties", {}).get("private", {})]

    def busy(self, staff: StaffMember) -> list[Interval]:
        return sorted(interval_of(row.span) for row in BusyInterval.objects.filter(staff=staff))

    def offered(self, staff: StaffMember, *, day: int = 1) -> set[datetime]:
        window = Interval(at(0, day=day), at(24, day=day))
        offer = offer_slots(
            service=self.company.service, location=self.company.branch, staff=staff, window=window, now=self.now
        )
        return {slot.starts_at for slot in offer.slots}

    def is_known(self, staff: StaffMember) -> bool:
        window = Interval(at(0), at(24))
        offer = offer_slots(
            service=self.company.service, location=self.company.branch, staff=staff, window=window, now=self.now
        )
        return not offer.withheld

    def conflicts(self) -> list[str]:
        """The kinds of the open ones."""
        return [each.kind for each in Conflict.objects.filter(closed_at=None).order_by("pk")]


def made(google: GoogleSide, company: Company, workspace: Workspace) -> World:
    """Cedar Bank's people at Google, in a group; nothing is connected yet."""
    google.begin("small", NOW)
    for name in ("alice", "bob", "carol"):
        google.control("POST", "users", email=f"{name}@{DOMAIN}", time_zone=ZONE)
    google.control("POST", "groups", email=GROUP, name="Advisers")
    for name in ("alice", "bob", "carol"):
        google.control("PUT", f"groups/{GROUP}/members/{name}@{DOMAIN}")
    # Nobody listens where channels point to: a test of them hands over what Google would post.
    google.switch(push_silent=True)
    company.organisation.google_customer_id = "C0small001"
    company.organisation.save(update_fields=["google_customer_id"])
    return World(google, company, workspace, Clock(google))
