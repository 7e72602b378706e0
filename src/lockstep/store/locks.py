"""The per-staff lock, and leases on rows. docs/locking.md has the rules that a reviewer applies.

The order is always: staff locks (sorted), then rows. No lock and no transaction is held during a call to Google; for
that there are leases, which end by themselves and carry a fencing number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import F, Q

_LONGEST_LEASE = timedelta(minutes=15)
"""Longer than any lease lasts, and than two servers' clocks differ."""
_STAFF = 1 << 48
"""Keeps our advisory keys away from those of other users of the same database."""


def lock_staff(staff_ids: Iterable[int]) -> None:
    """Wait for the diaries of these people, until the transaction ends. Raises outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock_staff works only inside a transaction.")
    keys = [_STAFF + each for each in sorted(set(staff_ids))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


class LeaseLost(Exception):
    """Another runner has taken this row over, or the row is gone: what we know of it is old, so nothing is written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row, until it ends or somebody takes a newer one."""

    model: type[models.Model]
    row_id: int
    number: int
    """Fencing number: a write is made only while the row still carries it."""

    def row_for_writing(self) -> models.Model:
        """The row, locked until the transaction ends. Raises: LeaseLost.

        FOR NO KEY UPDATE, so that somebody who inserts a row that refers to this one does not wait for us.
        """
        row = self.model._default_manager.select_for_update(no_key=True).filter(pk=self.row_id).first()
        if row is None or getattr(row, "lease", None) != self.number:
            raise LeaseLost(f"{self.model.__name__} {self.row_id}")
        return row

    def renew(self, until: datetime) -> None:
        """Raises: LeaseLost."""
        mine = self.model._default_manager.filter(pk=self.row_id, lease=self.number)
        if not mine.update(leased_until=until):
            raise LeaseLost(f"{self.model.__name__} {self.row_id}")


def unleased(now: datetime) -> Q:
    """Rows that nobody works on. A lease that ends too far in the future was taken before the clock was put back."""
    return Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + _LONGEST_LEASE)


def take_lease(model: type[models.Model], row_id: int, *, now: datetime, lasting: timedelta) -> Lease | None:
    """A lease on the row, or None while another runner has one that has not ended."""
    free = unleased(now)
    with transaction.atomic():
        row = model._default_manager.select_for_update(no_key=True).filter(free, pk=row_id).values("lease").first()
        if row is None:
            return None
        number: int = row["lease"] + 1
        model._default_manager.filter(pk=row_id).update(lease=number, leased_until=now + lasting)
    return Lease(model, row_id, number)


def drop_lease(lease: Lease) -> None:
    """Give the row back at once, whatever is still wanted; does nothing when the lease was lost."""
    lease.model._default_manager.filter(pk=lease.row_id, lease=lease.number).update(leased_until=None)


def drop_lease_if_satisfied(lease: Lease) -> bool:
    """Give the row back unless there is a wish that came after the last look; False: look again.

    One statement decides and releases. Between two of them a wish could come that everybody leaves to the other: its
    job finds the row still leased, and its runner has already looked for wishes.
    """
    mine = lease.model._default_manager.filter(pk=lease.row_id, lease=lease.number)
    if mine.filter(wanted=F("done")).update(leased_until=None):
        return True
    return not mine.exists()


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of asking for a look at a row."""

    number: int
    first: bool
    """True when nobody had asked since the last look: whoever is first enqueues the job, the others are coalesced."""
    done: int = 0
    """The wish that the last look satisfied."""
    may_run: bool = True
    """False while the row backs off: its own time holds."""


def wish(model: type[models.Model], row_id: int, *, by: datetime) -> Wish | None:
    """Ask for a look at the row; None where there is no such row.

    The row lock makes this wait for a runner that is just ending, so no wish is lost between its last look and its
    end. `by` is when the sweep asks again if the job was lost.
    """
    with transaction.atomic():
        row = (
            model._default_manager.select_for_update(no_key=True)
            .filter(pk=row_id)
            .values("wanted", "done", "next_due", "attempts")
            .first()
        )
        if row is None:
            return None
        first = row["wanted"] == row["done"]
        # While it backs off, its own time holds: a wish does not shorten Google's.
        due = row["next_due"] if row["attempts"] else min(filter(None, (row["next_due"], by)))
        model._default_manager.filter(pk=row_id).update(wanted=F("wanted") + 1, next_due=due)
        may_run = not row["attempts"]
        return Wish(number=row["wanted"] + 1, first=first and may_run, done=row["done"], may_run=may_run)
