"""A migrated database of their own for benchmarks that need no other program."""

from __future__ import annotations

import os
from collections.abc import Callable

from bench.figures import Figure, hand_over


def measure_in_a_database(benchmark: Callable[[], list[Figure]]) -> None:
    """Run `benchmark` in a new database on a throw-away server (or that of DATABASE_URL), and hand over its figures."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    settings = connections["default"].settings_dict
    settings["TEST"]["NAME"] = f"bench_{settings['NAME']}"
    before = setup_databases(verbosity=0, interactive=False)
    try:
        hand_over(benchmark())
    finally:
        teardown_databases(before, verbosity=0)


def set_up_django(url: str) -> None:
    """Load the settings with the database at `url`; before any model is imported."""
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "lockstep.config.settings"
    import django

    django.setup()
