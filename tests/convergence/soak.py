"""Any number of histories: `make soak SEEDS=1-1000`. Ends with the line `N histories, M violations`.

A failing history is made small and printed with its seed, which gives the same history again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def migrated_databases(how_many: int) -> Iterator[list[str]]:
    """Addresses of databases on a server that is gone afterwards."""
    from lockstep.database_server import throwaway

    with throwaway() as url:
        os.environ["DATABASE_URL"] = url
        os.environ["DJANGO_SETTINGS_MODULE"] = "lockstep.config.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        name = str(connection.settings_dict["NAME"])
        call_command("migrate", verbosity=0)
        connection.close()
        copies = [f"{name}_{number}" for number in range(how_many)]
        with connection._nodb_cursor() as cursor:
            for copy in copies:
                cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        connection.close()
        yield [renamed(url, copy) for copy in copies]


def renamed(url: str, name: str) -> str:
    """The address of another database of the same server."""
    head, _, query = url.partition("?")
    start, _, _old = head.rpartition("/")
    return f"{start}/{name}?{query}"


def main(arguments: list[str] | None = None) -> int:
    """0 when nothing was violated."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("seeds", help="first-last")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--quick", action="store_true", help="do not make failing histories small")
    options = parser.parse_args(arguments)
    first, _, last = options.seeds.partition("-")
    begin, end = int(first), int(last or first)
    processes = max(1, min(options.processes, end - begin + 1))
    with migrated_databases(processes) as urls:
        programs = [
            _started(url, f"{begin + number}-{end}:{processes}", shrink=not options.quick)
            for number, url in enumerate(urls)
        ]
        found = [_followed(program) for program in programs]
    histories, violations = (sum(each[place] for each in found) for place in (0, 1))
    sys.stdout.write(f"{histories} histories, {violations} violations\n")
    died = any(program.returncode for program in programs) or histories != end - begin + 1
    return 1 if violations or died else 0


def _started(url: str, seeds: str, *, shrink: bool) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.convergence.runner", "--database", url, "--seeds", seeds]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    return subprocess.Popen(
        [*command, *(["--shrink"] if shrink else [])], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def _followed(program: subprocess.Popen[str]) -> tuple[int, int]:
    """How many histories a program has played, and how many violations it found; what it found is printed."""
    histories = violations = 0
    for text in program.stdout or ():
        line = json.loads(text)
        histories += 1
        violations += len(line["violations"])
        if line["violations"]:
            sys.stdout.write(line.get("report") or f"seed {line['seed']}: {'; '.join(line['violations'])}")
            sys.stdout.write("\n")
            sys.stdout.flush()
    program.wait()
    return histories, violations


if __name__ == "__main__":
    sys.exit(main())
