"""`lockstep demo`: a whole company to try on one machine.

Starts the embedded PostgreSQL, the emulated Google Workspace, the web server and the worker, fills in a company on the
first start, prints the addresses and log-ins, and keeps everything running until Ctrl-C.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lockstep.cli import demo_programs as programs
from lockstep.cli import home as homes
from lockstep.cli import ports
from lockstep.cli.database import check_server
from lockstep.cli.errors import CommandFailed
from lockstep.cli.home import Home
from lockstep.cli.progress import Progress
from lockstep.cli.supervise import Program, StoppedByRequest, StopRequest, Supervisor, listening_for_stop
from lockstep.cli.welcome import welcome
from lockstep.database_server import EmbeddedServer
from lockstep.database_server.cluster import last_lines
from lockstep.database_server.lifeline import Lifeline

EMULATOR_READY_WITHIN_SECONDS = 30.0
WEB_READY_WITHIN_SECONDS = 60.0


class StepFailed(CommandFailed):
    """A program of the demo did not do its part."""

    def __init__(self, program: Program, what: str) -> None:
        log = program.log
        end = last_lines(log) if log else ""
        super().__init__(f"{program.name} {what}. Its log is {log}; it ends with:\n{end or '(nothing)'}")


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    port: int | None = None
    emulator_port: int | None = None
    afresh: bool = False


def run(options: Options) -> int:
    """Run the demo until somebody stops it.

    Raises: CommandFailed, DatabaseServerError; everything that was started is stopped then.
    """
    progress = Progress()
    home = homes.home_of(os.environ)
    homes.make(home)
    with homes.only_one_demo(home), listening_for_stop() as stop_request:
        if options.afresh:
            _reset(home, progress)
        addresses = _choose_addresses(home, options, progress)
        programs.start_logs_afresh(home)
        lifeline = Lifeline()
        supervisor = Supervisor(lifeline, stop_request, tell=progress.say)
        try:
            with _database(home, lifeline, progress) as url:
                try:
                    _start_everything(home, addresses, url, supervisor, progress)
                    supervisor.run_until_stopped()
                finally:
                    _announce_stop(progress, stop_request)
                    supervisor.stop()
        except StoppedByRequest:
            pass  # stopped while it was starting
        finally:
            lifeline.close()
        progress.say(f"Stopped. The data is kept in {home.path}; `make demo` goes on with it.")
    return 0


def _start_everything(
    home: Home, addresses: programs.Addresses, url: str, supervisor: Supervisor, progress: Progress
) -> None:
    emulator = programs.emulator(home, addresses)
    with progress.step("Starting the emulated Google Workspace", "Emulated Google Workspace ready"):
        supervisor.start(emulator)
        ready = _ready_line(emulator, supervisor)
    settings = programs.settings_of_the_demo(home, addresses)
    secrets = {"DATABASE_URL": url, "LOCKSTEP_SECRET_KEY": homes.secret_key(home)}
    environment = {**os.environ, **settings, **secrets}
    _remember(home, addresses, settings)
    with progress.step("Bringing the tables up to date", "Tables up to date"):
        _run_once(programs.migration(home, environment), supervisor)
    with progress.step("Filling in Harbour Credit Union", "Harbour Credit Union there"):
        seeding = programs.seeding(home, environment)
        _run_once(seeding, supervisor)
        company = programs.last_json_line(seeding.output) if seeding.output else None
    with progress.step("Starting web server and worker", "Web server and worker ready"):
        supervisor.start(programs.background(home, environment))
        web = programs.web(home, environment, addresses)
        supervisor.start(web)
        # 503 is "not yet" (the database is not reached, say); 500 will not get better by waiting.
        health = f"{addresses.lockstep}/healthz"
        supervisor.wait_for(lambda: _status(health) in {200, 500}, seconds=WEB_READY_WITHIN_SECONDS)
        if _status(health) != 200:
            raise StepFailed(web, f"does not answer well at {health}")
    progress.say(welcome(addresses, ready, company or {}, seconds=progress.seconds))


@contextmanager
def _database(home: Home, lifeline: Lifeline, progress: Progress) -> Iterator[str]:
    """The address of the database: DATABASE_URL, or an embedded server for as long as the body runs."""
    given = os.environ.get("DATABASE_URL")
    if given:
        check_server(given)
        progress.say("  The database is the one of DATABASE_URL.")
        yield given
        return
    server = EmbeddedServer(home.database, lifeline=lifeline, tell=progress.say)
    try:
        with progress.step("Starting PostgreSQL", "PostgreSQL ready"):
            url = server.start()
        yield url
    finally:
        server.stop()


def _ready_line(emulator: Program, supervisor: Supervisor) -> Mapping[str, Any]:
    found: dict[str, Any] = {}

    def looks_ready() -> bool:
        line = programs.last_json_line(emulator.output) if emulator.output else None
        found.update(line or {})
        return "url" in found or not supervisor.is_running(emulator.name)

    supervisor.wait_for(looks_ready, seconds=EMULATOR_READY_WITHIN_SECONDS)
    if "url" not in found:
        raise StepFailed(emulator, "did not get ready")
    return found


def _run_once(program: Program, supervisor: Supervisor) -> None:
    status = supervisor.run_once(program)
    if status != 0:
        raise StepFailed(program, f"ended with status {status}")


def _status(url: str) -> int | None:
    """The HTTP status that an address of ours answers with; None where nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own, always http
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


def _choose_addresses(home: Home, options: Options, progress: Progress) -> programs.Addresses:
    """Last time's ports where they are free: the browser's tabs and log-ins of the last demo go on working."""
    before = homes.remembered(home)
    web = ports.Wish("the web pages", "PORT=… (or --port)", 8000, options.port, before.get("port"))
    emulator = ports.Wish(
        "the emulated Google Workspace",
        "EMULATOR_PORT=… (or --emulator-port)",
        8001,
        options.emulator_port,
        before.get("emulator_port"),
    )
    chosen: dict[str, int] = {}
    # What was asked for by number goes first, so that the other one does not take it.
    for wish in sorted((web, emulator), key=lambda wish: wish.asked is None):
        port = ports.choose_port(wish, not_these=chosen.values())
        chosen[wish.purpose] = port
        if port != wish.expected:
            holder = ports.holder_of(wish.expected) or "another program"
            progress.say(f"  Port {wish.expected} is taken by {holder}, so {port} is used for {wish.purpose}.")
    return programs.Addresses(chosen[web.purpose], chosen[emulator.purpose])


def _remember(home: Home, addresses: programs.Addresses, settings: Mapping[str, str]) -> None:
    memory = {
        "pid": os.getpid(),
        "url": addresses.lockstep,
        "port": addresses.port,
        "emulator_url": addresses.emulator,
        "emulator_port": addresses.emulator_port,
        "environment": settings,
    }
    homes.remember(home, memory)


def _reset(home: Home, progress: Progress) -> None:
    gone = homes.reset(home)
    for path in gone:
        progress.say(f"  removed {path}")
    if not gone:
        progress.say(f"  nothing to remove in {home.path}")
    if os.environ.get("DATABASE_URL"):
        progress.say("  the database of DATABASE_URL is not ours to remove; it stays as it is")
    homes.make(home)


def _announce_stop(progress: Progress, stop_request: StopRequest) -> None:
    if stop_request.asked:
        progress.say("\nStopping: web server, worker, emulated Google Workspace, database. (Ctrl-C again hurries.)")
