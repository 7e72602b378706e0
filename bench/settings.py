"""Starts the benchmark of `bench.inside.settings` in a database of its own."""

import os

from bench.database import measure_in_a_database, set_up_django
from lockstep.database_server import throwaway

if __name__ == "__main__":
    with throwaway() as url:
        # The page is measured, not the way to it.
        os.environ["LOCKSTEP_SECOND_FACTOR"] = "offered"
        set_up_django(url)
        from bench.inside import settings

        measure_in_a_database(settings.run)
