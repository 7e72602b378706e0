"""Which TCP port a program of the demo listens on, and who has it if it is taken."""

import errno
import os
import socket
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from lockstep.cli.errors import CommandFailed

HOST = "127.0.0.1"
LISTENING = "0A"
STEP = 10
TRIED_NEAR_THE_USUAL_ONE = 20


class PortTaken(CommandFailed):
    """A port that was asked for by number belongs to another program."""

    def __init__(self, purpose: str, port: int, holder: str | None, option: str) -> None:
        by = f"by {holder}" if holder else "by a program of another user, or one that cannot be seen from here"
        super().__init__(
            f"Port {port} for {purpose} is taken {by}. Stop that program, or choose another port with {option}."
        )


class PortNotAllowed(CommandFailed):
    """The system keeps this port for root, or it is no port at all."""

    def __init__(self, purpose: str, port: int, reason: str, option: str) -> None:
        super().__init__(f"Port {port} for {purpose} cannot be used: {reason}. Choose another port with {option}.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known about a port before it is chosen: for which purpose, asked for, used last time, usual."""

    purpose: str
    option: str
    usual: int
    asked: int | None = None
    last_time: int | None = None

    @property
    def expected(self) -> int:
        """The port that is used unless it is taken."""
        return self.asked or self.last_time or self.usual


def choose_port(wish: Wish, *, not_these: Container[int] = ()) -> int:
    """The asked port, or else last time's if it is free, or the usual one, one near it, or any.

    Raises: PortTaken or PortNotAllowed for an asked port only.
    """
    if wish.asked is not None:
        check_asked(wish, not_these=not_these)
        return wish.asked
    near = [wish.usual + STEP * n for n in range(TRIED_NEAR_THE_USUAL_ONE)]
    for port in [wish.last_time, *near]:
        if port is not None and port not in not_these and is_free(port):
            return port
    return any_free_port()


def check_asked(wish: Wish, *, not_these: Container[int] = ()) -> None:
    """Nothing, where no port was asked for or the asked one can be listened on.

    Raises: PortTaken, PortNotAllowed.
    """
    port = wish.asked
    if port is None:
        return
    if not 1 <= port <= 65535:
        raise PortNotAllowed(wish.purpose, port, "ports are numbers from 1 to 65535", wish.option)
    if port in not_these:
        raise PortTaken(wish.purpose, port, "another part of this demo", wish.option)
    refusal = _why_not(port)
    if refusal == errno.EADDRINUSE:
        raise PortTaken(wish.purpose, port, holder_of(port), wish.option)
    if refusal is not None:
        reason = "only root may use ports this low" if refusal == errno.EACCES else os.strerror(refusal)
        raise PortNotAllowed(wish.purpose, port, reason, wish.option)


def is_free(port: int) -> bool:
    """Whether a program could listen on that port of this machine now."""
    return _why_not(port) is None


def any_free_port() -> int:
    """A port that the system says is free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def holder_of(port: int) -> str | None:
    """The program that listens on a port, as "name (process 123)"; None where that cannot be seen.

    Source: proc(5), /proc/net/tcp: the second column ends in the port in hex, the fourth is the state, the tenth the
    socket's inode, which the holder's /proc/PID/fd links to. Other users' programs are visible to root alone.
    """
    sockets = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening_inodes(table, port)}
    if not sockets:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(entry.readlink()) in sockets for entry in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue
    return None


def _why_not(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only waiting to be forgotten is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as refused:
            return refused.errno
    return None


def _listening_inodes(table: str, port: int) -> set[str]:
    try:
        rows = Path("/proc/net", table).read_text().splitlines()[1:]
    except OSError:
        return set()
    columns = (row.split() for row in rows)
    return {row[9] for row in columns if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port}
