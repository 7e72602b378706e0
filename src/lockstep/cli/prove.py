"""`lockstep prove`: a race for the same times on a database of its own, and its report kept for an auditor.

The race runs in a process that knows nothing but that database, so that no mistake here could book anything in the real
one. The database is removed whatever happens.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from lockstep.cli.errors import CommandFailed

MOST_CLIENTS, MOST_SLOTS = 64, 500


@dataclass(frozen=True, slots=True)
class Options:
    clients: int
    slots: int


class ProofImpossible(CommandFailed):
    """The race could not be run."""


def run(options: Options) -> int:
    """Race, print, keep. 0 when every time was booked exactly once, 1 otherwise."""
    if not (2 <= options.clients <= MOST_CLIENTS and 1 <= options.slots <= MOST_SLOTS):
        raise ProofImpossible(f"Use 2 to {MOST_CLIENTS} clients and 1 to {MOST_SLOTS} times.")
    from lockstep.cli.database import with_django

    with with_django():
        from django.db import ProgrammingError
        from django.utils import timezone

        from lockstep.operations.proof import RaceReport, keep_proof, last_proof

        try:
            last_proof()
        except ProgrammingError:
            raise ProofImpossible("There is no place for the report yet. Run `lockstep migrate` first.") from None
        print(f"{options.clients} clients at once for each of {options.slots} times, on a database of its own ...")
        with _own_database(os.environ["DATABASE_URL"]) as url:
            found = _race_in(url, options)
        report = RaceReport(**{name: found[name] for name in RaceReport.__dataclass_fields__})
        keep_proof(report, now=timezone.now())
        for line in lines_of(report.as_json()):
            print(line)
        return 0 if report.ok else 1


def lines_of(report: dict[str, Any]) -> list[str]:
    """The report for people."""
    said = [
        f"attempts   {report['attempts']} in {report['seconds']} s, the slowest {report['slowest_ms']} ms",
        f"booked     {report['booked']} of {report['slots']} times",
        f"refused    {sum(report['refused'].values())} {_reasons(report['refused'])}",
        f"errors     {sum(report['errors'].values())} {_reasons(report['errors'])}",
        f"overlaps   {report['overlaps']}",
        "verdict    " + ("each time was booked exactly once" if report["ok"] else "NOT as it should be"),
    ]
    return [line.rstrip() for line in said]


def _reasons(counts: dict[str, int]) -> str:
    return f"({', '.join(f'{name}: {number}' for name, number in sorted(counts.items()))})" if counts else ""


@contextmanager
def _own_database(url: str) -> Iterator[str]:
    """A new database on the same server, removed afterwards. Raises: ProofImpossible."""
    name = sql.Identifier(f"lockstep_proof_{uuid4().hex[:12]}")
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    except psycopg.Error as refused:
        raise ProofImpossible(
            f"The server does not let us make a database: {str(refused).splitlines()[0]}. Give the user of "
            "DATABASE_URL the right for as long as this takes: ALTER ROLE … CREATEDB."
        ) from refused
    try:
        parts = urlsplit(url)
        yield urlunsplit(parts._replace(path="/" + name.as_string(None).strip('"')))
    finally:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _race_in(url: str, options: Options) -> dict[str, Any]:
    command = [sys.executable, "-m", "lockstep.cli.race", str(options.clients), str(options.slots)]
    environment = {**os.environ, "DATABASE_URL": url, "LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE": ""}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  (our own module, two numbers)
    if done.returncode != 0:
        raise ProofImpossible("The race did not come to its end; what it said is above.")
    return dict(json.loads(done.stdout.splitlines()[-1]))
