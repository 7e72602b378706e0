"""The tables of docs/sync.md, written from the code: `make sync-tables`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lockstep.calendar.content import Content
from lockstep.calendar.event import Timed, Visibility
from lockstep.sync.link import ImpossibleSignal, LinkState, Position, Signal, step
from lockstep.sync.plan import Base, Converge, Plan, plan

DOCUMENT = Path(__file__).parents[2] / "docs" / "sync.md"
RESTING = (LinkState.BACKING_OFF, LinkState.BLOCKED)

_TEN = Timed(datetime(2026, 12, 1, 14, tzinfo=UTC), datetime(2026, 12, 1, 15, tzinfo=UTC))
_OLD = Content(_TEN, "Advice", "", "", Visibility.PUBLIC)
_HERE, _THERE = replace(_OLD, summary="Mortgage"), replace(_OLD, summary="Lunch")
_ELSEWHERE = replace(_OLD, location="Elm Street")
_BASE = Base(_OLD, _OLD)
CASES: tuple[tuple[str, Base | None, Content | None, Content | None], ...] = (
    ("never was", None, None, None),
    ("wanted for the first time", None, _OLD, None),
    ("our insert whose answer was lost", None, _OLD, _OLD),
    ("our insert, changed in Google before we knew of it", None, _OLD, _THERE),
    ("as agreed", _BASE, _OLD, _OLD),
    ("changed in Lockstep", _BASE, _HERE, _OLD),
    ("changed in Google", _BASE, _OLD, _THERE),
    ("changed on both sides, different fields", _BASE, _HERE, _ELSEWHERE),
    ("changed on both sides, the same field", _BASE, _HERE, _THERE),
    ("changed on both sides to the same", _BASE, _HERE, _HERE),
    ("deleted in Google", _BASE, _OLD, None),
    ("deleted in Google, changed in Lockstep", _BASE, _HERE, None),
    ("no longer wanted", _BASE, None, _OLD),
    ("no longer wanted, changed in Google", _BASE, None, _THERE),
    ("gone on both sides", _BASE, None, None),
)


def link_table() -> str:
    """States downwards, signals across; "–" is an error."""
    head = "| state | " + " | ".join(signal.value for signal in Signal) + " |"
    rows = [f"| **{state.value}** | " + " | ".join(_cell(state, each) for each in Signal) + " |" for state in LinkState]
    return "\n".join([head, "| --- " * (len(Signal) + 1) + "|", *rows])


def _cell(state: LinkState, signal: Signal) -> str:
    try:
        after = step(Position(state, 1, LinkState.CATCHING_UP if state in RESTING else None), signal)
    except ImpossibleSignal:
        return "–"
    commands = ", ".join(command.value for command in after.commands)
    return f"{after.position.state.value}{': ' + commands if commands else ''}"


def plan_table() -> str:
    rows = [f"| {name} | {_words(plan(base, local, remote))} |" for name, base, local, remote in CASES]
    return "\n".join(["| what both copies say | plan |", "| --- | --- |", *rows])


def _words(found: Plan) -> str:
    if not isinstance(found, Converge):
        return type(found).__name__
    parts = {"pull": found.pull, "push": found.push, "into the journal": found.overwritten}
    return "Converge: " + ", ".join(f"{what} {', '.join(sorted(fields))}" for what, fields in parts.items() if fields)


TABLES = {"link machine": link_table, "event plan": plan_table}


def written(text: str) -> str:
    """The document with its tables as the code has them."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}: written by make sync-tables -->", f"<!-- end of {name} -->"
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}\n{table()}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
    sys.exit(0)
