"""Figures, and how they are made of samples."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `n` is the number of samples behind it."""

    name: str
    value: float
    unit: str
    n: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile. Raises: ValueError without samples."""
    if not samples:
        raise ValueError("There is nothing to take a percentile of.")
    ordered = sorted(samples)
    rank = max(0, min(len(ordered) - 1, round(percent / 100 * len(ordered) + 0.5) - 1))
    return ordered[rank]


def percentiles(name: str, samples_ms: Sequence[float], *percents: int) -> list[Figure]:
    """p50, p95, … of samples in milliseconds."""
    return [
        Figure(f"{name}.p{each}", round(percentile(samples_ms, each), 2), "ms", len(samples_ms)) for each in percents
    ]


def timed_ms(times: int, act: Callable[[], object]) -> list[float]:
    """How long each of `times` runs takes, after three that do not count."""
    for _ in range(3):
        act()
    samples = []
    for _ in range(times):
        began = perf_counter()
        act()
        samples.append((perf_counter() - began) * 1000)
    return samples


def hand_over(figures: Sequence[Figure]) -> None:
    """Print the figures as JSON, for `bench.__main__` to collect."""
    print(json.dumps([figure.as_json() for figure in figures]), flush=True)


def say(sentence: str) -> None:
    """What a benchmark is at, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def table(figures: Sequence[Figure]) -> str:
    width = max(len(figure.name) for figure in figures)
    rows = [f"{figure.name:{width}}  {figure.value:>12,.2f} {figure.unit:<12} n={figure.n}" for figure in figures]
    return "\n".join(rows)
