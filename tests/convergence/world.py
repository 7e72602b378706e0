"""Both sides of one history: Cedar Bank in Lockstep's database and in the emulator, with nothing but steps in between.

Owns how a process of Lockstep runs (it may be disturbed at every point, and may die), how a job is taken from the
queue, and the trace. What is done is in `in_lockstep`, `in_google` and `in_between`.
"""

from __future__ import annotations

import json
import logging
import random
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection as django_connection
from django.test.utils import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import Company, found
from tests.convergence import cedar, in_between, in_google, in_lockstep
from tests.convergence.database import Database
from tests.convergence.edits import Edits
from tests.convergence.moments import Moments
from tests.convergence.points import Killed, Points
from tests.convergence.script import Script, Step
from tests.convergence.truth import Truth
from tests.convergence.watch import Watch
from tests.convergence.wire import Wire

from lockstep.google.workspace import GoogleWorkspace
from lockstep.operations import channels, jobs, mirror, people, sync_calendar, telling, write_event
from lockstep.operations.connection import connect_workspace, save_connection
from lockstep.operations.event_settings import EventContent
from lockstep.operations.telling import ClientMessage
from lockstep.scheduling.refusals import Refused
from lockstep.store.models import Appointment, Connection, StaffMember
from workspace_emulator import seeding
from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.dispatcher import handle
from workspace_emulator.http.message import Request
from workspace_emulator.state.calendars import Calendar
from workspace_emulator.state.channels import Notification
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace

ACTS: dict[str, Callable[[World, Step], None]] = {**in_google.ACTS, **in_lockstep.ACTS, **in_between.ACTS}
PAGE_SIZES = (2500, 1, 2, 3)


@dataclass(slots=True)
class Post:
    """Takes the messages to clients."""

    sent: int = 0

    def send(self, message: ClientMessage) -> None:
        self.sent += 1


@dataclass(slots=True)
class Base:
    """What all histories of a process share: the company, connected and live, and Google as it was then."""

    database: Database
    points: Points
    company: Company
    google: Workspace
    key_file: Path


@dataclass(slots=True)
class World:
    base: Base
    core: Core
    moments: Moments
    wire: Wire
    watch: Watch
    workspace: GoogleWorkspace
    edits: Edits
    trace: list[str]
    violations: list[str]
    messages: list[Notification] = field(default_factory=list)
    post: Post = field(default_factory=Post)
    nested: int = 0
    labels: dict[str, str] = field(default_factory=dict)

    # What is there

    @property
    def database(self) -> Database:
        return self.base.database

    @property
    def points(self) -> Points:
        return self.base.points

    @property
    def company(self) -> Company:
        return self.base.company

    @property
    def staff(self) -> list[StaffMember]:
        return list(StaffMember.objects.order_by("pk"))

    @property
    def connection(self) -> Connection:
        return Connection.objects.select_related("organisation").get()

    @property
    def truth(self) -> Truth:
        return Truth(self.core, self.violations, self.moments)

    def user(self, email: str) -> User:
        user = self.core.workspace.directory.user(email)
        if user is None:
            raise LookupError(email)
        return user

    def address(self, email: str) -> str:
        """The person's primary address now."""
        return self.user(email).primary_email

    def calendar_of(self, email: str) -> Calendar:
        return self.core.workspace.calendars[self.user(email).id]

    # What happens

    def say(self, line: str) -> None:
        self.trace.append(line)

    def wrong(self, sentence: str) -> None:
        self.violations.append(sentence)
        self.say(f"!!! {sentence}")

    def label(self, event_id: object) -> str:
        """A short name for an event, the same in every run of the history."""
        return self.labels.setdefault(str(event_id), f"e{len(self.labels) + 1}")

    def name_of(self, appointment: Appointment) -> str:
        return f"appointment {appointment.pk}"

    def play(self, script: Script) -> None:
        for step in script.steps:
            if self.violations:
                return
            self.act(step)

    def act(self, step: Step) -> None:
        self.moments.pass_on(timedelta(seconds=step.wait))
        self.nested += 1
        if self.nested == 1:
            self.say(f"{self.moments.googles:%d %H:%M:%S} {step.act}")
        try:
            ACTS[step.act](self, step)
        finally:
            self.nested -= 1

    def process(self, what: str, body: Callable[[], object]) -> None:
        """A process of Lockstep does something. It may be disturbed and may die, and it may refuse; nothing else."""
        self.say(f"  {what}")
        was_active = self.points.active
        self.points.active = self.nested == 1
        try:
            body()
        except Killed:
            # Whatever the process knew dies with it, its tokens included.
            self.workspace = self.new_process()
        except Refused as refusal:
            self.say(f"      refused: {type(refusal).__name__}")
        except Exception as error:  # noqa: BLE001  (whatever it is, it is a defect to report)
            self.wrong(
                f"{what}: {type(error).__name__} {error}\n{''.join(traceback.format_tb(error.__traceback__)[-4:])}"
            )
        finally:
            self.points.active = was_active
            self.database.dead = False

    def new_process(self) -> GoogleWorkspace:
        return GoogleWorkspace(self.base.key_file, cedar.ADDRESS, cedar.ADDRESS, now=self.moments, transport=self.wire)

    def control(self, verb: str, path: str, body: Any) -> int:
        return handle(self.core, Request.of(verb, f"/emulator/v1/{path}", json_body=body)).status

    def ask_for_import(self) -> None:
        for pk in Connection.objects.values_list("pk", flat=True):
            jobs.import_people(pk)

    def due_jobs(self) -> list[ProcrastinateJob]:
        due = ProcrastinateJob.objects.filter(status="todo").exclude(scheduled_at__gt=self.moments())
        return list(due.order_by("id"))

    def do_one_job(self, number: int) -> bool:
        """One of the jobs that are due, as the script chooses. False when there is none."""
        due = self.due_jobs()
        if not due:
            return False
        job = due[number % len(due)]
        with django_connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        arguments = " ".join(f"{value}" for value in job.args.values())
        self.process(f"worker: {job.task_name} {arguments}", lambda: self._body(job.task_name)(*job.args.values()))
        return True

    def _body(self, name: str) -> Callable[[int], object]:
        both: dict[str, Any] = {"workspace": self.workspace, "clock": self.moments}
        return {
            "look_at_calendar": lambda pk: sync_calendar.sync_calendar(pk, **both),
            "write_event": lambda pk: write_event.write_event(pk, **both),
            "open_channel": lambda pk: channels.open_channel(pk, **both),
            "close_channels": lambda pk: channels.close_channels(pk, **both),
            "stop_channel": lambda pk: channels.stop_channel(pk, **both),
            "expand_calendar": lambda pk: mirror.expand_anew(pk, now=self.moments()),
            "import_people": lambda pk: people.import_people(pk, **both),
            "tell_client": lambda pk: telling.tell_client(pk, mailer=self.post, now=self.moments()),
        }.get(name, lambda pk: self.say("      (of no concern here)"))

    def work(self, *, most: int = 200) -> None:
        """All jobs that are due, in order, undisturbed."""
        for _ in range(most):
            if self.violations or not self.do_one_job(0):
                return
        self.wrong("The jobs do not come to an end.")


@contextmanager
def prepared() -> Iterator[Base]:
    """The company connected and live, in a transaction that is rolled back at the end."""
    points = Points()
    database = Database(points)
    loggers = [logging.getLogger(name) for name in ("lockstep", "django.db.backends")]
    before = [logger.level for logger in loggers]
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(PUSH_URL="https://lockstep.example/google/push", PUBLIC_URL="https://lockstep.example"),
        database.watched(),
    ):
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield _based(database, points, Path(folder))
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)


def _based(database: Database, points: Points, folder: Path) -> Base:
    key_file = folder / "key.json"
    key_file.write_text(json.dumps(seeding.key_file(cedar.account(), cedar.ADDRESS)))
    company = found()
    company.organisation.google_customer_id = cedar.CUSTOMER
    company.organisation.save(update_fields=["google_customer_id"])
    base = Base(database, points, company, cedar.first_moment(), key_file)
    world = began(base, seed=0)
    connect_workspace(
        organisation=company.organisation,
        directory_user=cedar.ADA,
        directory_group=cedar.GROUP,
        workspace=world.workspace,
        by=company.admin,
        now=world.moments(),
    )
    world.work()
    save_connection(world.connection, content=EventContent(), by=company.admin, now=world.moments())
    world.work()
    if world.violations:
        raise AssertionError("\n".join(world.trace))
    base.google = world.core.workspace
    base.google.touched, base.google.outbox = {}, []
    database.begin_here()
    return base


def began(base: Base, seed: int) -> World:
    """A world at its beginning. One source of chance for everything that has none in the script."""
    random.seed(seed)
    moments = Moments()
    google = cedar.copied(base.google)
    google.random = Random(seed)  # noqa: S311  (a history, nothing secret)
    core = Core(google, Clock(lambda: moments.googles))
    cedar.let_in(google)
    trace: list[str] = []
    violations: list[str] = []
    edits = Edits()

    def wrong(sentence: str) -> None:
        violations.append(sentence)
        trace.append(f"!!! {sentence}")

    labels: dict[str, str] = {}

    def label(event_id: str) -> str:
        return labels.setdefault(str(event_id), f"e{len(labels) + 1}")

    def may_write() -> bool:
        return Connection.objects.filter(state=Connection.State.LIVE).exists()

    watch = Watch(core, wrong, label, may_write, edits.landed)
    wire = Wire(core, moments, base.points, base.database, watch, trace.append, PAGE_SIZES[seed % len(PAGE_SIZES)])
    base.points.waiting.clear()
    workspace = GoogleWorkspace(base.key_file, cedar.ADDRESS, cedar.ADDRESS, now=moments, transport=wire)
    world = World(base, core, moments, wire, watch, workspace, edits, trace, violations, labels=labels)
    core.deliver = world.messages.extend
    return world
