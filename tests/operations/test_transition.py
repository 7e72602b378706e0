"""On the way from a demo to production, the day that Google may take is counted here, whoever looks."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import NOW, Company

from lockstep.operations.transition import client_id_changed, not_changed_after_all, waiting_of
from lockstep.store.models import AuditEntry


def test_the_clock_runs_from_the_first_word_and_ends_after_a_day(company: Company) -> None:
    organisation = company.organisation
    assert waiting_of(organisation) is None
    client_id_changed(organisation, by=company.admin, now=NOW)
    client_id_changed(organisation, by=company.admin, now=NOW + timedelta(hours=3))
    waiting = waiting_of(organisation)
    assert waiting is not None
    assert waiting.left(NOW + timedelta(hours=6)) == timedelta(hours=18)
    assert waiting.left(NOW + timedelta(days=3)) == timedelta()
    assert AuditEntry.objects.filter(action="Client ID changed in Google").count() == 1


def test_a_word_that_was_said_too_early_can_be_taken_back(company: Company) -> None:
    client_id_changed(company.organisation, by=company.admin, now=NOW)
    not_changed_after_all(company.organisation, by=company.admin, now=NOW)
    assert waiting_of(company.organisation) is None
