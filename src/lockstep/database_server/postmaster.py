"""Is a server running on a data folder, and whose is the postmaster.pid in it?

After a kill or a power cut the file stays behind, and by then its number may belong to another program; PostgreSQL
refuses to start while that program lives. So the process is looked at, not just its number: it is our server if it runs
a program called `postgres` inside that data folder. Where there is no /proc (macOS), its name alone decides.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
LEFTOVERS_END_WITHIN_SECONDS = 10.0


def running_postmaster(data: Path) -> int | None:
    """The process id of the server that runs on `data`; None where there is none, whatever the file says."""
    pid = _written_pid(data)
    return pid if pid is not None and _is_server_of(pid, data) else None


def socket_folder(data: Path) -> Path | None:
    """Where the running server's socket is: the fifth line of postmaster.pid."""
    lines = _lines(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def clear_stale_pid_file(data: Path) -> None:
    """Remove a postmaster.pid that no server stands behind, once nothing of that server runs any more.

    A killed server's other processes end by themselves a moment later. Until then they still use the shared memory,
    and the file is what keeps a new server away from it.
    """
    if not _lines(data):
        return
    deadline = time.monotonic() + LEFTOVERS_END_WITHIN_SECONDS
    while any(_processes_of(data)) and time.monotonic() < deadline:
        time.sleep(0.02)
    if not any(_processes_of(data)):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _written_pid(data: Path) -> int | None:
    lines = _lines(data)
    try:
        # A negative number stands for a single-user session of PostgreSQL.
        return abs(int(lines[0])) if lines else None
    except ValueError:
        return None


def _processes_of(data: Path) -> Iterator[int]:
    if not PROC.is_dir():
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit() and _is_server_of(int(entry.name), data):
            yield int(entry.name)


def _is_server_of(pid: int, data: Path) -> bool:
    if not PROC.is_dir():
        return _is_named_postgres(pid)
    try:
        # A zombie has neither link. A program whose file was replaced since reads "/…/postgres (deleted)".
        program = os.readlink(PROC / str(pid) / "exe").removesuffix(" (deleted)")
        works_in = os.readlink(PROC / str(pid) / "cwd")
    except OSError:
        return False
    return Path(program).name == "postgres" and works_in == os.path.realpath(data)


def _is_named_postgres(pid: int) -> bool:
    asked = subprocess.run(  # noqa: S603 - a constant command and a number
        ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
    )
    return Path(asked.stdout.strip()).name.startswith("postgres")
