"""`lockstep worker`: the background jobs.

The job library ends its worker, with status 0, after a database outage of some seconds. So the worker runs as a child
which is started again. `--once` is that child.
"""

import os
import sys

from lockstep.cli.database import with_database, with_django
from lockstep.cli.supervise import Program, Supervisor, listening_for_stop
from lockstep.database_server.lifeline import Lifeline


def run(*, once: bool) -> int:
    """Work until stopped; with `once`, until the worker ends by itself."""
    if once:
        return _work()
    lifeline = Lifeline()
    with listening_for_stop() as stop_request, with_database(os.environ, lifeline) as environment:
        supervisor = Supervisor(lifeline, stop_request, tell=lambda sentence: print(sentence, file=sys.stderr))
        try:
            supervisor.start(Program("Worker", command(), environment))
            supervisor.run_until_stopped()
        finally:
            supervisor.stop()
    return 0


def command() -> tuple[str, ...]:
    """How another program starts one worker."""
    return (sys.executable, "-m", "lockstep.cli.main", "worker", "--once")


def _work() -> int:
    with with_django():
        from lockstep.worker.run import main

        main()
    return 0
