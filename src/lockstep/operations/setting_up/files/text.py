"""CSV as spreadsheets write it, in and out. Knows lines and cells, nothing of what they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

MOST_BYTES = 2_000_000
MOST_LINES = 20_000


class _Reader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


_FORMULA = frozenset("=+-@\t\r")


class FileRefused(Exception):
    """Why the file cannot be read at all, as a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, by column; `number` is where it begins in the file, as editors count."""

    number: int
    cells: Mapping[str, str]


def lines_in(data: bytes, columns: Sequence[str], key: Sequence[str]) -> list[Line]:
    """The rows of a file with a heading. Commas, semicolons or tabs; UTF-8 with or without its mark.

    Raises: FileRefused.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 2 MB. Split it, and import one part after the other."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(_("The file is not UTF-8. Save it as “CSV UTF-8” and try again.")) from None
    if "\0" in text:
        raise FileRefused(_("This is not a CSV file. Save it as “CSV UTF-8” and try again."))
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(_read(reader, columns, key))
    except csv.Error as error:
        words = _("Line %(line)d cannot be read: check its quotation marks.") % {"line": reader.line_num}
        raise FileRefused(words) from error


def _read(reader: _Reader, columns: Sequence[str], key: Sequence[str]) -> Iterable[Line]:
    names = [name.strip().lower() for name in next(reader, [])]
    unknown = [name for name in names if name and name not in columns]
    missing = [name for name in key if name not in names]
    if missing or unknown or len(set(names)) < len(names):
        raise FileRefused(_heading_words(unknown, missing, columns))
    begins, number = reader.line_num + 1, 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            number += 1
            if number > MOST_LINES:
                raise FileRefused(_("The file has more than 20,000 lines. Split it, and import the parts."))
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                words = _("Line %(line)d has more cells than the heading has. Put text with commas in quotation marks.")
                raise FileRefused(words % {"line": begins})
            padded = [*cells, *[""] * (len(names) - len(cells))]
            yield Line(begins, {name: _unguarded(cell.strip()) for name, cell in zip(names, padded, strict=False)})
        begins = reader.line_num + 1


def _heading_words(unknown: Sequence[str], missing: Sequence[str], columns: Sequence[str]) -> str:
    if missing:
        return _("The first line lacks %(missing)s. Columns that are known: %(columns)s.") % {
            "missing": ", ".join(missing),
            "columns": ", ".join(columns),
        }
    if unknown:
        return _("The first line has columns that are not known: %(unknown)s. Those that are: %(columns)s.") % {
            "unknown": ", ".join(unknown),
            "columns": ", ".join(columns),
        }
    return _("A column stands twice in the first line. Keep one of them.")


def written(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The file, with the mark by which spreadsheets know UTF-8; no cell begins as a formula does."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(row[name]) for name in columns])
    return "\ufeff" + out.getvalue()


def _guarded(cell: str) -> str:
    """A formula would be run by whoever opens the file: an apostrophe makes it text."""
    return f"'{cell}" if (cell[:1] in _FORMULA and cell) or _looks_guarded(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if _looks_guarded(cell) else cell


def _looks_guarded(cell: str) -> bool:
    return cell[:1] == "'" and (cell[1:2] in _FORMULA or cell[1:2] == "'") and len(cell) > 1
