"""What a killed worker was doing is cleared away; the rows say by themselves that it is to be done again."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from lockstep.operations import jobs
from lockstep.worker import tasks


@pytest.mark.parametrize(("silent_for", "left"), [("10 minutes", 1), ("20 seconds", 2)], ids=["dead", "alive"])
@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_that_was_killed_is_cleared_away(silent_for: str, left: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    jobs.look_at_calendar(1)
    jobs.look_at_calendar(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [silent_for],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
            " WHERE id = (SELECT min(id) FROM procrastinate_jobs)",
            [worker],
        )
    async_to_sync(tasks.tidy_jobs.func)(0)
    assert ProcrastinateJob.objects.count() == left
