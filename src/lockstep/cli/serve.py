"""`lockstep serve`: the web server.

Granian, WSGI, a few processes of a few threads each, static files by the application itself. It starts a failed process
again by itself.
"""

import os
import sys
from dataclasses import dataclass

from lockstep.cli import ports
from lockstep.cli.database import with_database
from lockstep.cli.supervise import Program, Supervisor, listening_for_stop
from lockstep.database_server.lifeline import Lifeline

APPLICATION = "lockstep.config.wsgi:application"


@dataclass(frozen=True, slots=True)
class Options:
    """Where to listen, and how many processes with how many threads."""

    host: str
    port: int
    workers: int = 2
    threads: int = 8


def run(options: Options) -> int:
    """Serve until stopped."""
    ports.check_asked(ports.Wish("the web server", "--port", usual=options.port, asked=options.port))
    lifeline = Lifeline()
    with listening_for_stop() as stop_request, with_database(os.environ, lifeline) as environment:
        supervisor = Supervisor(lifeline, stop_request, tell=lambda sentence: print(sentence, file=sys.stderr))
        try:
            supervisor.start(Program("The web server", command(options), environment))
            supervisor.run_until_stopped()
        finally:
            supervisor.stop()
    return 0


def command(options: Options) -> tuple[str, ...]:
    """How another program starts the web server."""
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", options.host, "--port", str(options.port)),
        *("--workers", str(options.workers), "--blocking-threads", str(options.threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        APPLICATION,
    )
