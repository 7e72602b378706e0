"""`lockstep prove` as it is run: a database of its own, made and removed, and the report kept in the real one."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection
from tests.operations.test_proof import SOUND

from lockstep.cli.prove import Options, ProofImpossible, lines_of, run
from lockstep.config.settings import database_from

DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'lockstep_proof_%'"


@pytest.mark.parametrize("options", [Options(1, 1), Options(2, 0), Options(1000, 1), Options(2, 10_000)])
def test_a_race_of_no_size_or_without_end_is_refused(options: Options) -> None:
    with pytest.raises(ProofImpossible, match="2 to 64 clients"):
        run(options)


def test_the_report_for_people_ends_with_the_verdict() -> None:
    assert lines_of(SOUND.as_json())[-1] == "verdict    each time was booked exactly once"


@pytest.mark.slow
def test_the_race_runs_on_a_database_of_its_own_which_is_gone_afterwards(
    transactional_db: None, database_url: str
) -> None:
    name = connection.settings_dict["NAME"]
    url = database_url.replace(f"/{database_from(database_url)['NAME']}", f"/{name}", 1)
    environment = {**os.environ, "DATABASE_URL": url, "LOCKSTEP_SECRET_KEY": "for this test"}
    done = subprocess.run(
        [sys.executable, "-m", "lockstep.cli.main", "prove", "--clients", "4", "--slots", "2"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "booked     2 of 2 times" in done.stdout
    with psycopg.connect(url) as server:
        assert server.execute(DATABASES).fetchall() == []
        assert server.execute("SELECT report->>'booked' FROM store_proof").fetchall() == [("2",)]
        assert server.execute("SELECT count(*) FROM store_appointment").fetchall() == [(0,)]
