"""How soon the histories find each bug that is put into the engine: `make mutants` writes the table in docs/sync.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.convergence.mutants import MUTANTS
from tests.convergence.soak import migrated_databases

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "sync.md"
BEGIN, END = "<!-- bugs: written by make mutants -->", "<!-- end of bugs -->"
MOST_SEEDS = 200


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    seed: int | None
    """The first seed that finds it, of those from 1; None when none did."""
    by: str
    """What was violated."""

    def row(self) -> str:
        seed = f"{self.seed}" if self.seed else f"not in {MOST_SEEDS}"
        return f"| {MUTANTS[self.name].bug} | `{self.name}` | {seed} | {self.by} |"


def found_in(name: str, url: str, seeds: str) -> Found:
    """Play these histories with the bug, until one finds it. Raises: CalledProcessError."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.convergence.runner", "--until-found"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    program = subprocess.run(
        [*command, "--database", url, "--seeds", seeds, "--mutant", name],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    last = json.loads(program.stdout.splitlines()[-1])
    return Found(name, last["seed"], last["kind"]) if last["violations"] else Found(name, None, "")


def table(rows: list[str]) -> str:
    head = "| bug | name | found by seed | because |\n| --- | --- | --- | --- |"
    return "\n".join([BEGIN, head, *rows, END])


def recorded() -> dict[str, int]:
    """The seeds of the table in docs/sync.md by the bugs' names."""
    text = DOCUMENT.read_text()
    rows = text[text.index(BEGIN) : text.index(END)].splitlines()[3:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")]
    return {name.strip("`"): int(seed) for _bug, name, seed, _by in cells}


def main(names: list[str]) -> int:
    """0 when every bug was found. With names, only these are looked for; the others' rows stay."""
    processes = len(os.sched_getaffinity(0))
    with migrated_databases(processes) as urls:
        free: SimpleQueue[str] = SimpleQueue()
        for url in urls:
            free.put(url)

        def find(name: str) -> Found:
            url = free.get()
            try:
                found = found_in(name, url, f"1-{MOST_SEEDS}")
            finally:
                free.put(url)
            sys.stdout.write(f"{found.row()}\n")
            sys.stdout.flush()
            return found

        with ThreadPoolExecutor(processes) as pool:
            found = {row.name: row for row in pool.map(find, names or MUTANTS)}
    text = DOCUMENT.read_text()
    head, _, rest = text.partition(BEGIN)
    rows = [found[name].row() if name in found else _row_of(text, name) for name in MUTANTS]
    DOCUMENT.write_text(head + table(rows) + rest.partition(END)[2])
    return 1 if any(row.seed is None for row in found.values()) else 0


def _row_of(text: str, name: str) -> str:
    """The row that is written already; Raises: StopIteration where there is none."""
    return next(line for line in text.splitlines() if f"| `{name}` |" in line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
