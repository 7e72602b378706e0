"""What was started does not outlive its starter, however that ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.database_server.processes import WITH_LOCKSTEP, eventually, is_alive

pytestmark = pytest.mark.slow  # real processes are killed and waited for

# Starts a child that starts a grandchild, holds the group, prints all three process ids and waits to be killed.
OWNER = """
import signal, subprocess, sys, time
from lockstep.database_server.lifeline import Lifeline

lifeline = Lifeline()
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, start_new_session=True)
lifeline.hold(child.pid, stop_signal=signal.SIGTERM, grace_seconds=float(sys.argv[2]), is_group=True)
exec(sys.argv[3])
print(child.pid, child.stdout.readline().decode().strip(), flush=True)
time.sleep(120)
"""
CHILD = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"]).pid, flush=True)
time.sleep(120)
"""
DEAF_CHILD = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + CHILD


def start_owner(child: str, grace_seconds: float = 10, then: str = "") -> tuple[subprocess.Popen[str], int, int]:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, child, str(grace_seconds), then],
        stdout=subprocess.PIPE,
        env=WITH_LOCKSTEP,
        text=True,
    )
    assert owner.stdout is not None
    child_pid, grandchild_pid = map(int, owner.stdout.readline().split())
    return owner, child_pid, grandchild_pid


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "ended without cleaning up"])
def test_children_and_grandchildren_end_with_their_owner(how: signal.Signals) -> None:
    owner, child, grandchild = start_owner(CHILD)
    owner.send_signal(how)
    owner.communicate()
    assert eventually(lambda: not is_alive(child) and not is_alive(grandchild))


def test_a_child_that_does_not_listen_is_killed_after_its_grace() -> None:
    owner, child, _ = start_owner(DEAF_CHILD, grace_seconds=0.3)
    owner.kill()
    owner.communicate()
    assert eventually(lambda: not is_alive(child))


def test_a_child_that_was_released_lives_on() -> None:
    owner, child, grandchild = start_owner(CHILD, then="lifeline.release(child.pid)")
    owner.kill()
    owner.communicate()
    time.sleep(0.5)
    assert is_alive(child)
    for pid in (child, grandchild):
        os.kill(pid, signal.SIGKILL)


def test_the_promise_holds_after_somebody_killed_the_watcher_itself() -> None:
    kill_and_go_on = (
        "import os, pathlib\n"
        "mine = pathlib.Path(f'/proc/self/task/{os.getpid()}/children').read_text().split()\n"
        "[watcher] = [int(pid) for pid in mine if int(pid) != child.pid]\n"
        "os.kill(watcher, signal.SIGKILL); time.sleep(0.2)\n"
        "lifeline.release(child.pid)\n"
        "lifeline.hold(child.pid, stop_signal=signal.SIGTERM, grace_seconds=10, is_group=True)\n"
    )
    owner, child, grandchild = start_owner(CHILD, then=kill_and_go_on)
    owner.kill()
    owner.communicate()
    assert eventually(lambda: not is_alive(child) and not is_alive(grandchild))
