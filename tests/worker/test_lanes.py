"""No organisation occupies all threads of a worker."""

from __future__ import annotations

from contextlib import ExitStack

from lockstep.worker.lanes import Lanes


def admitted(lanes: Lanes, stack: ExitStack, who: str, times: int) -> int:
    return sum(stack.enter_context(lanes.taken_by(who)) for _ in range(times))


def test_one_organisation_leaves_half_of_the_threads_to_others() -> None:
    with ExitStack() as stack:
        lanes = Lanes(16)
        assert admitted(lanes, stack, "cedar", 100) == 8


def test_there_is_room_for_another_beside_two_that_are_slow() -> None:
    with ExitStack() as stack:
        lanes = Lanes(16)
        taken = [admitted(lanes, stack, who, 100) for who in ("cedar", "harbour", "birch")]
        assert taken == [8, 4, 2]


def test_a_lane_is_free_again_afterwards_also_after_an_error() -> None:
    lanes = Lanes(2)
    for _ in range(5):
        try:
            with lanes.taken_by("cedar") as is_in:
                assert is_in
                raise RuntimeError
        except RuntimeError:
            continue
