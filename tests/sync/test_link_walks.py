"""The link machine along any sequence of signals: what holds wherever a calendar comes from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lockstep.sync.link import Command, ImpossibleSignal, LinkState, Position, Signal, step

RESTING = (LinkState.BACKING_OFF, LinkState.BLOCKED)
READING = (LinkState.FULL_SYNC, LinkState.CATCHING_UP)

walks = st.lists(st.sampled_from(Signal), max_size=40)


def walked(signals: list[Signal]) -> list[tuple[Position, Signal, Position, tuple[Command, ...]]]:
    """The steps that are possible, in order, from a calendar that was just attached."""
    position, steps = step(Position(LinkState.DETACHED), Signal.ATTACHED).position, []
    for signal in signals:
        try:
            after = step(position, signal)
        except ImpossibleSignal:
            continue
        steps.append((position, signal, after.position, after.commands))
        position = after.position
    return steps


@given(walks)
def test_generations_never_go_back_and_each_full_synchronisation_has_its_own(signals: list[Signal]) -> None:
    for before, _, after, commands in walked(signals):
        assert after.generation >= before.generation
        assert (after.generation > before.generation) is (Command.READ_ALL in commands)


@given(walks)
def test_whoever_rests_can_be_looked_at_again(signals: list[Signal]) -> None:
    """No sequence leads to where nobody gets away from."""
    for _, _, after, _ in walked(signals):
        if after.state is LinkState.DETACHED:
            assert step(after, Signal.ATTACHED).position.state is LinkState.FULL_SYNC
            continue
        looked = step(after, Signal.LOOK).position
        assert looked.state in READING
        assert step(looked, Signal.LAST_PAGE_STORED).position.state is LinkState.CURRENT


@given(walks)
def test_only_those_who_rest_remember_where_to_return(signals: list[Signal]) -> None:
    for _, _, after, _ in walked(signals):
        assert (after.returns_to is not None) is (after.state in RESTING)


@given(walks)
def test_a_full_synchronisation_that_began_is_current_only_by_its_last_page(signals: list[Signal]) -> None:
    """Whatever interrupts it: no look, delay or loss of access makes half a reading a whole one."""
    owed = True
    for _, signal, after, commands in walked(signals):
        if Command.SWEEP in commands:
            owed = False
        if Command.READ_ALL in commands or signal is Signal.DETACHED:
            owed = True
        if after.state is LinkState.CURRENT:
            assert not owed
        if after.state is LinkState.CATCHING_UP or after.returns_to is LinkState.CATCHING_UP:
            assert not owed
