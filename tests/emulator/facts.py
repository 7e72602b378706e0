"""Which test shows which of Google's facts: `python -m tests.emulator.facts` prints FACTS.md, beside this file.

A test's docstring begins with the sections it shows, such as `C.2, H: …`; without one, those count that the module's
docstring names as `FACTS.md, F.3`. The sections are those of our collection of facts about Google's APIs, whose words
stay there: here a section has a title, and the names of its tests are its claims.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

FOLDERS = (Path(__file__).parent, Path(__file__).parents[1] / "real_clients")
PAGE = Path(__file__).with_name("FACTS.md")
TITLES = {
    "A": "OAuth as a whole",
    "A.1": "The token request of a service account",
    "A.2": "The answer with a token",
    "A.3": "Token exchanges that are worth trying again",
    "A.4": "Refused token exchanges, word for word",
    "A.5": "How a delegation arrives",
    "A.6": "Who may read the Directory",
    "A.7": "Signing without a key file",
    "B": "The Directory as a whole",
    "B.1": "Methods and parameters of the Directory",
    "B.2": "Users, groups and members",
    "B.3": "Renames, aliases, suspensions",
    "B.4": "Errors of the Directory",
    "B.5": "Quotas of the Directory",
    "B.6": "Push messages about accounts",
    "C": "The Calendar's events as a whole",
    "C.1": "Parameters of events.list",
    "C.2": "Sync tokens and paging",
    "C.3": "What is left of a deleted event",
    "C.4": "Series, exceptions, instances, and splits",
    "C.5": "Incremental lists of single events",
    "C.6": "Ids, etags and links",
    "C.7": "Times",
    "C.8": "Writing",
    "C.9": "Extended properties",
    "C.10": "Organizers, attendees and their copies",
    "C.11": "Visibility and roles",
    "C.12": "Kinds of events",
    "C.13": "Limits of an event's parts",
    "D": "freeBusy",
    "E": "Calendars, lists, settings, access, working hours",
    "F": "Push as a whole",
    "F.1": "Opening a channel",
    "F.2": "Refused channels",
    "F.3": "Delivery of messages",
    "F.4": "Stopping a channel",
    "G": "Errors, quotas and the wire as a whole",
    "G.1": "Two shapes of errors",
    "G.2": "Errors, word for word",
    "G.3": "Errors that are worth trying again",
    "G.4": "Quotas",
    "G.5": "Batches",
    "G.6": "Parts of answers, packed answers, long requests",
    "H": "Surprises",
}
_SECTION = r"[A-H](?:\.\d+)?"
_LEADING = re.compile(rf"^({_SECTION}(?:(?:,| and) {_SECTION})*)(?:[,:. \n]|$)")
_OF_MODULE = re.compile(rf"FACTS.md, (?:sections? )?({_SECTION}(?:(?:,| and|, and) {_SECTION})*)")


@dataclass(frozen=True, slots=True)
class Shown:
    """One test and the sections that it shows."""

    module: str
    name: str
    sections: tuple[str, ...]


def shown() -> list[Shown]:
    """Every test of the emulator, in the order of files and lines."""
    files = [file for folder in FOLDERS for file in sorted(folder.glob("test_*.py"))]
    return [each for file in files for each in _of_file(file)]


def _of_file(file: Path) -> list[Shown]:
    tree = ast.parse(file.read_text())
    of_module = _OF_MODULE.search(ast.get_docstring(tree) or "")
    inherited = _sections(of_module[1]) if of_module else ()
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            own = _LEADING.match(ast.get_docstring(node) or "")
            found.append(Shown(file.stem, node.name, _sections(own[1]) if own else inherited))
    return found


def _sections(text: str) -> tuple[str, ...]:
    return tuple(re.findall(_SECTION, text))


def missing() -> list[str]:
    """Sections that no test shows."""
    seen = {section for each in shown() for section in each.sections}
    return [section for section in TITLES if section not in seen]


def page() -> str:
    """FACTS.md: the claims of each section, by module."""
    lines = [
        "# What Google does, and which test shows it",
        "",
        "Written by `python -m tests.emulator.facts > tests/emulator/FACTS.md`; a test compares. A letter with a",
        "number is a section of our collection of facts about Google's APIs; a test's docstring begins with them.",
    ]
    tests = shown()
    for section, title in TITLES.items():
        lines += ["", f"## {section} {title}", ""]
        for module in sorted({each.module for each in tests if section in each.sections}):
            claims = [_claim(each.name) for each in tests if each.module == module and section in each.sections]
            lines.append(f"- `{module}`: {'; '.join(claims)}")
    return "\n".join(lines) + "\n"


def _claim(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
