"""The jobs: each looks at one row and calls one operation.

No retries of the library and no queueing locks: the row says when it is due, and the sweep asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from lockstep import wiring
from lockstep.operations import (
    alerting,
    asking,
    channels,
    disconnecting,
    dry_run,
    google_hours,
    hours,
    jobs,
    leftovers,
    log_ins,
    looking,
    mirror,
    people,
    reminding,
    resyncing,
    sweep,
    sync_calendar,
    telling,
    telling_seats,
    waiting,
    write_event,
)
from lockstep.sync.gateway import Workspace
from lockstep.worker.lanes import Lanes

_SURELY_DEAD_SECONDS = 300.0
"""A worker says every ten seconds that it lives; after so long without a word its jobs are nobody's."""
_lanes = Lanes(jobs.LOOKS_AT_ONCE)


@contextmanager
def _job() -> Iterator[None]:
    """A database connection that broke in an earlier job of this thread is not met again."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def _workspace() -> Workspace:
    workspace = wiring.workspace()
    if workspace is None:
        raise RuntimeError("There are calendars to synchronise, but LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE is not set.")
    return workspace


@app.task(name="look_at_calendar", queue=jobs.CALENDARS)
def look_at_calendar(link_id: int) -> None:
    """A moment after the wish, so that the rest of a burst is seen by the same look. Confirm does not wait for it."""
    with _job():
        looking.wait_for_the_rest(link_id)
    with _job(), _lanes.taken_by(looking.organisation_of(link_id)) as admitted:
        if admitted:
            sync_calendar.sync_calendar(link_id, workspace=_workspace(), clock=timezone.now)
        else:
            looking.look_soon(link_id, now=timezone.now())


@app.task(name="write_event", queue=jobs.WRITES)
def write_one_event(written_id: int) -> None:
    with _job():
        write_event.write_event(written_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="open_channel", queue=jobs.REST)
def open_channel(link_id: int) -> None:
    with _job():
        channels.open_channel(link_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="close_channels", queue=jobs.REST)
def close_channels(link_id: int) -> None:
    with _job():
        channels.close_channels(link_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="stop_channel", queue=jobs.REST)
def stop_channel(channel_pk: int) -> None:
    with _job():
        channels.stop_channel(channel_pk, workspace=_workspace(), clock=timezone.now)


@app.task(name="wake_blocked", queue=jobs.REST)
def wake_blocked(connection_id: int) -> None:
    with _job():
        resyncing.wake_blocked(connection_id, now=timezone.now())


@app.task(name="retest_connection", queue=jobs.REST)
def retest_connection(connection_id: int) -> None:
    with _job():
        waiting.retest_connection(connection_id, workspace=wiring.workspace(), clock=timezone.now)


@app.task(name="disconnect", queue=jobs.REST)
def disconnect(connection_id: int) -> None:
    """Without a key too: then an admin is told, and may leave what we wrote."""
    with _job():
        disconnecting.disconnect_workspace(connection_id, workspace=wiring.workspace(), clock=timezone.now)


@app.task(name="dry_run", queue=jobs.REST)
def go_on_with_dry_run(dry_run_id: int) -> None:
    with _job():
        dry_run.go_on(dry_run_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="remove_leftovers", queue=jobs.REST)
def remove_leftovers(connection_id: int) -> None:
    with _job():
        leftovers.remove_leftovers(connection_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="import_people", queue=jobs.REST)
def import_people(connection_id: int) -> None:
    with _job():
        people.import_people(connection_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="tell_client", queue=jobs.REST)
def tell_client(appointment_id: int) -> None:
    with _job():
        telling.tell_client(appointment_id, mailer=wiring.mailer(), now=timezone.now())


@app.task(name="remind_client", queue=jobs.REST)
def remind_client(appointment_id: int) -> None:
    with _job():
        reminding.remind_client(appointment_id, mailer=wiring.mailer(), now=timezone.now())


@app.task(name="tell_seat", queue=jobs.REST)
def tell_seat(attendee_id: int) -> None:
    with _job():
        telling_seats.tell_attendee(attendee_id, mailer=wiring.mailer(), now=timezone.now())


@app.task(name="remind_seat", queue=jobs.REST)
def remind_seat(attendee_id: int) -> None:
    with _job():
        telling_seats.remind_attendee(attendee_id, mailer=wiring.mailer(), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="ask_for_reminders", queue=jobs.REST)
def ask_for_reminders(timestamp: int) -> None:
    with _job():
        reminding.ask_for_reminders(now=timezone.now())
        telling_seats.ask_for_seats(now=timezone.now())


@app.task(name="invite", queue=jobs.REST)
def invite(user_id: int) -> None:
    with _job():
        log_ins.send_invitation(user_id, inviter=wiring.inviter())


@app.task(name="read_google_hours", queue=jobs.REST)
def read_google_hours(link_id: int) -> None:
    with _job():
        google_hours.read_google_hours(link_id, workspace=_workspace(), clock=timezone.now)


@app.task(name="expand_calendar", queue=jobs.REST)
def expand_calendar(link_id: int) -> None:
    with _job():
        mirror.expand_anew(link_id, now=timezone.now())


@app.task(name="ask_about_conflict", queue=jobs.REST)
def ask_about_conflict(conflict_id: int) -> None:
    with _job():
        asking.ask_about_conflict(conflict_id, mailer=wiring.asking_mailer(), now=timezone.now())


@app.task(name="follow_hours", queue=jobs.REST)
def follow_hours(organisation_id: int) -> None:
    with _job():
        hours.follow_hours(organisation_id, now=timezone.now())


@app.periodic(cron="*/5 * * * * *")
@app.task(name="sweep", queue=jobs.REST)
def sweep_what_is_due(timestamp: int) -> None:
    with _job():
        sweep.sweep(now=timezone.now())


@app.task(name="send_alert", queue=jobs.REST)
def send_alert(incident_id: int) -> None:
    with _job():
        alerting.send_alert(incident_id, courier=wiring.courier(), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="look_for_incidents", queue=jobs.REST)
def look_for_incidents(timestamp: int) -> None:
    with _job():
        alerting.look_for_incidents(now=timezone.now())


@app.periodic(cron="17 */6 * * *")
@app.task(name="move_horizons", queue=jobs.REST)
def move_horizons(timestamp: int) -> None:
    with _job():
        sweep.move_horizons(now=timezone.now())


@app.periodic(cron="3-59/10 * * * *")
@app.task(name="import_everyone", queue=jobs.REST)
def import_everyone(timestamp: int) -> None:
    """People join and leave without anybody pressing Update."""
    with _job():
        people.import_all(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="import_first", queue=jobs.REST)
def import_first(timestamp: int) -> None:
    """Somebody who has just connected waits for it."""
    with _job():
        people.import_first(now=timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="tidy_jobs", queue=jobs.REST)
async def tidy_jobs(timestamp: int) -> None:
    """Finished jobs are of no use; jobs of a killed worker are repeated by the sweep, so their rows can go too."""
    await app.job_manager.delete_old_jobs(nb_hours=24, include_failed=True)
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SURELY_DEAD_SECONDS):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
