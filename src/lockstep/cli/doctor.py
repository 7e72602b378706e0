"""`lockstep doctor`: checks the installation and each organisation's connection to Google, step by step."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from lockstep import wiring
from lockstep.operations.check import CheckReport, CheckStep, Outcome, check_connection
from lockstep.operations.organisations import organisations_with_google

_SIGNS = {Outcome.PASSED: "ok", Outcome.FAILED: "FAILED", Outcome.WAITING: "waiting", Outcome.SKIPPED: "skipped"}


def run() -> int:
    """Print a line per check; 0 when all is well, 1 otherwise."""
    well = _database()
    workspace = wiring.workspace()
    if workspace is None:
        print("google    no service account key: set LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE to use Google Workspace")
    for organisation in organisations_with_google():
        stored = getattr(organisation, "connection", None)
        if stored is None:
            print(f"google    {organisation.name}: not connected yet (Settings → Integrations & API → GSuite)")
            continue
        print(f"google    {organisation.name}")
        report = check_connection(
            organisation=organisation,
            directory_user=stored.directory_user,
            directory_group=stored.directory_group,
            workspace=workspace,
        )
        _print(report)
        well = well and report.ok
    return 0 if well else 1


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone() or (0,)
    well = bool(major >= 15)
    print(f"database  PostgreSQL {major}: {'ok' if well else 'FAILED, 15 or newer is needed'}")
    print(f"address   {settings.PUBLIC_URL} ({settings.ENVIRONMENT})")
    return well


def _print(report: CheckReport) -> None:
    for step in report.steps:
        print(f"  {_SIGNS[step.outcome]:8}{step.title}")
        for line in _details(step):
            print(f"          {line}")


def _details(step: CheckStep) -> list[str]:
    lines = [("", step.sentence), ("Who: ", step.who), ("Where: ", step.where), ("Value: ", step.paste)]
    return [label + text for label, text in lines if text]
