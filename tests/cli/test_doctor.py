"""`lockstep doctor` says in lines and in JSON what stands in the way."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.cast import Company

from lockstep.cli import doctor
from lockstep.store.models import Connection


@pytest.fixture
def without_key(company: Company, settings: Settings) -> Company:
    """Connected once, and the key is gone."""
    settings.GOOGLE_SERVICE_ACCOUNT_FILE = ""
    Connection.objects.create(
        organisation=company.organisation, directory_user="it@cedar.example", connected_at=timezone.now()
    )
    return company


def test_the_lines_name_the_step_who_and_where(without_key: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run() == 1
    lines = capsys.readouterr().out
    assert "FAILED  The service account's key can be read" in lines
    assert "Who: The operator of this installation" in lines
    assert "Where: The setting LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE" in lines


def test_json_has_the_same_for_machines(without_key: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["service_account"], said["database"]["ok"]) == (False, False, True)
    (organisation,) = said["organisations"]
    outcomes = {step["name"]: step["outcome"] for step in organisation["check"]["steps"]}
    assert (outcomes["key"], outcomes["client"]) == ("failed", "skipped")


def test_an_organisation_that_is_not_connected_is_no_fault(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor.run(as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["organisations"][0]["check"] is None
