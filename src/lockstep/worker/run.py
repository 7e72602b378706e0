"""The worker process: runs jobs until it is stopped.

Jobs are synchronous and spend their time waiting for Google, so each concurrent job has a thread of its own; the event
loop's default executor has only a few, which would be the real limit. Looks, writes and the rest have threads of their
own, so that slow looks hold up no appointment on its way to Google, nor the sweep that asks again for what was lost.
"""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from lockstep.operations import jobs

THREADS = {jobs.CALENDARS: jobs.LOOKS_AT_ONCE, jobs.WRITES: 8, jobs.REST: 6}
POLLING_SECONDS = 5


def main() -> None:
    """Work until SIGINT or SIGTERM; jobs under way are finished first."""
    asyncio.run(_work())


async def _work() -> None:
    """Ends when asked to, or when one of the queues ends by itself, as after an outage of the database.

    Then the process ends too, whatever its status, and whoever supervises it starts it anew.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(THREADS.values()), thread_name_prefix="job"))
    connector = django_app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("Jobs are kept in Django's database.")
    app = django_app.with_connector(connector.get_worker_connector())
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with app.open_async():
        queues = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=threads,
                    fetch_job_polling_interval=POLLING_SECONDS,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=10,
                    install_signal_handlers=False,
                )
            )
            for queue, threads in THREADS.items()
        ]
        asked = asyncio.create_task(stopped.wait())
        await asyncio.wait([asked, *queues], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        for queue in queues:
            queue.cancel()
        ends = await asyncio.gather(*queues, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
