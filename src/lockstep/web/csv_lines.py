"""CSV for people's spreadsheets: line by line, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence


class _Echo:
    """What csv.writer writes into: it hands the line straight back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The rows as lines."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # Spreadsheets read it as UTF-8 then.
    for row in rows:
        yield writer.writerow([harmless(str(each)) for each in row])


def harmless(text: str) -> str:
    """The text as a cell."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
