"""Bars for a count on each day, as numbers for an inline SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 160
_FOOT = 20
MOST_BARS = 62
"""Longer periods are drawn by week: thinner bars would not be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    first: date
    last: date
    count: int
    x: float
    y: float
    width: float
    height: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    highest: int
    weekly: bool
    width: int = WIDTH
    height: int = HEIGHT
    foot: int = HEIGHT - _FOOT


def bars(by_day: Sequence[tuple[date, int]]) -> Chart:
    """A bar for each day, or for each seven days of a long period."""
    step = 1 if len(by_day) <= MOST_BARS else 7
    groups = [by_day[first : first + step] for first in range(0, len(by_day), step)]
    counts = [sum(count for _day, count in group) for group in groups]
    highest = max(counts, default=0)
    share = WIDTH / max(len(groups), 1)
    every = max(1, round(len(groups) / 8))
    return Chart(
        bars=tuple(
            Bar(
                first=group[0][0],
                last=group[-1][0],
                count=count,
                x=round(number * share + share * 0.15, 1),
                y=round(HEIGHT - _FOOT - _tall(count, highest), 1),
                width=round(share * 0.7, 1),
                height=round(_tall(count, highest), 1),
                labelled=number % every == 0,
            )
            for number, (group, count) in enumerate(zip(groups, counts, strict=True))
        ),
        highest=highest,
        weekly=step == 7,
    )


def _tall(count: int, highest: int) -> float:
    return (HEIGHT - _FOOT - 8) * count / highest if highest else 0.0
