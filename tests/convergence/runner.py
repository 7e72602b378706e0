"""Plays histories on a database of its own and prints one JSON line for each: `python -m tests.convergence.runner`.

A program, because a mutant of the engine must be there before anything of Lockstep is imported.
"""

from __future__ import annotations

import argparse
import json
import os
import sys


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True, help="address of a migrated database, of which nothing is kept")
    parser.add_argument("--seeds", required=True, help="first-last:step")
    parser.add_argument("--mutant", default="")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--until-found", action="store_true", help="stop at the first violation")
    options = parser.parse_args(arguments)
    os.environ["DATABASE_URL"] = options.database
    os.environ["DJANGO_SETTINGS_MODULE"] = "lockstep.config.settings"
    if options.mutant:
        from tests.convergence.mutants import put_in

        put_in(options.mutant)
    import django

    django.setup()
    _play(_seeds(options.seeds), shrink=options.shrink, until_found=options.until_found)
    return 0


def _seeds(text: str) -> range:
    span, _, step = text.partition(":")
    first, _, last = span.partition("-")
    return range(int(first), int(last or first) + 1, int(step or 1))


def _play(seeds: range, *, shrink: bool, until_found: bool) -> None:
    from tests.convergence.history import run
    from tests.convergence.script import script_of
    from tests.convergence.shrinking import kind_of, report, shrunk
    from tests.convergence.world import prepared

    with prepared() as base:
        for seed in seeds:
            outcome = run(base, script_of(seed))
            line: dict[str, object] = {"seed": seed, "violations": outcome.violations}
            if outcome.violations:
                line["kind"] = kind_of(outcome.violations[0])
            if outcome.violations and shrink:
                line["report"] = report(shrunk(outcome, lambda script: run(base, script)))
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            if outcome.violations and until_found:
                return


if __name__ == "__main__":
    sys.exit(main())
