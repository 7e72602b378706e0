"""What a cell may hold: how its text is read, and how the value is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from lockstep.scheduling.hours import LocalRange
from lockstep.scheduling.hours_text import HoursUnreadable, ranges_in, ranges_words
from lockstep.store.models import MeetingMethod

_MINUTE = timedelta(minutes=1)


class CellRefused(Exception):
    """What is wrong with a cell, as a sentence that says what to write."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. `default` is what a new row gets where the file lacks the column."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    default: str = ""


def text(name: str, *, most: int, needed: bool = False) -> Column:
    def read(cell: str) -> str:
        if needed and not cell:
            raise CellRefused(_("This is empty. Write something here."))
        if len(cell) > most:
            raise CellRefused(_("This is longer than %(most)d characters. Shorten it.") % {"most": most})
        return cell

    return Column(name, read)


def email(name: str) -> Column:
    def read(cell: str) -> str:
        try:
            validate_email(cell)
        except ValidationError:
            raise CellRefused(_("Write an e-mail address, such as ada@example.com.")) from None
        return cell

    return Column(name, read)


YES, NO = frozenset({"yes", "y", "true", "1", "on", "oui"}), frozenset({"no", "n", "false", "0", "off", "non", ""})


def yes_no(name: str, *, default: str) -> Column:
    def read(cell: str) -> bool:
        if cell.lower() not in YES | NO:
            raise CellRefused(_("Write yes or no."))
        return cell.lower() in YES

    return Column(name, read, lambda value: "yes" if value else "no", default)


def number(name: str, *, least: int, most: int, default: str = "", empty: bool = False) -> Column:
    def read(cell: str) -> int | None:
        if empty and not cell:
            return None
        if not cell.isascii() or not cell.isdecimal() or not least <= int(cell[:9]) <= most:
            words = _("Write a whole number from %(least)d to %(most)d.")
            raise CellRefused(words % {"least": least, "most": most})
        return int(cell)

    return Column(name, read, lambda value: "" if value is None else str(value), default)


def length(name: str, unit: timedelta, *, least: int = 0, most: int, default: str) -> Column:
    """A length of time in whole `unit`s; a finer one that somebody set is written with a fraction."""

    def read(cell: str) -> timedelta:
        try:
            amount = float(cell.replace(",", "."))
        except ValueError:
            amount = -1.0
        if not least <= amount <= most:
            raise CellRefused(_("Write a number from %(least)d to %(most)d.") % {"least": least, "most": most})
        return timedelta(seconds=round(amount * unit.total_seconds()))

    def write(value: timedelta) -> str:
        return f"{value / unit:.6f}".rstrip("0").rstrip(".")

    return Column(name, read, write, default)


def zone(name: str) -> Column:
    def read(cell: str) -> str:
        if cell not in _zones():
            raise CellRefused(_("Write a time zone, such as America/Halifax or Europe/Berlin."))
        return cell

    return Column(name, read)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def methods(name: str) -> Column:
    def read(cell: str) -> list[str]:
        found = [each for each in cell.lower().replace("|", " ").replace(",", " ").split() if each]
        if not found or not set(found) <= set(MeetingMethod.values):
            words = _("Write one or more of these, with blanks between: %(values)s.")
            raise CellRefused(words % {"values": " ".join(MeetingMethod.values)})
        return [each for each in MeetingMethod.values if each in found]

    return Column(name, read, lambda value: " ".join(each for each in MeetingMethod.values if each in value))


def hours(name: str) -> Column:
    def read(cell: str) -> list[LocalRange]:
        try:
            return ranges_in(cell)
        except HoursUnreadable as error:
            words = _("“%(text)s” cannot be read. Write hours such as 9:00–12:30, 13:30–17:00, or nothing for none.")
            raise CellRefused(words % {"text": error.text}) from error

    return Column(name, read, ranges_words)


def reference(name: str, known: Mapping[str, Any], key: Callable[[Any], str], what: str) -> Column:
    """The ID of something that exists."""

    def read(cell: str) -> Any:
        found = known.get(cell) or known.get(cell.lower())
        if found is None:
            words = _("There is no %(what)s with the ID “%(id)s”. Add it first, or mend the ID.")
            raise CellRefused(words % {"what": what, "id": cell})
        return found

    return Column(name, read, key)
