"""`lockstep doctor`: checks the installation and each organisation's connection to Google, step by step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from lockstep import wiring
from lockstep.operations.check import check_connection
from lockstep.operations.check_steps import CheckReport, CheckStep, Outcome
from lockstep.operations.organisations import organisations_with_google

_SIGNS = {
    Outcome.PASSED: "ok",
    Outcome.NOTED: "note",
    Outcome.FAILED: "FAILED",
    Outcome.WAITING: "waiting",
    Outcome.SKIPPED: "skipped",
}
_OLDEST = 15


@dataclass(frozen=True, slots=True)
class _Checked:
    """One organisation; without a report where it is not connected."""

    name: str
    state: str
    report: CheckReport | None


def run(*, as_json: bool = False) -> int:
    """Print a line per check, or one JSON object; 0 when all is well, 1 otherwise."""
    major = _database()
    checked = [_check(each) for each in organisations_with_google()]
    well = major >= _OLDEST and all(each.report.ok for each in checked if each.report)
    if as_json:
        print(json.dumps(_as_json(well, major, checked), indent=2))
    else:
        _print_installation(major)
        for each in checked:
            _print(each)
    return 0 if well else 1


def _database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone() or (0,)
    return int(major)


def _check(organisation: Any) -> _Checked:
    stored = getattr(organisation, "connection", None)
    if stored is None:
        return _Checked(organisation.name, "not connected", None)
    report = check_connection(
        organisation=organisation,
        directory_user=stored.directory_user,
        directory_group=stored.directory_group,
        workspace=wiring.workspace(),
        now=timezone.now(),
    )
    return _Checked(organisation.name, stored.state, report)


def _as_json(well: bool, major: int, checked: list[_Checked]) -> dict[str, Any]:
    return {
        "ok": well,
        "database": {"postgresql": major, "ok": major >= _OLDEST},
        "address": settings.PUBLIC_URL,
        "environment": settings.ENVIRONMENT,
        "service_account": wiring.workspace() is not None,
        "organisations": [
            {"name": each.name, "state": each.state, "check": each.report.as_json() if each.report else None}
            for each in checked
        ],
    }


def _print_installation(major: int) -> None:
    print(f"database  PostgreSQL {major}: {'ok' if major >= _OLDEST else 'FAILED, 15 or newer is needed'}")
    print(f"address   {settings.PUBLIC_URL} ({settings.ENVIRONMENT})")
    if wiring.workspace() is None:
        print("google    no service account key: set LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE to use Google Workspace")


def _print(checked: _Checked) -> None:
    if checked.report is None:
        print(f"google    {checked.name}: not connected yet (Settings → Integrations & API → GSuite)")
        return
    print(f"google    {checked.name}")
    for step in checked.report.steps:
        print(f"  {_SIGNS[step.outcome]:8}{step.title}")
        for line in _details(step):
            print(f"          {line}")


def _details(step: CheckStep) -> list[str]:
    lines = [("", step.sentence), ("Who: ", step.who), ("Where: ", step.where), ("Value: ", step.paste)]
    return [label + text for label, text in lines if text]
