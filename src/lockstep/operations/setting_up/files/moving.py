"""Exporting a file, planning what an import would do, and doing it in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lockstep.operations.history import audit
from lockstep.operations.hours import hours_changed
from lockstep.operations.setting_up.files.cells import CellRefused
from lockstep.operations.setting_up.files.tables import FileKind, Row, Table, table_of
from lockstep.operations.setting_up.files.text import Line, lines_in, written
from lockstep.operations.setting_up.lists import Kind, Show, listed
from lockstep.operations.setting_up.reach import organisation_of, sets_up_everything
from lockstep.operations.setting_up.writing_down import NotSaved
from lockstep.store.models import StaffMember, User


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in a line, and what to do."""

    number: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a line would add or change, as text of its cells."""

    number: int
    key: tuple[str, ...]
    before: Mapping[str, str]
    """Empty for what is new."""
    after: Mapping[str, str]
    """Only what differs; everything for what is new."""
    row: Row | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.after.get("name") or self.before.get("name") or " · ".join(self.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. With errors nothing can be written."""

    kind: FileKind
    new: list[Change]
    changed: list[Change]
    unchanged: int
    errors: list[LineError]

    @property
    def changes(self) -> bool:
        return bool(self.new or self.changed) and not self.errors


class ImportRefused(Exception):
    """The file does not fit what is there; nothing was written."""

    def __init__(self, errors: list[LineError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def export_file(kind: FileKind, *, by: User) -> str:
    """The file of everything of that kind that `by` sets up."""
    table = table_of(kind, by)
    return written([column.name for column in table.columns], [_texts(table, row) for row in table.standing.values()])


def plan_import(kind: FileKind, data: bytes, *, by: User) -> Plan:
    """What reading the file would do, with every error in it; nothing is written. Raises: FileRefused."""
    table = table_of(kind, by)
    plan = Plan(kind, [], [], 0, [])
    seen: dict[tuple[str, ...], int] = {}
    unchanged = 0
    for line in lines_in(data, [column.name for column in table.columns], table.key):
        change = _change(table, line, plan.errors)
        if change is None:
            continue
        if change.key in seen:
            words = _("Line %(other)d has this already. Keep one of the two.") % {"other": seen[change.key]}
            plan.errors.append(LineError(line.number, table.key[0], words))
            continue
        seen[change.key] = line.number
        if change.before and not change.after:
            unchanged += 1
        elif change.before or change.key in table.standing:
            plan.changed.append(change)
        elif table.is_nothing(change.values):
            unchanged += 1
        else:
            plan.new.append(change)
    plan.errors.extend(_of_the_whole(kind, plan, by))
    plan.errors.sort(key=lambda error: error.number)
    return Plan(kind, plan.new, plan.changed, unchanged, plan.errors)


def _change(table: Table, line: Line, errors: list[LineError]) -> Change | None:
    """What the line would do; None where it cannot be read, which is then among `errors`."""
    values: dict[str, Any] = {}
    known = _standing_of(table, line)
    found = len(errors)
    for column in table.columns:
        if column.name not in line.cells and known is not None:
            values[column.name] = known[column.name]
            continue
        try:
            cell = line.cells.get(column.name, "")
            values[column.name] = column.read(column.default if known is None and not cell else cell)
        except CellRefused as refusal:
            errors.append(LineError(line.number, column.name, str(refusal)))
    if len(errors) > found:
        return None
    after = _texts(table, values)
    key = tuple(after[name] for name in table.key)
    known = table.standing.get(key)
    before = _texts(table, known) if known is not None else {}
    differing = {name: text for name, text in after.items() if text != before.get(name)}
    return Change(line.number, key, before, differing, table.rows.get(key), values)


def _standing_of(table: Table, line: Line) -> Mapping[str, Any] | None:
    """What is there under the line's key, where that can be read at all."""
    try:
        columns = {column.name: column for column in table.columns}
        key = tuple(columns[name].write(columns[name].read(line.cells[name])) for name in table.key)
    except CellRefused:
        return None
    return table.standing.get(key)


def _texts(table: Table, values: Mapping[str, Any]) -> dict[str, str]:
    return {column.name: column.write(values[column.name]) for column in table.columns}


def _of_the_whole(kind: FileKind, plan: Plan, by: User) -> list[LineError]:
    """What no line knows by itself."""
    errors = []
    if kind in (FileKind.LOCATIONS, FileKind.SERVICES, FileKind.STAFF) and not sets_up_everything(by):
        words = _("Only an admin adds these. Leave the line out, or ask yours.")
        theirs = [*plan.new, *plan.changed] if kind is FileKind.SERVICES else plan.new
        errors += [LineError(change.number, "id", words) for change in theirs]
    if kind.value in set(Kind):
        archived = set(listed(by, Kind(kind.value), show=Show.ARCHIVED).values_list("external_id", flat=True))
        words = _("This ID belongs to something that is archived. Restore it in its list first, or use another ID.")
        errors += [LineError(change.number, "id", words) for change in plan.new if change.key[0] in archived]
    if kind is FileKind.LOCATIONS:
        words = _("Write the address that clients come to, or yes under virtual.")
        errors += [
            LineError(change.number, "address", words)
            for change in (*plan.new, *plan.changed)
            if not change.values["virtual"] and not change.values["address"]
        ]
    if kind is FileKind.STAFF:
        errors += _addresses(plan, by)
    return errors


def _addresses(plan: Plan, by: User) -> list[LineError]:
    """Nobody gets an address that somebody else has, in Lockstep or in the file."""
    everybody = StaffMember.objects.filter(organisation=organisation_of(by))
    holders = {email.lower(): pk for email, pk in everybody.values_list("email", "pk")}
    errors = []
    in_file: dict[str, int] = {}
    for change in (*plan.new, *plan.changed):
        address = str(change.values["email"]).lower()
        other = in_file.setdefault(address, change.number)
        holder = holders.get(address)
        if other != change.number:
            words = _("Line %(other)d has this address too. Give each person their own.") % {"other": other}
            errors.append(LineError(change.number, "email", words))
        elif holder is not None and (change.row is None or holder != change.row.pk):
            words = _("Somebody in Lockstep has this address under another ID. Use theirs, or another address.")
            errors.append(LineError(change.number, "email", words))
    return errors


def run_import(kind: FileKind, data: bytes, *, by: User, now: datetime) -> tuple[Plan, int]:
    """Write the whole file or nothing; how many people's hours a job still follows.

    Raises: FileRefused, ImportRefused.
    """
    with transaction.atomic():
        plan = plan_import(kind, data, by=by)
        if plan.errors:
            raise ImportRefused(plan.errors)
        table = table_of(kind, by)
        concerned = _write(table, [*plan.changed, *plan.new], by, now)
        if plan.changes:
            counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
            audit(organisation_of(by), by, f"Imported {kind.value}", now=now, after=counts)
        return plan, hours_changed(concerned, now=now) if concerned else 0


def _write(table: Table, changes: list[Change], by: User, now: datetime) -> set[int]:
    if table.write_many is not None:
        table.write_many([change.values for change in changes], by, now)
        return set()
    concerned: set[int] = set()
    for change in changes:
        try:
            concerned |= table.write(change.row, change.values, by, now)
        except NotSaved as refusal:
            raise ImportRefused([LineError(change.number, refusal.field, str(refusal))]) from refusal
    return concerned
