"""The list of companies by name. Owns the names; what each company holds is in its own module."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from workspace_emulator.seed import harbour, small
from workspace_emulator.seed.model import Seed

_COMPANIES: Mapping[str, Callable[[date], Seed]] = MappingProxyType({"harbour": harbour.seed, "small": small.seed})

NAMES: tuple[str, ...] = tuple(_COMPANIES)
"""Every name that `named` knows, the default first."""


def named(name: str, today: date) -> Seed:
    """The company called `name`, with calendars that look alive on `today`; the same day gives the same company.

    Raises:
        ValueError: there is no such company; the message lists those that exist.
    """
    try:
        company = _COMPANIES[name]
    except KeyError:
        raise ValueError(f"No seed is called {name!r}. There are: {', '.join(NAMES)}.") from None
    return company(today)
