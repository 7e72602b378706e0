"""The ledger of Google's quota in PostgreSQL: lots are taken here by every process of the installation.

Implements `lockstep.google.budget.Ledger` without knowing it. One short transaction for each lot, with the project's
row locked first and then the person's; never inside another transaction's locks, because calls to Google are made
outside of transactions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.db import connection, transaction
from django.db.models import Count, Sum

from lockstep.store.models import QuotaBucket, QuotaUse
from lockstep.sync import quota
from lockstep.sync.quota import Bucket, Limits
from lockstep.sync.urgency import Urgency

PROJECT = "project"
A_MINUTE = timedelta(minutes=1)
SLOT_SECONDS = 10
KEPT = timedelta(minutes=10)
"""Older uses, and people's buckets that nobody has touched, are cleared away: a full bucket is like a new one."""
_SHARES_KNOWN_FOR_SECONDS = 2.0


class Payer(Protocol):
    """Who pays for a call."""

    @property
    def account(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def urgency(self) -> Urgency: ...


class Lots(NamedTuple):
    project: int
    user: int
    no_writes_until: datetime | None


@dataclass(frozen=True, slots=True)
class Use:
    """Units of the last minute."""

    units: int
    limit: int
    """What may be used by everybody together."""
    others: int
    """By the other organisations of this installation."""
    slowed_to: float
    """1 at full rate; less for some minutes after Google asked for fewer calls."""


@dataclass(slots=True)
class _Shares:
    """Who used how much in the last minute; read every few seconds, as it decides only who yields."""

    by_account: dict[str, int]
    until: float


class QuotaLedger:
    """One per process."""

    def __init__(self, limits: Limits, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._shares: _Shares | None = None

    def lease(
        self, payer: Payer, *, project: int, user: int, least: int, now: datetime
    ) -> tuple[Lots, None] | tuple[None, datetime]:
        """Lots, or the moment from which there is room for the least of both.

        Only the rows of what is wanted are locked: while a process has project units left, people do not wait for each
        other.
        """
        shares = self._used(now) if project else {}
        with _brief_transaction():
            rows = self._locked([*([PROJECT] if project else []), *([_key(payer.user)] if user else [])], now)
            wants = [
                _Want(rows[key], self._bucket(rows[key]).filled(now), units, over)
                for key, units, over in (
                    (PROJECT, project, self._is_over_share(payer, shares, rows.get(PROJECT), now)),
                    (_key(payer.user), user, False),
                )
                if units
            ]
            wait = max(want.wait(least, payer.urgency) for want in wants)
            if wait:
                return None, now + wait
            given = {want.row.key: want.take(payer.urgency) for want in wants}
            _count(payer.account, given.get(PROJECT, 0), now)
            mine = rows.get(_key(payer.user))
        return Lots(given.get(PROJECT, 0), given.get(_key(payer.user), 0), mine.no_writes_until if mine else None), None

    def _is_over_share(self, payer: Payer, shares: dict[str, int], row: QuotaBucket | None, now: datetime) -> bool:
        if row is None:
            return False
        project = self._bucket(row).filled(now)
        return quota.is_over_share(shares.get(payer.account, 0), project=project, organisations=len(shares))

    def refused(self, payer: Payer, *, no_writes_until: datetime | None, now: datetime) -> None:
        """Google refused a call: this person's rate halves; the project's too, where several people are refused.

        One person's flood is Google's to limit and not a reason to slow everybody. Only the first refusal within a few
        seconds counts: those that were under way at the same moment tell nothing new.
        """
        with transaction.atomic():
            rows = self._locked([PROJECT, _key(payer.user)], now)
            mine = rows[_key(payer.user)]
            if no_writes_until is not None:
                mine.no_writes_until = no_writes_until
                mine.save(update_fields=["no_writes_until"])
                return
            self._slow(mine, now)
            lately = QuotaBucket.objects.filter(refused_at__gt=now - A_MINUTE).exclude(key=PROJECT).count()
            if lately >= quota.REFUSED_FOR_ALL:
                self._slow(rows[PROJECT], now)

    def use(self, account: str, now: datetime) -> Use:
        """What `account` used in the last minute, and everybody else."""
        by_account = _used_by_account(now)
        mine = by_account.get(account, 0)
        row = QuotaBucket.objects.filter(key=PROJECT).first()
        factor = self._bucket(row).filled(now).factor if row else 1.0
        return Use(mine, self._limits.project, sum(by_account.values()) - mine, factor)

    def _slow(self, row: QuotaBucket, now: datetime) -> None:
        if row.refused_at is not None and now - row.refused_at < quota.LOT_LASTS:
            return
        row.refused_at = now
        _keep(row, self._bucket(row).refused(now))

    def _locked(self, keys: list[str], now: datetime) -> dict[str, QuotaBucket]:
        """The rows, made where there are none, locked in one order."""
        rows = _lock(keys)
        if len(rows) < len(keys):
            fresh = [self._fresh(key, now) for key in keys if key not in rows]
            QuotaBucket.objects.bulk_create(fresh, ignore_conflicts=True)
            rows = _lock(keys)
        return rows

    def _fresh(self, key: str, now: datetime) -> QuotaBucket:
        return QuotaBucket(key=key, units=Bucket.full(self._limit(key), now).units, at=now)

    def _bucket(self, row: QuotaBucket) -> Bucket:
        return Bucket(self._limit(row.key), row.units, row.at, row.factor)

    def _limit(self, key: str) -> int:
        return self._limits.project if key == PROJECT else self._limits.user

    def _used(self, now: datetime) -> dict[str, int]:
        shares = self._shares
        if shares is None or self._monotonic() > shares.until:
            shares = _Shares(_used_by_account(now), self._monotonic() + _SHARES_KNOWN_FOR_SECONDS)
            self._shares = shares
        return shares.by_account


def clear_quota(now: datetime) -> None:
    """Forget what no longer counts."""
    QuotaUse.objects.filter(slot__lt=now - KEPT).delete()
    old = QuotaBucket.objects.filter(at__lt=now - KEPT).exclude(key=PROJECT)
    old.exclude(no_writes_until__gt=now).delete()


@dataclass(frozen=True, slots=True)
class _Want:
    """So many units of one bucket; below zero they are given back."""

    row: QuotaBucket
    bucket: Bucket
    units: int
    over_share: bool

    def wait(self, least: int, urgency: Urgency) -> timedelta:
        if self.units < 0:
            return timedelta()
        return self.bucket.wait(min(least, self.units), urgency, over_share=self.over_share)

    def take(self, urgency: Urgency) -> int:
        units = self.units
        if units > 0:
            units = min(units, int(self.bucket.available(urgency, over_share=self.over_share)))
        _keep(self.row, self.bucket.less(units))
        return units


@contextmanager
def _brief_transaction() -> Iterator[None]:
    """One that does not wait for the disk: what a crash forgets of it is a second of a budget."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        yield


def _lock(keys: list[str]) -> dict[str, QuotaBucket]:
    found = QuotaBucket.objects.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
    return {row.key: row for row in found}


def _key(user: str) -> str:
    # Sorts after the project's, so that everybody locks the project first.
    return f"user:{user}"


def _keep(row: QuotaBucket, bucket: Bucket) -> None:
    row.units, row.at, row.factor = bucket.units, bucket.at, bucket.factor
    row.save(update_fields=["units", "at", "factor", "refused_at"])


def _used_by_account(now: datetime) -> dict[str, int]:
    recent: Any = QuotaUse.objects.filter(slot__gt=now - A_MINUTE, units__gt=0)
    return dict(recent.values("account").annotate(sum=Sum("units"), n=Count("id")).values_list("account", "sum"))


def _count(account: str, units: int, now: datetime) -> None:
    if not units:
        return
    slot = now.replace(second=now.second // SLOT_SECONDS * SLOT_SECONDS, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_quotause (account, slot, units) VALUES (%s, %s, %s)"
            " ON CONFLICT (slot, account) DO UPDATE SET units = store_quotause.units + excluded.units",
            [account, slot, units],
        )
