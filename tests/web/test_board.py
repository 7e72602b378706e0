"""Where blocks stand in the picture: rows, hours, lanes, and the days on which clocks change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lockstep.operations.desk import Block, BlockKind
from lockstep.web.desk.board import ROWS_PER_HOUR, SHORTEST_ROWS, Board, draw

HALIFAX = ZoneInfo("America/Halifax")
A_TUESDAY = date(2026, 12, 8)


def block(start: str, end: str, *, day: date = A_TUESDAY, kind: BlockKind = BlockKind.BUSY, staff: int = 1) -> Block:
    def at(words: str) -> datetime:
        hour, minute = words.split(":")
        return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=HALIFAX)

    return Block(kind, staff, at(start), at(end))


def drawn(*blocks: Block, day: date = A_TUESDAY) -> Board:
    return draw(blocks, staff_ids=[1], days=[day], zone=HALIFAX)


def rows(board: Board) -> list[tuple[int, int]]:
    return [(each.first_row, each.end_row) for each in board.columns[0].placed]


def test_a_block_begins_at_its_minute_of_the_first_hour_shown() -> None:
    assert rows(drawn(block("9:30", "10:15"))) == [(18, 27)]


def test_usual_hours_are_shown_when_nothing_happens() -> None:
    board = drawn()
    assert (board.first_hour, board.last_hour) == (8, 18)


def test_an_early_and_a_late_block_widen_the_hours() -> None:
    board = drawn(block("6:15", "7:00"), block("19:00", "20:30"))
    assert (board.first_hour, board.last_hour) == (6, 21)


def test_a_whole_day_does_not_widen_the_hours() -> None:
    midnight = datetime(2026, 12, 8, tzinfo=HALIFAX)
    board = drawn(Block(BlockKind.BUSY, 1, midnight, midnight + timedelta(days=1)))
    assert (board.first_hour, board.last_hour, rows(board)) == (8, 18, [(0, 10 * ROWS_PER_HOUR)])


def test_a_night_is_drawn_on_both_of_its_days() -> None:
    late = datetime(2026, 12, 8, 23, tzinfo=HALIFAX)
    night = Block(BlockKind.BUSY, 1, late, late + timedelta(hours=2))
    board = draw([night], staff_ids=[1], days=[A_TUESDAY, A_TUESDAY + timedelta(days=1)], zone=HALIFAX)
    assert [(each.placed[0].first_row, each.placed[0].end_row) for each in board.columns] == [(276, 288), (0, 12)]


def test_a_block_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    midnight = datetime(2026, 12, 9, tzinfo=HALIFAX)
    board = drawn(Block(BlockKind.BUSY, 1, midnight - timedelta(hours=1), midnight), day=date(2026, 12, 9))
    assert rows(board) == []


def test_a_moment_is_drawn_high_enough_to_read() -> None:
    first, end = rows(drawn(block("10:00", "10:05")))[0]
    assert end - first == SHORTEST_ROWS


def test_blocks_that_overlap_share_the_width() -> None:
    placed = drawn(block("9:00", "10:00"), block("9:30", "10:30")).columns[0].placed
    assert [(each.lane, each.lanes) for each in placed] == [(1, 2), (2, 2)]


def test_blocks_that_touch_keep_the_whole_width() -> None:
    placed = drawn(block("9:00", "10:00"), block("10:00", "11:00")).columns[0].placed
    assert [(each.lane, each.lanes) for each in placed] == [(1, 1), (1, 1)]


def test_a_lane_is_used_again_when_it_is_free() -> None:
    placed = drawn(block("9:00", "12:00"), block("9:30", "10:00"), block("10:30", "11:00")).columns[0].placed
    assert [(each.lane, each.lanes) for each in placed] == [(1, 2), (2, 2), (2, 2)]


def test_working_time_is_ground_and_not_an_entry() -> None:
    column = drawn(block("9:00", "17:00", kind=BlockKind.WORKING), block("9:00", "10:00")).columns[0]
    assert (len(column.working), [each.lanes for each in column.placed]) == (1, [1])


def test_everybody_has_their_own_column() -> None:
    blocks = [block("9:00", "10:00", staff=1), block("9:00", "10:00", staff=2)]
    board = draw(blocks, staff_ids=[2, 1], days=[A_TUESDAY], zone=HALIFAX)
    assert [(each.staff_id, len(each.placed)) for each in board.columns] == [(2, 1), (1, 1)]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)], ids=["clocks go forward", "clocks go back"])
def test_on_a_day_of_a_clock_change_blocks_stand_at_their_wall_clock_time(day: date) -> None:
    assert rows(drawn(block("9:30", "10:15", day=day), day=day)) == [(18, 27)]


def test_the_hour_that_comes_twice_is_drawn_all_the_same() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=HALIFAX)
    again = first.replace(fold=1)
    board = drawn(Block(BlockKind.BUSY, 1, first, again), day=date(2026, 11, 1))
    assert len(rows(board)) == 1


def test_now_has_a_row_only_on_its_own_day_and_within_the_hours() -> None:
    board = drawn()
    noon = datetime(2026, 12, 8, 12, 7, tzinfo=HALIFAX)
    shown = [board.row_of(each, A_TUESDAY, HALIFAX) for each in (noon, noon + timedelta(days=1), noon.replace(hour=3))]
    assert shown == [4 * ROWS_PER_HOUR + 1, None, None]
