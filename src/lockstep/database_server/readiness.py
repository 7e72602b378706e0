"""Asking the server itself: does it answer, and is our database there?"""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from lockstep.database_server.cluster import DATABASE_USER

DATABASE = "lockstep"
RETRY_EVERY_SECONDS = 0.05


def address(run: Path, database: str = DATABASE) -> str:
    """A libpq URL. The port only names the socket's file, and keeps a PGPORT of the environment from changing it."""
    return f"postgresql://{DATABASE_USER}@/{database}?host={quote(str(run), safe='')}&port=5432"


def wait_until_ready(run: Path, *, seconds: float, still_running: Callable[[], bool]) -> bool:
    """Whether the server answered within `seconds`; False at once where it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            psycopg.connect(address(run, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if not still_running():
                return False
            time.sleep(RETRY_EVERY_SECONDS)
        else:
            return True
    return False


def ensure_database(run: Path) -> None:
    """Create the database if it is missing. Two commands may do so at once: the loser finds it there."""
    with psycopg.connect(address(run, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
            except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateDatabase):
                return
