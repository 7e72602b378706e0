"""The link machine: where the synchronisation of one calendar stands, and what each signal makes of it.

`step` is a total table over the pairs that can happen; a pair that cannot is an error, not a shrug. It decides and
does nothing: the commands are carried out by `lockstep.operations.sync_calendar`.

A calendar in BACKING_OFF or BLOCKED remembers in `returns_to` what it was doing, because its sync token (if any) is
still good. Only success makes the calendar's time known again, so trying never makes it look fresher than it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class LinkState(StrEnum):
    DETACHED = "detached"
    """Not synchronised; nothing is known and nothing is asked."""
    FULL_SYNC = "full_sync"
    """Reading everything. What an earlier synchronisation stored stays readable until the sweep at the end."""
    CURRENT = "current"
    """All that Google said has been stored, and its token with it."""
    CATCHING_UP = "catching_up"
    """Reading what changed since the token."""
    BACKING_OFF = "backing_off"
    """Google is slow, unreachable or limits us; it is tried again later."""
    BLOCKED = "blocked"
    """Access is lost: the calendar's time is unknown and an admin is told."""


class Signal(StrEnum):
    ATTACHED = "attached"
    LOOK = "look"
    """Somebody wants to know: a push, a poll, a person at Confirm."""
    LAST_PAGE_STORED = "last_page_stored"
    TOKEN_LOST = "token_lost"  # noqa: S105  (a signal's name, not a secret)
    DELAYED = "delayed"
    """Rate limit, or no usable answer."""
    ACCESS_LOST = "access_lost"
    RESYNC_ASKED = "resync_asked"
    DETACHED = "detached"


class Command(StrEnum):
    READ_ALL = "read_all"
    READ_CHANGES = "read_changes"
    SWEEP = "sweep"
    """Remove the external busy time that the full synchronisation just ended did not see."""
    WAIT = "wait"
    MAKE_UNKNOWN = "make_unknown"
    FORGET = "forget"
    """Drop the mirror, the token and the channels."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a link stands."""

    state: LinkState
    generation: int = 0
    returns_to: LinkState | None = None


@dataclass(frozen=True, slots=True)
class Step:
    position: Position
    commands: tuple[Command, ...] = ()


class ImpossibleSignal(Exception):
    """This signal cannot come in this state: an invariant is broken."""


_READING = (LinkState.FULL_SYNC, LinkState.CATCHING_UP)
_RESTING = (LinkState.BACKING_OFF, LinkState.BLOCKED)


def step(position: Position, signal: Signal) -> Step:
    """What `signal` makes of `position`. Raises: ImpossibleSignal for a pair that cannot happen."""
    state = position.state
    match signal:
        case Signal.ATTACHED if state is LinkState.DETACHED:
            return _full(position)
        case Signal.DETACHED:
            return Step(Position(LinkState.DETACHED, position.generation), (Command.FORGET,))
        case Signal.LOOK if state is not LinkState.DETACHED:
            return _look(position)
        case Signal.LAST_PAGE_STORED if state is LinkState.FULL_SYNC:
            return Step(replace(position, state=LinkState.CURRENT, returns_to=None), (Command.SWEEP,))
        case Signal.LAST_PAGE_STORED if state is LinkState.CATCHING_UP:
            return Step(replace(position, state=LinkState.CURRENT, returns_to=None))
        case Signal.TOKEN_LOST if state in _READING:
            return _full(position)
        case Signal.DELAYED if state in _READING:
            return Step(replace(position, state=LinkState.BACKING_OFF, returns_to=state), (Command.WAIT,))
        case Signal.ACCESS_LOST if state in _READING:
            return Step(
                replace(position, state=LinkState.BLOCKED, returns_to=state), (Command.MAKE_UNKNOWN, Command.WAIT)
            )
        case Signal.RESYNC_ASKED if state is not LinkState.DETACHED:
            return _full(position)
        case _:
            raise ImpossibleSignal(f"{signal} in {state}")


def _full(position: Position) -> Step:
    return Step(Position(LinkState.FULL_SYNC, position.generation + 1), (Command.READ_ALL,))


def _look(position: Position) -> Step:
    state = position.state
    if state in _RESTING:
        if position.returns_to is None:
            raise ImpossibleSignal(f"{state} with nowhere to return to")
        state = position.returns_to
    if state is LinkState.FULL_SYNC:
        # Begun anew, with a generation of its own: what the interrupted attempt stored and Google has dropped since
        # must not look as if this one had seen it.
        return _full(position)
    return Step(replace(position, state=LinkState.CATCHING_UP, returns_to=None), (Command.READ_CHANGES,))
