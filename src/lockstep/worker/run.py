"""The worker process: runs jobs until it is stopped.

Jobs are synchronous and spend their time waiting for Google, so each concurrent job has a thread of its own; the event
loop's default executor has only a few, which would be the real limit.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

CONCURRENCY = 20


def main() -> None:
    """Work until SIGINT or SIGTERM; jobs under way are finished first."""
    asyncio.run(_work())


async def _work() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="job"))
    connector = django_app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("Jobs are kept in Django's database.")
    app = django_app.with_connector(connector.get_worker_connector())
    async with app.open_async():
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=5,
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
        )
