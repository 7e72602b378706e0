"""The process in which `lockstep prove` races. Not a command of its own.

It fills the database of DATABASE_URL, which was made for it, with tables, a company and its clients.
"""

from __future__ import annotations

import json
import sys


def main(arguments: list[str]) -> int:
    """Print the report as one line of JSON, the last."""
    import django

    django.setup()

    from django.core.management import call_command

    from lockstep.operations.proof import Race, run_race

    call_command("migrate", verbosity=0, interactive=False)
    report = run_race(Race(clients=int(arguments[0]), slots=int(arguments[1])))
    print(json.dumps(report.as_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
