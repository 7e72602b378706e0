"""The shared budget with the real client: what counts for whom, and what Google's refusals do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.google_side import GoogleSide
from tests.operations.world import World, at

from lockstep.google.budget import CallBudget
from lockstep.google.workspace import GoogleWorkspace
from lockstep.store.models import QuotaBucket, QuotaUse
from lockstep.store.quota import QuotaLedger
from lockstep.sync.link import LinkState
from lockstep.sync.quota import Limits


def paying(google: GoogleSide, live: World, limits: Limits) -> QuotaLedger:
    """Give the world a workspace that keeps to a budget."""
    ledger = QuotaLedger(limits)
    live.workspace = GoogleWorkspace(
        google.key_file, google.address, google.address, seconds_per_call=20, budget=CallBudget(ledger)
    )
    return ledger


def test_every_call_counts_for_its_organisation(google: GoogleSide, live: World) -> None:
    paying(google, live, Limits())
    live.look(live.company.alice)
    live.booked(live.company.bob, at(10))
    assert set(QuotaUse.objects.values_list("account", flat=True)) == {str(live.company.organisation.pk)}
    assert QuotaBucket.objects.count() == 3


def test_a_calendar_without_room_in_the_budget_waits_and_loses_nothing(google: GoogleSide, live: World) -> None:
    paying(google, live, Limits())
    QuotaBucket.objects.create(key="project", units=-10_000, at=datetime.now(UTC))
    live.person(live.company.alice).add(at(10), at(11))
    before = google.last_request()
    live.look(live.company.alice)
    link = live.link(live.company.alice)
    assert link.state == LinkState.BACKING_OFF
    assert link.next_due is not None
    assert not [each for each in google.requests(before) if each["google_method"] == "calendar.events.list"]
    QuotaBucket.objects.all().delete()
    live.clock.advance(max(link.next_due - live.now, timedelta()))
    live.sweep()
    live.work()
    assert at(10) not in live.offered(live.company.alice)


@pytest.mark.parametrize("reason", ["userRateLimitExceeded", "rateLimitExceeded"])
def test_a_refusal_of_google_halves_the_persons_rate(google: GoogleSide, live: World, reason: str) -> None:
    paying(google, live, Limits())
    live.look(live.company.alice)
    google.fault(method="calendar.events.list", reason=reason, status=403, count=1)
    live.look(live.company.alice)
    assert sorted(QuotaBucket.objects.values_list("factor", flat=True))[0] == 0.5
    assert QuotaBucket.objects.get(key="project").factor == 1.0
