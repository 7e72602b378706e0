"""Starts the benchmark of `bench.inside.quota` in a database of its own."""

from bench.database import measure_in_a_database, set_up_django
from lockstep.database_server import throwaway

if __name__ == "__main__":
    with throwaway() as url:
        set_up_django(url)
        from bench.inside import quota

        measure_in_a_database(quota.run)
