"""One server per data root: started once, shared, kept alive, stopped without loss."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.database_server.processes import WITH_LOCKSTEP, eventually

from lockstep.database_server import EmbeddedServer, throwaway
from lockstep.database_server.errors import OtherMajorVersion
from lockstep.database_server.postmaster import running_postmaster

pytestmark = pytest.mark.slow  # real servers are started, killed and waited for

KILLED_SERVER_IS_BACK_WITHIN_SECONDS = 5.0


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def numbers_in(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n").fetchall()]


def keep_a_number(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def test_a_throwaway_server_has_the_extension_for_exclusion_constraints() -> None:
    with throwaway() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'").fetchone()
    assert found == (1,)


@pytest.mark.slow
def test_what_was_committed_is_there_after_a_restart(data_root: Path) -> None:
    with EmbeddedServer(data_root) as url:
        keep_a_number(url)
    with EmbeddedServer(data_root) as url:
        assert numbers_in(url) == [1]


def test_a_server_killed_with_signal_9_is_back_at_once_with_its_data(data_root: Path) -> None:
    said: list[str] = []
    with EmbeddedServer(data_root, tell=said.append) as url:
        keep_a_number(url)
        killed = running_postmaster(data_root / "data")
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: bool(said), KILLED_SERVER_IS_BACK_WITHIN_SECONDS)
        assert running_postmaster(data_root / "data") not in (None, killed)
        assert numbers_in(url) == [1]


def test_a_second_command_gets_the_address_of_the_running_server(data_root: Path) -> None:
    with EmbeddedServer(data_root) as url:
        second = EmbeddedServer(data_root)
        try:
            assert second.start() == url
            assert not second.is_owner
        finally:
            second.stop()
        assert answers(url), "the second command must leave the server to the first"


@pytest.mark.slow
def test_a_second_command_goes_on_when_the_first_one_ends(data_root: Path) -> None:
    first = EmbeddedServer(data_root)
    url = first.start()
    with EmbeddedServer(data_root):
        first.stop()
        assert eventually(lambda: answers(url), KILLED_SERVER_IS_BACK_WITHIN_SECONDS)
    assert running_postmaster(data_root / "data") is None


@pytest.mark.slow
@pytest.mark.parametrize("start_at_once", [2, 4], ids=["two", "four"])
def test_commands_that_start_at_the_same_moment_share_one_server(data_root: Path, start_at_once: int) -> None:
    program = (
        "import sys, pathlib\n"
        "from lockstep.database_server import EmbeddedServer\n"
        "server = EmbeddedServer(pathlib.Path(sys.argv[1]))\n"
        "print(server.start(), server.is_owner, flush=True)\n"
        "sys.stdin.read()\n"
        "server.stop()\n"
    )
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(data_root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=WITH_LOCKSTEP,
            text=True,
        )
        for _ in range(start_at_once)
    ]
    lines = [command.stdout.readline().split() for command in commands if command.stdout]
    for command in commands:
        command.communicate(timeout=60)
    assert {line[0] for line in lines} == {lines[0][0]}
    assert sorted(line[1] for line in lines) == ["False"] * (start_at_once - 1) + ["True"]


@pytest.mark.slow
def test_the_server_ends_with_an_owner_who_is_killed(data_root: Path) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from lockstep.database_server import EmbeddedServer\n"
        "print(EmbeddedServer(pathlib.Path(sys.argv[1])).start(), flush=True)\n"
        "time.sleep(120)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(data_root)], stdout=subprocess.PIPE, env=WITH_LOCKSTEP, text=True
    )
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    keep_a_number(url)
    owner.kill()
    owner.communicate()
    assert eventually(lambda: running_postmaster(data_root / "data") is None)
    with EmbeddedServer(data_root) as again:
        assert numbers_in(again) == [1]


def test_a_pid_file_that_names_another_living_program_is_no_obstacle(data_root: Path) -> None:
    with EmbeddedServer(data_root):
        lines = (data_root / "data" / "postmaster.pid").read_text().splitlines()
    stale = data_root / "data" / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    owner = (data_root / "data").stat()
    os.chown(stale, owner.st_uid, owner.st_gid)
    with EmbeddedServer(data_root) as url:
        assert answers(url)


@pytest.mark.slow
def test_an_interrupted_first_start_is_not_taken_for_a_database(data_root: Path) -> None:
    with EmbeddedServer(data_root):
        pass
    (data_root / "data").rename(data_root / "data.new")
    (data_root / "data.new" / "PG_VERSION").unlink()
    with EmbeddedServer(data_root) as url:
        assert answers(url)


@pytest.mark.slow
def test_data_of_another_major_version_is_refused_with_both_versions_named(data_root: Path) -> None:
    with EmbeddedServer(data_root):
        pass
    (data_root / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(OtherMajorVersion, match=r"made by PostgreSQL 12, and this Lockstep brings PostgreSQL \d\d"):
        EmbeddedServer(data_root).start()


@pytest.mark.slow
def test_nobody_can_reach_the_server_over_the_network(data_root: Path) -> None:
    with EmbeddedServer(data_root) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'peer'").fetchone() == (
            0,
        )


@pytest.mark.slow
def test_what_a_failing_statement_holds_does_not_reach_the_log(data_root: Path) -> None:
    with EmbeddedServer(data_root) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE clients (email text PRIMARY KEY)")
        connection.execute("INSERT INTO clients VALUES ('alice@example.com')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO clients VALUES ('alice@example.com')")
    assert "alice" not in (data_root / "postgres.log").read_text()
