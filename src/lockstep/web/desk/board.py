"""Where each block stands in the picture of a day or a week. Pure: blocks in, columns of placed blocks out.

A column is a day of a person. Its rows are five minutes of wall-clock time in the zone shown, counted from the first
hour shown; `calendar_rows.css` has a class for each, so that no page needs an inline style. Blocks that overlap share
the column's width in lanes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from lockstep.operations.desk import Block, BlockKind

ROW_MINUTES = 5
ROWS_PER_HOUR = 60 // ROW_MINUTES
SHORTEST_ROWS = 4
"""A block is drawn at least this high, so that its words can be read."""
MOST_LANES = 4
MOST_LINES = 6
FIRST_HOUR, LAST_HOUR = 8, 18
"""Shown even when nothing happens then."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and its place: the rows in its column, and its lane among those that overlap it."""

    block: Block
    first_row: int
    end_row: int
    lane: int
    lanes: int

    @property
    def lines(self) -> int:
        """How many lines of words fit: a row is 5 pixels high, a line 17, and the edges take 8."""
        return max(1, min(MOST_LINES, ((self.end_row - self.first_row) * 5 - 8) // 17))


@dataclass(frozen=True, slots=True)
class Column:
    """One person's day."""

    staff_id: int
    day: date
    placed: tuple[Placed, ...]
    working: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Board:
    first_hour: int
    last_hour: int
    columns: tuple[Column, ...]

    @property
    def hours(self) -> range:
        return range(self.first_hour, self.last_hour)

    def row_of(self, moment: datetime, day: date, zone: ZoneInfo) -> int | None:
        """The row of a moment on `day`; None when it is not shown."""
        local = moment.astimezone(zone)
        row = (local.hour - self.first_hour) * ROWS_PER_HOUR + local.minute // ROW_MINUTES
        shown = local.date() == day and 0 <= row < len(self.hours) * ROWS_PER_HOUR
        return row if shown else None


def draw(blocks: Sequence[Block], *, staff_ids: Iterable[int], days: Sequence[date], zone: ZoneInfo) -> Board:
    """The board of these people and days: a column for each pair, and the hours that hold everything."""
    first, last = _hours(blocks, days, zone)
    columns = [
        _column(staff_id, day, [each for each in blocks if each.staff_id == staff_id], zone, first, last)
        for staff_id in staff_ids
        for day in days
    ]
    return Board(first, last, tuple(columns))


def _hours(blocks: Iterable[Block], days: Sequence[date], zone: ZoneInfo) -> tuple[int, int]:
    """The first and last hour of anything but whole-day blocks, and of the usual day."""
    first, last = FIRST_HOUR, LAST_HOUR
    for block in blocks:
        for day in days:
            minutes = _minutes(block, day, zone)
            if minutes is None or minutes == (0, 24 * 60):
                continue
            first = min(first, minutes[0] // 60)
            last = max(last, -(-minutes[1] // 60))
    return first, last


def _minutes(block: Block, day: date, zone: ZoneInfo) -> tuple[int, int] | None:
    """Its wall-clock minutes within `day`; None when it does not touch the day."""
    midnight = datetime.combine(day, time(), zone)
    start, end = block.starts_at.astimezone(zone), block.ends_at.astimezone(zone)
    if end.replace(tzinfo=None) <= midnight.replace(tzinfo=None) or start.date() > day:
        return None
    first = 0 if start.date() < day else start.hour * 60 + start.minute
    last = 24 * 60 if end.date() > day else end.hour * 60 + end.minute
    # The hour that a clock change repeats can turn the order round; it is then drawn as short as can be.
    return first, max(last, first + ROW_MINUTES)


def _column(staff_id: int, day: date, blocks: Iterable[Block], zone: ZoneInfo, first: int, last: int) -> Column:
    rows: list[tuple[Block, int, int]] = []
    working: list[Placed] = []
    bottom = (last - first) * ROWS_PER_HOUR
    for block in sorted(blocks, key=lambda each: (each.starts_at, -each.ends_at.timestamp())):
        minutes = _minutes(block, day, zone)
        if minutes is None:
            continue
        top = max(0, (minutes[0] - first * 60) // ROW_MINUTES)
        end = min(bottom, -(-(minutes[1] - first * 60) // ROW_MINUTES))
        if block.kind is BlockKind.WORKING:
            if end > top:
                working.append(Placed(block, top, end, 1, 1))
            continue
        top = min(top, bottom - SHORTEST_ROWS)
        rows.append((block, top, min(bottom, max(end, top + SHORTEST_ROWS))))
    return Column(staff_id, day, tuple(_in_lanes(rows)), tuple(working))


def _in_lanes(rows: Sequence[tuple[Block, int, int]]) -> list[Placed]:
    """Each block in the first lane that is free at its top; a group that hangs together shares the width evenly."""
    placed: list[Placed] = []
    group: list[tuple[Block, int, int, int]] = []
    ends: list[int] = []

    def close_group() -> None:
        lanes = min(len(ends), MOST_LANES)
        placed.extend(Placed(block, top, end, min(lane, lanes), lanes) for block, top, end, lane in group)
        group.clear()
        ends.clear()

    for block, top, end in sorted(rows, key=lambda each: (each[1], -each[2])):
        if ends and top >= max(ends):
            close_group()
        lane = next((number for number, free_from in enumerate(ends) if free_from <= top), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        group.append((block, top, end, lane + 1))
    close_group()
    return placed


def touches(block: Block, day: date, zone: ZoneInfo) -> bool:
    """True when any of the block lies on `day`."""
    return _minutes(block, day, zone) is not None
