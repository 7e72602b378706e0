"""COVERAGE.md and CONTROL.md say what is so."""

import re
from importlib.resources import files

import pytest

from workspace_emulator.http.control_console import ROUTES as CONSOLE
from workspace_emulator.http.control_machine import ROUTES as MACHINE
from workspace_emulator.http.control_people import ROUTES as PEOPLE
from workspace_emulator.http.control_trust import ROUTES as TRUST
from workspace_emulator.http.method import Method
from workspace_emulator.http.router import METHODS
from workspace_emulator.state.switches import Switches

COVERAGE = (files("workspace_emulator") / "COVERAGE.md").read_text()
CONTROL = (files("workspace_emulator") / "CONTROL.md").read_text()
ROWS = dict(re.findall(r"^\| \[([\w.]+)\]\(https://[^)]+\) \| (whole|part|none) \|", COVERAGE, re.MULTILINE))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_is_listed_as_none_exactly_when_it_answers_501(method: Method) -> None:
    assert (ROWS[method.name] == "none") is (method.handle is None)


def test_no_method_is_listed_that_does_not_exist() -> None:
    assert set(ROWS) == {method.name for method in METHODS}


@pytest.mark.parametrize("name", Switches().to_json())
def test_every_switch_is_explained(name: str) -> None:
    assert f"`{name}`" in CONTROL


@pytest.mark.parametrize("first", sorted({route[1][0] for route in (*MACHINE, *CONSOLE, *PEOPLE, *TRUST)}))
def test_every_control_path_is_explained(first: str) -> None:
    assert re.search(rf"`(GET|PUT|POST|PATCH|DELETE) {first}\b", CONTROL)
