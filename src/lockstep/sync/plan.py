"""The event plan: what to do about one event of ours, from what both copies said last and what they say now.

`plan(base, local, remote)` is the whole of it; it compares meaning, not bytes, and decides nothing about scheduling.
Whether a moved event really moves its appointment is for `lockstep.scheduling.google_change` to say.

The base has two sides. What Lockstep wanted and what Google showed when both last agreed need not be equal: a title
that a person wrote in Google stays theirs until Lockstep itself wants another title.
"""

from __future__ import annotations

from dataclasses import dataclass

from lockstep.calendar.content import Content, Field, differing, same


@dataclass(frozen=True, slots=True)
class Base:
    """What both copies said when they last agreed."""

    local: Content
    remote: Content


@dataclass(frozen=True, slots=True)
class Nothing:
    """Both agree, or differ only in what was accepted before."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Google has no such event, and should."""


@dataclass(frozen=True, slots=True)
class Converge:
    """Both exist and at least one changed. `overwritten` are the fields that both changed: Lockstep's version holds."""

    pull: frozenset[Field]
    push: frozenset[Field]
    overwritten: frozenset[Field]


@dataclass(frozen=True, slots=True)
class DeleteLocal:
    """Deleted in Google: a signal to scheduling, never a row delete."""


@dataclass(frozen=True, slots=True)
class DeleteRemote:
    """Lockstep no longer wants it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Deleted in Google while Lockstep changed it: only a person can say."""


Plan = Nothing | Insert | Converge | DeleteLocal | DeleteRemote | Conflict


def plan(base: Base | None, local: Content | None, remote: Content | None) -> Plan:
    """What to do, given what both copies say now; None stands for "does not exist".

    Without a base, a remote copy is the result of our own insert whose answer was lost: what differs in it from what
    we want was changed there since.
    """
    if local is None:
        return Nothing() if remote is None else DeleteRemote()
    if remote is None:
        if base is None:
            return Insert()
        return Conflict() if differing(local, base.local) else DeleteLocal()
    return _converge(base or Base(local, local), local, remote)


def _converge(base: Base, local: Content, remote: Content) -> Plan:
    changed_here = frozenset(each for each in differing(local, base.local) if not same(each, local, remote))
    changed_there = frozenset(each for each in differing(remote, base.remote) if not same(each, local, remote))
    if not changed_here and not changed_there:
        return Nothing()
    return Converge(
        pull=changed_there - changed_here,
        push=changed_here,
        overwritten=frozenset(each for each in changed_here & changed_there if not _composes(each, base, remote)),
    )


def _composes(field: Field, base: Base, remote: Content) -> bool:
    """True when both versions of the field find room: a person wrote around our text, which is still there whole."""
    return field is Field.DESCRIPTION and _is_within(base.local.description, remote.description)


def _is_within(ours: str, shown: str) -> bool:
    ours, shown = (text.replace("\r\n", "\n") for text in (ours.strip(), shown))
    return bool(ours) and ours in shown


def description_to_write(base: Base, local: Content, remote: Content) -> str:
    """Our new description within what people wrote around the old one.

    Where our old text can no longer be found, a person edited it and ours replaces the whole: Lockstep's version of a
    field that both changed holds, and the caller keeps the other in the journal.
    """
    if not _is_within(base.local.description, remote.description):
        return local.description
    ours, shown = (text.replace("\r\n", "\n") for text in (base.local.description.strip(), remote.description))
    return shown.replace(ours, local.description.strip(), 1)
