"""No process of ours outlives us, not even after `kill -9`.

A process that is killed runs no clean-up, so somebody else has to. A lifeline is a tiny process of its own
(lifeline_watcher.py) at the other end of a pipe, which is told what we started. When we end, the kernel closes the
pipe, and it ends what is left. Rejected: PR_SET_PDEATHSIG. It is Linux alone, is tied to the thread that started the
child, is lost in a change of account, needs Python code between fork and exec, and reaches no grandchildren (killing
granian's parent leaves its workers serving).

The pipe must stay ours alone: a process that is forked from this one without exec would keep it open.
"""

import signal
import subprocess
import sys
import threading
from pathlib import Path

WATCHER = Path(__file__).with_name("lifeline_watcher.py")


class Lifeline:
    """Ends what it holds when this process ends, or when it is closed without having been released."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, str] = {}
        self._watcher: subprocess.Popen[bytes] | None = None

    def hold(self, pid: int, *, stop_signal: signal.Signals, grace_seconds: float, is_group: bool) -> None:
        """End this process (or the whole group it leads) when we are gone. What is held last is ended first."""
        line = f"hold {pid} {int(stop_signal)} {grace_seconds} {int(is_group)}\n"
        with self._lock:
            self._held[pid] = line
            self._tell(line)

    def release(self, pid: int) -> None:
        """It has ended, or was stopped in good order."""
        with self._lock:
            if self._held.pop(pid, None) is not None:
                self._tell(f"release {pid}\n")

    def close(self) -> None:
        """End what is still held, and wait for that."""
        with self._lock:
            if self._watcher is not None:
                self._watcher.communicate()
                self._watcher = None
            self._held.clear()

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except OSError:
            # Somebody killed the watcher: a new one is told everything again.
            self._watcher = None
            self._write(line)

    def _write(self, line: str) -> None:
        if self._watcher is None or self._watcher.poll() is not None:
            self._watcher = subprocess.Popen(  # noqa: S603 - our own file, run by our own interpreter
                [sys.executable, "-I", "-S", str(WATCHER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
            line = "".join(self._held.values())
        if self._watcher.stdin is not None and line:
            self._watcher.stdin.write(line.encode())
            self._watcher.stdin.flush()
