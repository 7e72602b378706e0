"""When a synchronisation changes too much at once and has to ask: the numbers, without the counting.

Rules: product specification, section 5 (mass-change brake); architecture, invariant 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LEAST_FOR_SHARE = 5
"""Fewer changes than this are never too much by their share alone: three of four is an ordinary morning."""
WINDOW = timedelta(minutes=10)
"""Changes in one calendar within this time count together, in however many synchronisations they come."""


@dataclass(frozen=True, slots=True)
class BrakeRules:
    """More than `number` appointments, or more than `share` per cent of them, are not changed without asking."""

    number: int
    share: int


def too_many(changes: int, *, of: int, rules: BrakeRules) -> bool:
    """True when that many of the `of` coming appointments of one calendar may not be moved or cancelled at once."""
    return changes > rules.number or too_large_a_share(changes, of=of, share=rules.share)


def too_large_a_share(changes: int, *, of: int, share: int) -> bool:
    """True when `changes` are more than `share` per cent, and more than a few."""
    return changes >= LEAST_FOR_SHARE and changes * 100 > share * of
