"""Programs are kept running, and never outlive the one who keeps them."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database_server.processes import WITH_LOCKSTEP, eventually, is_alive

from lockstep.cli.supervise import Program, StoppedByRequest, StopRequest, Supervisor
from lockstep.database_server.lifeline import Lifeline

pytestmark = pytest.mark.slow  # real processes are killed and waited for

# Writes its process id and that of a child of its own into a file, and waits.
SERVER = """
import os, pathlib, subprocess, sys, time
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {helper.pid}\\n")
time.sleep(120)
"""
DEAF_SERVER = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
# Notes in a file that it was asked to stop, in the order in which that happened to all who share the file.
NOTES_ITS_END = """
import signal, sys, time
def end(*_):
    with open(sys.argv[1], "a") as file:
        file.write(sys.argv[2] + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
open(sys.argv[1] + "." + sys.argv[2], "w").close()
time.sleep(120)
"""
# A supervisor in a process of its own, with two programs.
SUPERVISOR = """
import os, signal, sys
from lockstep.cli.supervise import Program, Supervisor, listening_for_stop
from lockstep.database_server.lifeline import Lifeline
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # it may have been started under nohup
with listening_for_stop() as request:
    supervisor = Supervisor(Lifeline(), request, tell=print)
    for _ in range(2):
        supervisor.start(Program("A server", (sys.executable, "-c", sys.argv[1], sys.argv[2]), os.environ))
    supervisor.run_until_stopped()
    supervisor.stop()
print("stopped in good order", flush=True)
"""


def pids_in(file: Path) -> list[int]:
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def request_to_stop() -> StopRequest:
    return StopRequest()


@pytest.fixture
def supervisor(said: list[str], request_to_stop: StopRequest) -> Iterator[Supervisor]:
    lifeline = Lifeline()
    made = Supervisor(lifeline, request_to_stop, said.append)
    yield made
    made.stop()
    lifeline.close()


def python(program: str, *arguments: str, name: str = "The server", grace_seconds: float = 10) -> Program:
    return Program(name, (sys.executable, "-c", program, *arguments), os.environ, grace_seconds=grace_seconds)


def test_a_killed_program_is_started_again_and_that_is_said(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    supervisor.start(python(SERVER, str(tmp_path / "pids")))
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 2)
    os.kill(pids_in(tmp_path / "pids")[0], signal.SIGKILL)
    assert supervisor.wait_for(lambda: len(pids_in(tmp_path / "pids")) == 4, seconds=10)
    assert said == ["The server was killed by signal 9; starting it again in 0.5 s."]


def test_what_a_killed_program_started_is_gone_before_it_starts_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(python(SERVER, str(tmp_path / "pids")))
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 2)
    leader, helper = pids_in(tmp_path / "pids")
    os.kill(leader, signal.SIGKILL)
    assert supervisor.wait_for(lambda: len(pids_in(tmp_path / "pids")) == 4, seconds=10)
    assert eventually(lambda: not is_alive(helper), seconds=1)


def test_a_program_that_keeps_ending_is_started_less_and_less_often(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start(python("raise SystemExit(3)"))
    assert supervisor.wait_for(lambda: len(said) == 3, seconds=15)
    assert [sentence.rsplit(" in ", 1)[1] for sentence in said] == ["0.5 s.", "1 s.", "2 s."]
    assert "ended with status 3" in said[0]


def test_programs_are_stopped_in_the_reverse_order_of_their_start(supervisor: Supervisor, tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    for name in ("emulator", "worker", "web"):
        supervisor.start(python(NOTES_ITS_END, str(ends), name))
    assert eventually(lambda: len(list(tmp_path.glob("ends.*"))) == 3)
    supervisor.stop()
    assert ends.read_text().split() == ["web", "worker", "emulator"]


def test_a_program_that_does_not_listen_is_killed_after_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(python(DEAF_SERVER, str(tmp_path / "pids"), grace_seconds=0.3))
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 2)
    supervisor.stop()
    assert eventually(lambda: not any(is_alive(pid) for pid in pids_in(tmp_path / "pids")))


def test_a_second_ctrl_c_cuts_the_grace_short(
    supervisor: Supervisor, request_to_stop: StopRequest, tmp_path: Path
) -> None:
    supervisor.start(python(DEAF_SERVER, str(tmp_path / "pids"), grace_seconds=60))
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 2)
    request_to_stop.note(signal.SIGINT)
    request_to_stop.note(signal.SIGINT)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 10


def test_a_closing_terminal_that_hangs_up_twice_leaves_programs_their_grace(request_to_stop: StopRequest) -> None:
    request_to_stop.note(signal.SIGHUP)
    request_to_stop.note(signal.SIGHUP)
    assert (request_to_stop.asked, request_to_stop.in_a_hurry) == (True, False)


def test_a_step_under_way_is_ended_when_somebody_asks_to_stop(
    supervisor: Supervisor, request_to_stop: StopRequest, tmp_path: Path
) -> None:
    request_to_stop.note(signal.SIGINT)
    with pytest.raises(StoppedByRequest):
        supervisor.run_once(python(SERVER, str(tmp_path / "pids")))
    assert eventually(lambda: not any(is_alive(pid) for pid in pids_in(tmp_path / "pids")))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda s: s.name)
def test_no_program_outlives_its_supervisor(how: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, SERVER, str(tmp_path / "pids")],
        stdout=subprocess.PIPE,
        env=WITH_LOCKSTEP,
        text=True,
    )
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 4)
    process.send_signal(how)
    printed = process.communicate(timeout=30)[0]
    assert eventually(lambda: not any(is_alive(pid) for pid in pids_in(tmp_path / "pids")))
    assert printed == ("" if how is signal.SIGKILL else "stopped in good order\n")


def test_a_supervisor_stops_when_its_terminal_is_closed_behind_another_program(tmp_path: Path) -> None:
    """As with `ssh -t machine make demo`: the kernel tells only the first program of the terminal."""
    waits = (
        "import signal, subprocess, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); subprocess.call(sys.argv[1:])"
    )
    command = [sys.executable, "-c", SUPERVISOR, SERVER, str(tmp_path / "pids")]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", waits, *command], stdin=theirs, stdout=theirs, stderr=theirs, env=WITH_LOCKSTEP
    )
    os.close(theirs)
    assert eventually(lambda: len(pids_in(tmp_path / "pids")) == 4)
    os.close(ours)
    process.wait(timeout=30)
    assert eventually(lambda: not any(is_alive(pid) for pid in pids_in(tmp_path / "pids")))
