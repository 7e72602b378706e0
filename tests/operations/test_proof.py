"""The race of `lockstep prove`, and the count of overlaps that an auditor sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.cast import Company
from tests.web.making import booked

from lockstep.cli.prove import lines_of
from lockstep.operations.proof import Race, RaceReport, keep_proof, last_proof, overlaps_now, run_race

SOUND = RaceReport(
    clients=4, slots=2, attempts=8, booked=2, refused={"SlotTaken": 6}, errors={}, overlaps=0, seconds=1.0, slowest_ms=9
)


@pytest.mark.slow
def test_each_time_is_booked_exactly_once_however_many_race_for_it(transactional_db: None) -> None:
    report = run_race(Race(clients=6, slots=3))
    assert (report.attempts, report.booked, report.overlaps) == (18, 3, 0)
    assert report.errors == {}
    assert sum(report.refused.values()) == 15
    assert report.ok


@pytest.mark.parametrize("change", [{"booked": 1}, {"booked": 3}, {"errors": {"OperationalError": 1}}, {"overlaps": 1}])
def test_anything_but_once_each_is_not_a_proof(change: dict[str, object]) -> None:
    report = replace(SOUND, **change)  # type: ignore[arg-type]
    assert not report.ok
    assert "NOT as it should be" in lines_of(report.as_json())[-1]


def _taken(company: Company, minutes: int) -> None:
    booked(company, company.alice, timezone.now() + timedelta(days=1, minutes=minutes))


def test_the_count_asks_the_rows_and_not_the_constraint(company: Company) -> None:
    _taken(company, 0)
    _taken(company, 30)
    assert overlaps_now(company.organisation).pairs == 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE store_reservation DROP CONSTRAINT nobody_is_double_booked")
    _taken(company, 15)
    counted = overlaps_now(company.organisation)
    assert (counted.pairs, counted.appointments) == (2, 3)


def test_the_last_report_is_kept(db: None) -> None:
    now = timezone.now()
    keep_proof(SOUND, now=now - timedelta(days=1))
    keep_proof(replace(SOUND, slots=9), now=now)
    proof = last_proof()
    assert proof is not None
    assert (proof.at, proof.report["slots"], proof.report["ok"]) == (now, 9, False)
