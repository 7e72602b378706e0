"""The text that ends the start of a demo: where to go, and as whom."""

from collections.abc import Mapping
from typing import Any

from lockstep.cli.demo_programs import Addresses

COLUMNS = ("role", "name", "email", "password")


def welcome(addresses: Addresses, emulator: Mapping[str, Any], company: Mapping[str, Any], *, seconds: float) -> str:
    """Addresses and log-ins, aligned."""
    places = [
        *((place["title"], place["url"]) for place in company.get("places", [])),
        ("Google Workspace (emulated)", emulator.get("admin_url", addresses.emulator)),
    ]
    if not company.get("places"):
        places.insert(0, ("Lockstep", addresses.lockstep))
    lines = [f"\nThe demo is ready after {seconds:.1f} s.\n", *_aligned([(f"{title}:", url) for title, url in places])]
    log_ins = company.get("log_ins", [])
    if log_ins:
        rows = [tuple(str(entry.get(column, "")) for column in COLUMNS) for entry in log_ins]
        lines += ["", *_aligned([("Log in as", "name", "e-mail", "password"), *rows])]
    return "\n".join([*lines, "", "Ctrl-C stops everything; the data is kept.", ""])


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
