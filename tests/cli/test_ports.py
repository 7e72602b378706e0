"""Which port a program of the demo gets."""

import os
import socket
from collections.abc import Iterator

import pytest

from lockstep.cli import ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def wish(*, usual: int, asked: int | None = None, last_time: int | None = None) -> ports.Wish:
    return ports.Wish("the web pages", "--port", usual, asked, last_time)


def test_the_usual_port_is_taken_when_it_is_free() -> None:
    usual = ports.any_free_port()
    assert ports.choose_port(wish(usual=usual)) == usual


def test_last_times_port_comes_before_the_usual_one() -> None:
    last_time = ports.any_free_port()
    assert ports.choose_port(wish(usual=1, last_time=last_time)) == last_time


def test_another_port_is_found_when_last_times_and_the_usual_one_are_taken(taken: int) -> None:
    found = ports.choose_port(wish(usual=taken, last_time=taken))
    assert found != taken
    assert ports.is_free(found)


def test_two_programs_never_get_the_same_port() -> None:
    usual = ports.any_free_port()
    assert ports.choose_port(wish(usual=usual), not_these={usual}) != usual


def test_an_asked_port_that_is_taken_is_refused_with_the_program_that_has_it(taken: int) -> None:
    with pytest.raises(ports.PortTaken) as refused:
        ports.choose_port(wish(usual=8000, asked=taken))
    sentence = str(refused.value)
    assert f"Port {taken} for the web pages is taken by" in sentence
    assert f"(process {os.getpid()})" in sentence
    assert "--port" in sentence


@pytest.mark.parametrize("port", [0, 65536, -1], ids=str)
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ports.PortNotAllowed, match="from 1 to 65535"):
        ports.choose_port(wish(usual=8000, asked=port))
