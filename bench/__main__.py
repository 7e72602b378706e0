"""Runs every benchmark, or those named on the command line: `python -m bench slots booking emulator`.

Each is a process of its own, so that none finds the caches and connections of another.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, table

NAMES = ("slots", "booking", "delay", "quota", "settings", "emulator")
RESULT = Path("build/bench.json")


def main() -> int:
    asked = sys.argv[1:] or list(NAMES)
    unknown = set(asked) - set(NAMES)
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    figures = [figure for name in asked for figure in _run(name)]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    print(table(figures))
    print(f"\nWritten to {RESULT}.")
    return 0


def _run(name: str) -> list[Figure]:
    """The figures of one benchmark, which prints them as its last line, as JSON."""
    output = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True, stdout=subprocess.PIPE, text=True)
    return [Figure(**each) for each in json.loads(output.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main())
