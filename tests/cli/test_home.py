"""The folder of an installation: what is remembered, what is kept secret, what a reset removes."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lockstep.cli import home as homes


@pytest.fixture
def home(tmp_path: Path) -> homes.Home:
    made = homes.home_of({"LOCKSTEP_HOME": str(tmp_path / "home")})
    homes.make(made)
    return made


def test_without_a_setting_the_home_is_in_the_working_directory() -> None:
    assert homes.home_of({}).path == Path.cwd() / ".demo"


def test_the_secret_key_is_drawn_once_and_readable_to_its_owner_alone(home: homes.Home) -> None:
    key = homes.secret_key(home)
    assert len(key) >= 50
    assert homes.secret_key(home) == key
    assert stat.S_IMODE(home.secret_key_file.stat().st_mode) == 0o600


def test_what_was_written_down_is_found_again(home: homes.Home) -> None:
    homes.remember(home, {"port": 8123})
    assert homes.remembered(home) == {"port": 8123}


@pytest.mark.parametrize("content", ["", "{", "[1]"], ids=["empty", "broken off", "no object"])
def test_a_memory_that_cannot_be_read_is_forgotten(home: homes.Home, content: str) -> None:
    home.memory_file.write_text(content)
    assert homes.remembered(home) == {}


def test_a_second_demo_in_the_same_home_is_told_the_address_of_the_first(home: homes.Home) -> None:
    homes.remember(home, {"url": "http://127.0.0.1:8123", "pid": 77})
    with (
        homes.only_one_demo(home),
        pytest.raises(homes.AlreadyRunning, match=r"http://127\.0\.0\.1:8123 \(process 77\)"),
        homes.only_one_demo(home),
    ):
        pass


def test_the_home_is_free_again_when_its_demo_was_killed(home: homes.Home) -> None:
    program = "import fcntl, sys, time; f = open(sys.argv[1], 'ab'); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True)"
    holder = subprocess.Popen(
        [sys.executable, "-c", program + "; time.sleep(60)", str(home.lock)], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    with homes.only_one_demo(home):
        pass


def test_a_reset_removes_what_is_ours_and_nothing_else(home: homes.Home) -> None:
    homes.secret_key(home)
    homes.remember(home, {"port": 8123})
    (home.database / "data").mkdir(parents=True)
    (home.path / "letter.txt").write_text("not ours")
    gone = homes.reset(home)
    assert set(gone) == {home.database, home.logs, home.memory_file, home.secret_key_file}
    assert [path.name for path in home.path.iterdir()] == ["letter.txt"]


def test_a_home_below_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(homes.HomeNotWritable, match="LOCKSTEP_HOME="):
        homes.make(homes.Home(tmp_path / "file" / "home"))
