"""The command `lockstep`: reads the command line and hands over to the module of the subcommand."""

import argparse
import sys
from collections.abc import Sequence

from lockstep.cli import preflight
from lockstep.cli.errors import CommandFailed


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status. What cannot be done is said in a sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        preflight.check_python()
        preflight.check_packages()
        return _run_or_say_why_not(options)
    except CommandFailed as failed:
        return _say(failed)
    except KeyboardInterrupt:
        return 130


def _run_or_say_why_not(options: argparse.Namespace) -> int:
    # Imported only now: it brings psycopg along, which may be missing, and which `--help` need not wait for.
    from lockstep.database_server import DatabaseServerError

    try:
        return _run(options)
    except DatabaseServerError as failed:
        return _say(failed)


def _say(failed: Exception) -> int:
    print(f"lockstep: {failed}", file=sys.stderr)
    return 1


def _run(options: argparse.Namespace) -> int:
    """Import the one module that is asked for: the others' imports would cost its start."""
    match options.subcommand:
        case "demo":
            from lockstep.cli import demo

            return demo.run(demo.Options(port=options.port, emulator_port=options.emulator_port, afresh=options.reset))
        case "serve":
            from lockstep.cli import serve

            return serve.run(
                serve.Options(host=options.host, port=options.port, workers=options.workers, threads=options.threads)
            )
        case "worker":
            from lockstep.cli import worker

            return worker.run(once=options.once)
        case "prove":
            from lockstep.cli import prove

            return prove.run(prove.Options(clients=options.clients, slots=options.slots))
        case "migrate":
            from lockstep.cli import migrate

            return migrate.run()
        case _:
            from lockstep.cli.database import with_django

            with with_django():
                from lockstep.cli import doctor

                return doctor.run(as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lockstep",
        description="Appointment scheduling in step with Google Calendar.",
        epilog="The database is the one of DATABASE_URL, or an embedded PostgreSQL in LOCKSTEP_HOME (./.demo).",
    )
    commands = parser.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="a whole company to try, with an emulated Google Workspace")
    demo.add_argument("--port", type=int, help="of the web pages (default: 8000, or a free one)")
    demo.add_argument("--emulator-port", type=int, help="of the emulated Google (default: 8001, or a free one)")
    demo.add_argument("--reset", action="store_true", help="remove the demo's data first")

    serve = commands.add_parser("serve", help="the web server")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    serve.add_argument("--workers", type=int, default=2, help="processes (default: %(default)s)")
    serve.add_argument("--threads", type=int, default=8, help="threads of each process (default: %(default)s)")

    worker = commands.add_parser("worker", help="the background jobs")
    worker.add_argument("--once", action="store_true", help="end when the worker ends, instead of starting it again")

    prove = commands.add_parser("prove", help="race for the same times on a database of its own, and keep the report")
    prove.add_argument("--clients", type=int, default=16, help="at once for each time (default: %(default)s)")
    prove.add_argument("--slots", type=int, default=20, help="times that they race for (default: %(default)s)")

    commands.add_parser("migrate", help="bring the database's tables up to date")
    doctor = commands.add_parser("doctor", help="check the installation and its connection to Google, step by step")
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    return parser


if __name__ == "__main__":
    sys.exit(main())
