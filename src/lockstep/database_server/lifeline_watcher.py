"""The program behind lifeline.py: ends the processes it was told of when its standard input ends.

It is started with `python -I -S`, imports little and reads one line per word from its owner:

    hold PID SIGNAL SECONDS GROUP    from now on end that process (GROUP 1: its whole process group)
    release PID                      it has ended, or is no longer ours to end

End of input means that the owner is gone, however it went. Then the last one held is ended first: SIGNAL, up to
SECONDS of waiting, then SIGKILL.
"""

import os
import signal
import sys
import time
from pathlib import Path

Held = dict[int, tuple[int, float, bool, str]]


def born(pid: int) -> str:
    """When a process started, in the kernel's ticks: with it, a number that was given out again is not mistaken.

    Empty where the system does not say (no /proc), which then matches itself.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def lives(pid: int, is_group: bool) -> bool:
    """Whether a process, or anything in its group, is there. A zombie nobody has waited for counts as gone."""
    try:
        if is_group:
            os.killpg(pid, 0)
        else:
            os.kill(pid, 0)
    except OSError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return is_group or state != "Z"


def end(pid: int, signal_number: int, seconds: float, is_group: bool) -> None:
    """Ask, wait, insist."""
    send = os.killpg if is_group else os.kill
    try:
        send(pid, signal_number)
        deadline = time.monotonic() + seconds
        while lives(pid, is_group) and time.monotonic() < deadline:
            time.sleep(0.02)
        send(pid, signal.SIGKILL)
    except OSError:
        return


def main() -> None:
    """Read until the owner is gone, then end what is held, last first."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    held: Held = {}
    for line in sys.stdin:
        word, *values = line.split()
        pid = int(values[0])
        if word == "hold":
            held[pid] = (int(values[1]), float(values[2]), values[3] == "1", born(pid))
        else:
            held.pop(pid, None)
    for pid, (signal_number, seconds, is_group, birth) in reversed(held.items()):
        # A group outlives its leader: then the leader's number is not given out again, so it is still ours.
        if born(pid) in ("", birth):
            end(pid, signal_number, seconds, is_group)


if __name__ == "__main__":
    main()
