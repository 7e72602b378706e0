"""Looking at processes, and waiting for what they do."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Whatever way these tests found the package, the programs that they start find the same.
WITH_LOCKSTEP = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def eventually(claim: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether the claim comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.02)
    return claim()


def is_alive(pid: int) -> bool:
    """Whether a process is there; one that has ended and that nobody has waited for is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
