"""Keeping a few programs running: starting them, starting them again when they end, stopping them in order.

Each runs in a process group of its own, so a Ctrl-C at the terminal reaches only us and the order of stopping is ours.
What is left of a group is killed when its leader has ended: the workers of a web server whose parent was killed would
keep the port. A lifeline (lockstep.database_server.lifeline) ends them all if we are killed.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lockstep.database_server.lifeline import Lifeline

LOOK_EVERY_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_AFTER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running. `log` gets both its outputs, or only its errors where `output` takes the other."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path | None = None
    output: Path | None = None
    grace_seconds: float = 15.0


class StopRequest:
    """Whether somebody asked us to stop. A flag and not an exception: it must not strike inside the cleaning up."""

    def __init__(self, terminal: int | None = None) -> None:
        self._noted = False
        self._terminal = select.poll()
        if terminal is not None:
            self._terminal.register(terminal, 0)
        self.in_a_hurry = False

    @property
    def asked(self) -> bool:
        """By a signal, or by closing the terminal.

        The kernel tells only the terminal's first program of its end. `ssh -t machine make demo` makes that `make`,
        which waits for us without a word, so we look for ourselves.
        """
        return self._noted or any(events & select.POLLHUP for _, events in self._terminal.poll(0))

    def note(self, number: int, _frame: FrameType | None = None) -> None:
        """Take a signal for a request. Only a repeated Ctrl-C hurries: a closing terminal may hang up twice."""
        self.in_a_hurry = self._noted and number == signal.SIGINT
        self._noted = True


class StoppedByRequest(Exception):
    """Somebody asked us to stop while a step was under way."""


@contextmanager
def listening_for_stop() -> Iterator[StopRequest]:
    """Take Ctrl-C, a polite kill and the closing of the terminal for a request to stop; under nohup not the last."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    outlives_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    if not outlives_terminal:
        numbers.append(signal.SIGHUP)
    request = StopRequest(None if outlives_terminal or not os.isatty(0) else 0)
    before = {number: signal.signal(number, request.note) for number in numbers}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Child:
    """One program and the process that runs it now, if any."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.failures = 0
        self.due_at = 0.0

    def pause_seconds(self) -> float:
        """How long to wait before the next start: doubling, until it ran steadily for a while."""
        if time.monotonic() - self.started_at > STEADY_AFTER_SECONDS:
            self.failures = 0
        self.failures += 1
        return float(min(FIRST_PAUSE_SECONDS * 2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS))


class Supervisor:
    """Keeps its programs running until `stop`. `tell` gets a sentence when one ended by itself."""

    def __init__(self, lifeline: Lifeline, stop_request: StopRequest, tell: Callable[[str], None]) -> None:
        self._lifeline = lifeline
        self._request = stop_request
        self._tell = tell
        self._children: list[Child] = []

    def start(self, program: Program) -> None:
        """Start a program and keep it running. The one started last is stopped first.

        Raises: OSError where it cannot be started at all.
        """
        child = Child(program)
        self._children.append(child)
        self._launch(child)

    def is_running(self, name: str) -> bool:
        """Whether the program of that name has a process now that has not ended."""
        return any(
            child.process is not None and child.process.poll() is None
            for child in self._children
            if child.program.name == name
        )

    def run_until_stopped(self) -> None:
        """Return when somebody asks us to stop."""
        while not self._request.asked:
            self.look()
            time.sleep(LOOK_EVERY_SECONDS)

    def wait_for(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Whether `ready` came true within `seconds`, programs being kept running meanwhile.

        Raises: StoppedByRequest.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._heed_request()
            if ready():
                return True
            self.look()
            time.sleep(LOOK_EVERY_SECONDS / 2)
        return False

    def run_once(self, program: Program) -> int:
        """Run a program to its end; its exit status (negative: the signal that ended it).

        Raises: StoppedByRequest, when it has been ended on request.
        """
        child = Child(program)
        self._children.append(child)
        process = self._launch(child)
        try:
            while (status := process.poll()) is None:
                self._heed_request()
                time.sleep(LOOK_EVERY_SECONDS / 5)
            return status
        finally:
            self._end(child)
            self._children.remove(child)

    def look(self) -> None:
        """One look at each program: note the end of those that ended, start again those whose pause is over."""
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.due_at:
                    self._launch(child)
            elif (status := child.process.poll()) is not None:
                self._clear_away(child)
                pause = child.pause_seconds()
                child.due_at = time.monotonic() + pause
                self._tell(_sentence(child.program, status, pause))

    def stop(self) -> None:
        """Stop every program, the last one first, each with its grace; a second request to stop cuts that short."""
        while self._children:
            self._end(self._children.pop())

    def _launch(self, child: Child) -> subprocess.Popen[bytes]:
        program = child.program
        with ExitStack() as files:
            log = files.enter_context(program.log.open("ab")) if program.log else None
            output = files.enter_context(program.output.open("wb")) if program.output else log
            process = subprocess.Popen(  # noqa: S603 - the commands are ours
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                env=dict(program.environment),
                start_new_session=True,
            )
        self._lifeline.hold(process.pid, stop_signal=signal.SIGTERM, grace_seconds=program.grace_seconds, is_group=True)
        child.process, child.started_at = process, time.monotonic()
        return process

    def _end(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + child.program.grace_seconds
        while process.poll() is None and time.monotonic() < deadline and not self._request.in_a_hurry:
            time.sleep(LOOK_EVERY_SECONDS / 5)
        self._clear_away(child)

    def _clear_away(self, child: Child) -> None:
        """Kill what is left of the group and forget it."""
        process, child.process = child.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):  # the usual case: nothing is left
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._lifeline.release(process.pid)

    def _heed_request(self) -> None:
        if self._request.asked:
            raise StoppedByRequest


def _sentence(program: Program, status: int, pause: float) -> str:
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    where = f" Its log: {program.log}." if program.log else ""
    return f"{program.name} {how}; starting it again in {pause:g} s.{where}"
