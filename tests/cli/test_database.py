"""Which database a command works on."""

from pathlib import Path

import pytest

from lockstep.cli.database import DatabaseUnreachable, NoSecretKey, with_database
from lockstep.database_server import throwaway
from lockstep.database_server.folders import remove_server_files
from lockstep.database_server.lifeline import Lifeline


def test_a_server_of_ones_own_is_used_as_it_is_given() -> None:
    with throwaway() as url:
        given = {"DATABASE_URL": url, "LOCKSTEP_SECRET_KEY": "long and random"}
        with with_database(given, Lifeline()) as environment:
            assert environment["DATABASE_URL"] == url


def test_a_server_that_does_not_answer_gets_a_sentence_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://app:hush@/lockstep?host={tmp_path}"
    with (
        pytest.raises(DatabaseUnreachable, match=r"DATABASE_URL cannot be used: .*failed") as refused,
        with_database({"DATABASE_URL": url, "LOCKSTEP_SECRET_KEY": "long and random"}, Lifeline()),
    ):
        pass
    assert "hush" not in str(refused.value)


def test_a_server_of_ones_own_needs_a_secret_key_of_ones_own() -> None:
    with pytest.raises(NoSecretKey), with_database({"DATABASE_URL": "postgresql:///lockstep"}, Lifeline()):
        pass


@pytest.mark.slow
def test_without_a_server_the_embedded_one_runs_and_a_key_is_drawn_and_kept(tmp_path: Path) -> None:
    home = {"LOCKSTEP_HOME": str(tmp_path / "home")}
    with with_database(home, Lifeline()) as first:
        assert first["DATABASE_URL"].startswith("postgresql://app@/lockstep?host=")
    with with_database(home, Lifeline()) as again:
        assert again["LOCKSTEP_SECRET_KEY"] == first["LOCKSTEP_SECRET_KEY"]
    remove_server_files(tmp_path / "home" / "postgres")
