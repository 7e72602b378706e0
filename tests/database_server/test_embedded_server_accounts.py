"""As whom the server runs, and whose folders it touches."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
from tests.database_server.people import OrdinaryUser

from lockstep.database_server import EmbeddedServer
from lockstep.database_server.errors import FolderNotWritable, UnsafeFolder
from lockstep.database_server.folders import choose_folders, stand_in_for
from lockstep.database_server.postmaster import running_postmaster

pytestmark = pytest.mark.slow
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

START = """
import sys, pathlib
from lockstep.database_server import DatabaseServerError, EmbeddedServer
try:
    with EmbeddedServer(pathlib.Path(sys.argv[1])) as url:
        import psycopg
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            print(connection.execute("SELECT current_database()").fetchone()[0])
except DatabaseServerError as failed:
    print(type(failed).__name__, failed)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_ordinary_user_starts_a_server_of_their_own(alice: OrdinaryUser) -> None:
    ran = alice.run(START, str(alice.folder / "home" / "postgres"))
    assert (ran.stdout, ran.stderr) == ("lockstep\n", "")


def test_a_path_too_long_for_a_socket_or_with_a_comma_works_all_the_same(alice: OrdinaryUser) -> None:
    ran = alice.run(START, str(alice.folder / ("long" * 30) / 'a, "b' / "postgres"))
    assert (ran.stdout, ran.stderr) == ("lockstep\n", "")
    for left in Path("/tmp").glob("lockstep-*-" + "[0-9a-f]" * 16):  # noqa: S108 - where a short name goes
        shutil.rmtree(left, ignore_errors=True)


def test_a_folder_that_may_not_be_written_is_named_with_what_to_do(alice: OrdinaryUser) -> None:
    ran = alice.run(START, "/usr/lib/lockstep-test/postgres")
    assert ran.stdout.startswith("FolderNotWritable Lockstep cannot write to /usr/lib/lockstep-test/postgres")
    assert "LOCKSTEP_HOME=" in ran.stdout


def test_a_data_root_below_a_file_is_refused_with_a_sentence(open_folder: Path) -> None:
    (open_folder / "file").write_text("")
    with pytest.raises(FolderNotWritable, match="Not a directory"):
        EmbeddedServer(open_folder / "file" / "postgres").start()


@only_root
def test_root_runs_the_server_as_an_unprivileged_account(data_root: Path) -> None:
    with EmbeddedServer(data_root):
        pid = running_postmaster(data_root / "data")
        assert pid is not None
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert mode(data_root / "data") == 0o700
        assert (data_root / "pg_hba.conf").stat().st_uid == 0, "the server must not change who may connect"


@only_root
def test_a_closed_folder_stays_closed_and_the_data_goes_elsewhere(closed_data_root: Path, tmp_path: Path) -> None:
    before = {folder: mode(folder) for folder in (tmp_path, *tmp_path.parents)}
    with EmbeddedServer(closed_data_root) as url:
        psycopg.connect(url).close()
    assert {folder: mode(folder) for folder in before} == before
    assert (stand_in_for(closed_data_root) / "data").is_dir()
    assert not (closed_data_root / "data").exists()


@only_root
def test_data_that_root_made_is_refused_to_an_ordinary_user_with_the_owner_named(
    data_root: Path, alice: OrdinaryUser
) -> None:
    with EmbeddedServer(data_root):
        pass
    ran = alice.run(START, str(data_root))
    assert ran.stdout.startswith(f"FolderOfSomebodyElse The database in {data_root} belongs to the account root")


@only_root
def test_root_opens_the_data_of_an_ordinary_user_as_that_user(alice: OrdinaryUser) -> None:
    root = alice.folder / "shared" / "postgres"
    assert alice.run(START, str(root)).stdout == "lockstep\n"
    with EmbeddedServer(root) as url:
        psycopg.connect(url).close()
        pid = running_postmaster(root / "data")
        assert pid is not None
        assert Path(f"/proc/{pid}").owner() == alice.name
    assert alice.run(START, str(root)).stdout == "lockstep\n"


@only_root
def test_a_user_id_without_a_name_is_refused_with_a_sentence(open_folder: Path, alice: OrdinaryUser) -> None:
    alice.packages.parent.chmod(0o711)
    ran = alice.run(START, str(open_folder / "postgres"), uid=54321)
    assert ran.stdout.startswith("NoPasswdEntry The user id 54321 has no entry in the passwd database")


@only_root
def test_a_root_without_the_rights_of_root_gets_a_sentence(data_root: Path, alice: OrdinaryUser) -> None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("util-linux's setpriv takes the rights away, and it is not installed")
    ran = subprocess.run(
        [setpriv, "--bounding-set=-chown,-setuid,-setgid", alice.python, "-B", "-c", START, str(data_root)],
        env={"PYTHONPATH": str(alice.packages)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.startswith("CannotChangeAccount PostgreSQL does not run as root")


@only_root
def test_programs_below_a_closed_folder_are_copied_and_that_folder_stays_closed(
    data_root: Path, tmp_path: Path, alice: OrdinaryUser
) -> None:
    tmp_path.chmod(0o700)
    shutil.copytree(alice.packages, tmp_path / "packages", symlinks=True)
    copies_before = set(Path("/var/lib/lockstep").glob("postgres-*"))
    ran = subprocess.run(
        [alice.python, "-B", "-c", START, str(data_root)],
        env={"PYTHONPATH": str(tmp_path / "packages")},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    for copied in set(Path("/var/lib/lockstep").glob("postgres-*")) - copies_before:
        shutil.rmtree(copied)
    assert (ran.stdout, ran.stderr) == ("lockstep\n", "")
    assert mode(tmp_path) == 0o700


def test_a_socket_folder_that_others_can_write_to_is_not_used(open_folder: Path) -> None:
    root = open_folder / "postgres"
    root.mkdir()
    root.chmod(0o711)
    (root / "run").mkdir()
    (root / "run").chmod(0o777)
    with pytest.raises(UnsafeFolder, match="not private"):
        choose_folders(root)
