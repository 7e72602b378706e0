"""The budget that all processes share, in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import NOW, Company

from lockstep.google.budget import Payer
from lockstep.store.models import QuotaBucket, QuotaUse
from lockstep.store.quota import Lots, QuotaLedger, clear_quota
from lockstep.sync.quota import Limits
from lockstep.sync.urgency import Urgency

pytestmark = pytest.mark.django_db
LIMITS = Limits(project=1_000, user=100)


def payer(user: str = "alice", account: str = "cedar", urgency: Urgency = Urgency.PUSH) -> Payer:
    return Payer(account, user, urgency)


def lease(
    ledger: QuotaLedger, who: Payer, units: int = 10, *, least: int = 1, after: float = 0
) -> tuple[Lots, None] | tuple[None, object]:
    return ledger.lease(who, project=units, user=units, least=least, now=NOW + timedelta(seconds=after))


def flood(ledger: QuotaLedger, account: str, urgency: Urgency) -> int:
    """Take all that an account's many people can get; how many units that was."""
    taken = 0
    for number in range(100):
        lots, _ = lease(ledger, payer(f"{account}{number}", account, urgency))
        if lots is None:
            return taken
        taken += lots.project
    raise AssertionError("There is no end to it.")


def test_two_processes_share_one_budget() -> None:
    one, other = QuotaLedger(LIMITS), QuotaLedger(LIMITS)
    assert flood(one, "cedar", Urgency.PUSH) > 0
    lots, until = lease(other, payer("zoe"))
    assert lots is None
    assert until is not None


def test_who_is_refused_finds_room_at_the_time_that_was_named() -> None:
    ledger = QuotaLedger(LIMITS)
    flood(ledger, "cedar", Urgency.PUSH)
    _, until = ledger.lease(payer("zoe"), project=3, user=3, least=3, now=NOW)
    assert until is not None
    lots, _ = ledger.lease(payer("zoe"), project=3, user=3, least=3, now=until + timedelta(milliseconds=1))
    assert lots is not None


def test_a_flood_of_one_persons_calls_leaves_the_others_alone() -> None:
    ledger = QuotaLedger(LIMITS)
    while lease(ledger, payer("alice"))[0] is not None:
        pass
    assert lease(ledger, payer("bob"))[0] is not None


def test_a_flood_of_full_readings_leaves_room_for_a_client_at_confirm() -> None:
    ledger = QuotaLedger(LIMITS)
    flood(ledger, "cedar", Urgency.FULL)
    assert lease(ledger, payer("zoe", urgency=Urgency.FULL))[0] is None
    assert lease(ledger, payer("zoe", urgency=Urgency.CONFIRM))[0] is not None


def test_a_flood_of_one_organisation_leaves_room_for_another() -> None:
    QuotaUse.objects.create(account="cedar", slot=NOW - timedelta(seconds=10), units=600)
    QuotaUse.objects.create(account="birch", slot=NOW - timedelta(seconds=10), units=1)
    ledger = QuotaLedger(LIMITS)
    flood(ledger, "cedar", Urgency.PUSH)
    assert lease(ledger, payer("zoe", "birch"))[0] is not None


def test_use_is_counted_by_organisation_over_a_minute() -> None:
    ledger = QuotaLedger(LIMITS)
    lease(ledger, payer("alice"), 7)
    lease(ledger, payer("bob", "birch"), 5)
    ledger.lease(payer("alice"), project=-2, user=-2, least=1, now=NOW)
    use = ledger.use("cedar", NOW + timedelta(seconds=30))
    assert (use.units, use.others, use.limit, use.slowed_to) == (5, 5, 1_000, 1.0)
    assert ledger.use("cedar", NOW + timedelta(minutes=2)).units == 0


def test_a_refusal_of_one_person_slows_this_person_alone() -> None:
    ledger = QuotaLedger(LIMITS)
    ledger.refused(payer("alice"), no_writes_until=None, now=NOW)
    assert lease(ledger, payer("alice"))[0] is None
    assert lease(ledger, payer("bob"))[0] is not None
    assert ledger.use("cedar", NOW).slowed_to == 1.0


def test_refusals_of_several_people_slow_everybody() -> None:
    ledger = QuotaLedger(LIMITS)
    for user in ("alice", "bob", "carol"):
        ledger.refused(payer(user), no_writes_until=None, now=NOW)
    assert ledger.use("cedar", NOW).slowed_to == 0.5
    assert ledger.use("cedar", NOW + timedelta(minutes=6)).slowed_to == 1.0


def test_refusals_of_calls_that_were_under_way_together_count_once() -> None:
    ledger = QuotaLedger(LIMITS)
    for _ in range(5):
        ledger.refused(payer("alice"), no_writes_until=None, now=NOW)
    assert QuotaBucket.objects.get(key="user:alice").factor == 0.5


def test_a_calendar_that_takes_no_writes_says_so_in_every_process() -> None:
    until = NOW + timedelta(hours=1)
    QuotaLedger(LIMITS).refused(payer("alice"), no_writes_until=until, now=NOW)
    lots, _ = lease(QuotaLedger(LIMITS), payer("alice"))
    assert lots is not None
    assert lots.no_writes_until == until


def test_what_no_longer_counts_is_cleared_away(company: Company) -> None:
    ledger = QuotaLedger(LIMITS)
    lease(ledger, payer("alice"))
    ledger.refused(payer("bob"), no_writes_until=NOW + timedelta(hours=1), now=NOW)
    clear_quota(NOW + timedelta(minutes=30))
    assert set(QuotaBucket.objects.values_list("key", flat=True)) == {"project", "user:bob"}
    assert not QuotaUse.objects.exists()
