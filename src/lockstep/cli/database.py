"""Which database a command works on, and the environment that the settings are loaded from."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from lockstep.cli import home as homes
from lockstep.cli.errors import CommandFailed
from lockstep.database_server import EmbeddedServer
from lockstep.database_server.lifeline import Lifeline

OLDEST_SERVER = 150000  # libpq's way of writing 15


class NoSecretKey(CommandFailed):
    """A server of one's own needs a secret key of one's own."""

    def __init__(self) -> None:
        super().__init__(
            "LOCKSTEP_SECRET_KEY is not set. With a database of your own, set it to a long random text and keep it: "
            "sessions and links in e-mails depend on it. One way to draw it: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )


class DatabaseUnreachable(CommandFailed):
    """The server of DATABASE_URL does not let us in."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database of DATABASE_URL cannot be used: {reason}. Check the address, the name, the user and the "
            f"password in it, and that the server runs. Or unset DATABASE_URL: Lockstep then brings its own."
        )


class DatabaseTooOld(CommandFailed):
    """The server of DATABASE_URL lacks what Lockstep's queries are written with."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"Lockstep needs PostgreSQL 15 or newer, and the server of DATABASE_URL is {version}. Upgrade it, or unset "
            f"DATABASE_URL to use the PostgreSQL that Lockstep brings."
        )


def check_server(url: str) -> None:
    """Raises: DatabaseUnreachable, DatabaseTooOld."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as refused:
        # The first line says it; the others guess. None holds the password.
        raise DatabaseUnreachable(str(refused).splitlines()[0]) from refused
    if version < OLDEST_SERVER:
        raise DatabaseTooOld(f"{version // 10000}")


@contextmanager
def with_database(environment: Mapping[str, str], lifeline: Lifeline) -> Iterator[dict[str, str]]:
    """The environment for Lockstep's programs, with a database that answers for as long as the body runs.

    DATABASE_URL where it is set. Else the embedded server of the home, started or found running; then the rest that a
    demo in that home decided (Google's address, its key file) holds too, unless the environment says otherwise.

    Raises: DatabaseServerError, HomeNotWritable, NoSecretKey, DatabaseUnreachable, DatabaseTooOld.
    """
    settings = {"DJANGO_SETTINGS_MODULE": "lockstep.config.settings", **environment}
    if settings.get("DATABASE_URL"):
        if not settings.get("LOCKSTEP_SECRET_KEY"):
            raise NoSecretKey
        check_server(settings["DATABASE_URL"])
        yield settings
        return
    home = homes.home_of(environment)
    homes.make(home)
    decided = homes.remembered(home).get("environment", {})
    secret = {"LOCKSTEP_SECRET_KEY": homes.secret_key(home)}
    with EmbeddedServer(home.database, lifeline=lifeline) as url:
        yield {**decided, **secret, **settings, "DATABASE_URL": url, "LOCKSTEP_HOME": str(home.path)}


@contextmanager
def with_django() -> Iterator[None]:
    """The same for this process itself: models and settings can be imported in the body."""
    with with_database(os.environ, Lifeline()) as environment:
        os.environ.update(environment)
        # Its settings are read while they are imported, so the environment comes first.
        import django

        django.setup()
        yield
