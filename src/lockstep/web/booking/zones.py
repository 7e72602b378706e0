"""The time zones that a client can choose from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import available_timezones

from django.utils.translation import gettext as _


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """True for the name of an IANA zone that this installation knows."""
    return name in _known()


@cache
def _in_use() -> tuple[str, ...]:
    # zone.tab names each zone once, without the old names that available_timezones() lists as well.
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    return tuple(sorted(line.split("\t")[2] for line in lines if line and not line.startswith("#")))


def zones_by_region(current: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone as (region, [(IANA name, city)]), for a menu; `current` is there even under an old name."""
    names: Iterable[str] = sorted({*_in_use(), current} - {"UTC"})
    regions = [
        (region, [(name, name.partition("/")[2].replace("_", " ") or name) for name in group])
        for region, group in groupby(names, key=lambda name: name.partition("/")[0])
    ]
    return [*regions, (_("Everywhere"), [("UTC", "UTC")])]
