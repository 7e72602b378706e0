"""The database of a history: one transaction that is rolled back in the end, watched statement by statement.

Each transaction of Lockstep is a savepoint in it, so a history costs no migration, no truncation and no disk, and a
backup that is restored is a savepoint that is gone back to. The end of an outermost savepoint is a commit: there a
process can die, before or after. A dead process sends no more statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from tests.convergence.points import Killed, Points

_WRITES = ("INSERT", "UPDATE", "DELETE")


class Database:
    """Wraps the statements of Django's connection while it is watched."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.dead = False
        self._floor = 0
        self._undone = ""
        self._sequences: list[tuple[str, int, bool]] = []
        self._start = ""
        self._backup: str | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """All histories of a process happen in here; nothing of them stays."""
        with transaction.atomic():
            self._floor = len(connection.savepoint_ids)
            with connection.execute_wrapper(self):
                yield
            transaction.set_rollback(True)

    def depth(self) -> int:
        """How many transactions of Lockstep are open, one in the other; 0: none."""
        return len(connection.savepoint_ids) - self._floor

    def begin_here(self) -> None:
        """What is stored now is how every history begins."""
        self._sequences = _sequences()
        self._start = transaction.savepoint()

    def begin(self) -> None:
        """Back to the beginning, the numbers that rows get included."""
        transaction.savepoint_rollback(self._start)
        transaction.set_rollback(False)
        with connection.cursor() as cursor:
            for name, value, called in self._sequences:
                cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, value, called])
        self.dead, self._undone, self._backup = False, "", None

    def back_up(self) -> None:
        self._backup = transaction.savepoint()

    def restore(self) -> bool:
        """The state of the last backup. False when there is none."""
        if self._backup is None:
            return False
        transaction.savepoint_rollback(self._backup)
        return True

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = str(sql)
        word = text[:8].lstrip().upper()
        if word.startswith("ROLLBACK"):
            self._undone = text.rpartition(" ")[2]
            return execute(sql, params, many, context)
        if word.startswith("RELEASE"):
            return self._release(execute, text, context)
        if self.dead:
            raise Killed
        result = execute(sql, params, many, context)
        if word.startswith(_WRITES) and self.depth() == 0:
            self._pass_by("after a single statement")
        return result

    def _release(self, execute: Callable[..., Any], text: str, context: dict[str, Any]) -> Any:
        name = text.rpartition(" ")[2]
        if self.depth() > 0 or name == self._undone or not self.points.active:
            return execute(text, None, False, context)
        try:
            self._pass_by("before a commit", in_transaction=True)
        except Killed:
            execute(f"ROLLBACK TO SAVEPOINT {name}", None, False, context)
            execute(text, None, False, context)
            raise
        result = execute(text, None, False, context)
        self._pass_by("after a commit")
        return result

    def _pass_by(self, where: str, *, in_transaction: bool = False) -> None:
        try:
            self.points.pass_by(where, in_transaction=in_transaction)
        except Killed:
            self.dead = True
            raise


def _sequences() -> list[tuple[str, int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), coalesce(last_value, 1), "
            "last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
        )
        return list(cursor.fetchall())
