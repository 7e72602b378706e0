"""What a person sees while the demo starts."""

import io
import re
from typing import TextIO

import pytest

from lockstep.cli.progress import Progress


def written(encoding: str) -> tuple[TextIO, io.BytesIO]:
    raw = io.BytesIO()
    return io.TextIOWrapper(raw, encoding=encoding), raw


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "✓"), ("ascii", "ok"), ("iso-8859-1", "ok")])
def test_a_step_ends_with_a_mark_that_the_terminal_can_show_and_its_seconds(encoding: str, mark: str) -> None:
    stream, raw = written(encoding)
    with Progress(stream).step("Starting the database", "Database ready"):
        pass
    assert re.fullmatch(rf"  {mark} Database ready +\d+\.\d s\n", raw.getvalue().decode(encoding))


def test_a_step_that_fails_says_which_one_it_was() -> None:
    stream, raw = written("utf-8")
    with pytest.raises(ZeroDivisionError), Progress(stream).step("Dividing", "Divided"):
        raise ZeroDivisionError
    assert raw.getvalue().decode() == "  ✗ Dividing\n"


def test_a_terminal_that_is_gone_is_no_error() -> None:
    stream, _ = written("utf-8")
    progress = Progress(stream)
    stream.close()
    progress.say("anybody there?")
