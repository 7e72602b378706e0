"""The link machine: every pair of state and signal either has its step or is impossible."""

from __future__ import annotations

import pytest

from lockstep.sync.link import Command, ImpossibleSignal, LinkState, Position, Signal, Step, step

S, C = LinkState, Command

BEGIN = (S.FULL_SYNC, 8, None, (C.READ_ALL,))
"""A full synchronisation, always of a generation of its own."""
FORGOTTEN = (S.DETACHED, 7, None, (C.FORGET,))

Outcome = tuple[LinkState, int, LinkState | None, tuple[Command, ...]]

TABLE: dict[tuple[LinkState, Signal], Outcome] = {
    (S.DETACHED, Signal.ATTACHED): BEGIN,
    (S.DETACHED, Signal.DETACHED): FORGOTTEN,
    (S.FULL_SYNC, Signal.LOOK): BEGIN,
    (S.FULL_SYNC, Signal.LAST_PAGE_STORED): (S.CURRENT, 7, None, (C.SWEEP,)),
    (S.FULL_SYNC, Signal.TOKEN_LOST): BEGIN,
    (S.FULL_SYNC, Signal.DELAYED): (S.BACKING_OFF, 7, S.FULL_SYNC, (C.WAIT,)),
    (S.FULL_SYNC, Signal.ACCESS_LOST): (S.BLOCKED, 7, S.FULL_SYNC, (C.MAKE_UNKNOWN, C.WAIT)),
    (S.FULL_SYNC, Signal.RESYNC_ASKED): BEGIN,
    (S.FULL_SYNC, Signal.DETACHED): FORGOTTEN,
    (S.CURRENT, Signal.LOOK): (S.CATCHING_UP, 7, None, (C.READ_CHANGES,)),
    (S.CURRENT, Signal.RESYNC_ASKED): BEGIN,
    (S.CURRENT, Signal.DETACHED): FORGOTTEN,
    (S.CATCHING_UP, Signal.LOOK): (S.CATCHING_UP, 7, None, (C.READ_CHANGES,)),
    (S.CATCHING_UP, Signal.LAST_PAGE_STORED): (S.CURRENT, 7, None, ()),
    (S.CATCHING_UP, Signal.TOKEN_LOST): BEGIN,
    (S.CATCHING_UP, Signal.DELAYED): (S.BACKING_OFF, 7, S.CATCHING_UP, (C.WAIT,)),
    (S.CATCHING_UP, Signal.ACCESS_LOST): (S.BLOCKED, 7, S.CATCHING_UP, (C.MAKE_UNKNOWN, C.WAIT)),
    (S.CATCHING_UP, Signal.RESYNC_ASKED): BEGIN,
    (S.CATCHING_UP, Signal.DETACHED): FORGOTTEN,
    (S.BACKING_OFF, Signal.LOOK): (S.CATCHING_UP, 7, None, (C.READ_CHANGES,)),
    (S.BACKING_OFF, Signal.RESYNC_ASKED): BEGIN,
    (S.BACKING_OFF, Signal.DETACHED): FORGOTTEN,
    (S.BLOCKED, Signal.LOOK): (S.CATCHING_UP, 7, None, (C.READ_CHANGES,)),
    (S.BLOCKED, Signal.RESYNC_ASKED): BEGIN,
    (S.BLOCKED, Signal.DETACHED): FORGOTTEN,
}
"""In generation 7; BACKING_OFF and BLOCKED were catching up before."""

RESTING = (S.BACKING_OFF, S.BLOCKED)
PAIRS = [(state, signal) for state in S for signal in Signal]


def standing(state: LinkState, returns_to: LinkState = S.CATCHING_UP) -> Position:
    return Position(state, 7, returns_to if state in RESTING else None)


@pytest.mark.parametrize(("state", "signal"), PAIRS, ids=[f"{state}-{signal}" for state, signal in PAIRS])
def test_every_pair_has_its_step_or_is_impossible(state: LinkState, signal: Signal) -> None:
    expected = TABLE.get((state, signal))
    if expected is None:
        with pytest.raises(ImpossibleSignal):
            step(standing(state), signal)
        return
    after, generation, returns_to, commands = expected
    assert step(standing(state), signal) == Step(Position(after, generation, returns_to), commands)


@pytest.mark.parametrize("state", RESTING)
def test_a_full_synchronisation_that_was_interrupted_begins_anew_with_a_generation_of_its_own(
    state: LinkState,
) -> None:
    """What the first attempt stored and Google has dropped since would otherwise never be swept."""
    after = step(standing(state, S.FULL_SYNC), Signal.LOOK)
    assert after == Step(Position(S.FULL_SYNC, 8), (C.READ_ALL,))


@pytest.mark.parametrize("state", RESTING)
def test_who_rests_knows_where_to_return(state: LinkState) -> None:
    with pytest.raises(ImpossibleSignal):
        step(Position(state, 7), Signal.LOOK)


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize("state", LinkState)
def test_only_a_full_synchronisation_is_ended_by_a_sweep(state: LinkState, signal: Signal) -> None:
    expected = TABLE.get((state, signal))
    if expected is not None and C.SWEEP in expected[3]:
        assert (state, signal) == (S.FULL_SYNC, Signal.LAST_PAGE_STORED)
