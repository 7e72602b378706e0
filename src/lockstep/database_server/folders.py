"""Where a server's files are.

The caller names a data root (`.demo/postgres`, say). Below it, or below its stand-in, are `data` and `run` (0700, the
server account's), and beside them what the account may read but not change: the access rules, the log, the lock.

The stand-in: started by root, the server runs as an unprivileged account, which may not be able to enter the data root
(a checkout below a 0700 home, say). Opening a folder that is not ours is out of the question, so the files then stand
in /var/lib/lockstep/<digest of the data root>. Data that exists is used where it is.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lockstep.database_server.account import (
    ServerAccount,
    account_for_new_data,
    account_owning,
    may_enter,
    name_of,
)
from lockstep.database_server.errors import (
    CannotChangeAccount,
    FolderNotReachable,
    FolderNotWritable,
    FolderOfSomebodyElse,
    PathTooLong,
    UnsafeFolder,
)

SYSTEM_FOLDER = Path("/var/lib/lockstep")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH_BYTES = 107


@dataclass(frozen=True, slots=True)
class Folders:
    """The files of one server, all absolute; nothing is promised about which of them exist."""

    root: Path
    run: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def unfinished_data(self) -> Path:
        """Where a data folder is made, so that one which was interrupted is never taken for a whole one."""
        return self.root / "data.new"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def access_rules(self) -> Path:
        return self.root / "pg_hba.conf"

    @property
    def account_names(self) -> Path:
        return self.root / "pg_ident.conf"


def stand_in_for(data_root: Path) -> Path:
    """The folder outside the home of root that stands for a data root which the server account cannot enter."""
    return SYSTEM_FOLDER / _digest(data_root)


def choose_folders(data_root: Path) -> tuple[Folders, ServerAccount]:
    """The folders and the account of the server of `data_root`; missing ones are made, `data` itself is not.

    Raises: DatabaseServerError's subclasses for folders that cannot be made, entered or written.
    """
    data_root = data_root.absolute()
    for root in (data_root, stand_in_for(data_root)):
        if _exists(root / "data"):
            account = account_owning(root / "data")
            if not may_enter(account, root):
                raise FolderNotReachable(root / "data", account.name)
            return _prepared(root, account)
    account = account_for_new_data()
    make_passable(data_root, account)
    if may_enter(account, data_root):
        return _prepared(data_root, account)
    make_passable(stand_in_for(data_root), account)
    return _prepared(stand_in_for(data_root), account)


def remove_server_files(data_root: Path) -> list[Path]:
    """Delete everything that a server of `data_root` left, wherever it stood; returns the folders that went.

    The server must not be running.
    """
    data_root = data_root.absolute()
    ours = [data_root, stand_in_for(data_root), _short_run_folder(data_root)]
    gone = [folder for folder in ours if folder.is_dir() and not folder.is_symlink()]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=not folder.exists())
    return gone


def make_passable(folder: Path, account: ServerAccount) -> None:
    """Make `folder` and what is missing above it. Only what is made here gets a mode: others may pass, not look.

    Raises: FolderNotWritable.
    """
    missing = [path for path in (folder, *folder.parents) if not _exists(path)]
    try:
        for path in reversed(missing):
            path.mkdir()
            path.chmod(0o711 if account.changed else 0o700)
    except OSError as refused:
        raise FolderNotWritable(folder, refused.strerror or str(refused)) from refused


def make_private(folder: Path, account: ServerAccount) -> None:
    """Make `folder` for `account` alone, or leave it as it is where it is that already.

    Raises: FolderNotWritable, CannotChangeAccount, UnsafeFolder.
    """
    try:
        folder.mkdir(mode=0o700)
        if account.changed:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise UnsafeFolder(folder) from None
    except OSError as refused:
        if _exists(folder):
            folder.rmdir()
            raise CannotChangeAccount(account.name) from refused
        raise FolderNotWritable(folder, refused.strerror or str(refused)) from refused


def _prepared(root: Path, account: ServerAccount) -> tuple[Folders, ServerAccount]:
    if not os.access(root, os.W_OK | os.X_OK):
        owner = root.stat().st_uid
        if owner != os.geteuid():
            raise FolderOfSomebodyElse(root, name_of(owner), name_of(os.geteuid()))
        raise FolderNotWritable(root, "its mode or its file system forbids it")
    run = root / "run"
    if not _fits_a_socket(run):
        run = _short_run_folder(root)
        if not _fits_a_socket(run):
            raise PathTooLong(root)
        make_passable(run.parent, account)
    make_private(run, account)
    return Folders(root=root, run=run), account


def _short_run_folder(root: Path) -> Path:
    # Root's does not go to a folder that everybody can write to: a name that can be guessed could be taken first.
    if os.geteuid() == 0:
        return stand_in_for(root) / "run"
    return Path(tempfile.gettempdir()) / f"lockstep-{os.geteuid()}-{_digest(root)}"


def _fits_a_socket(run: Path) -> bool:
    # libpq takes a comma for the end of one host and the start of the next, and knows no way to quote it.
    return len(os.fsencode(run / SOCKET_NAME)) <= LONGEST_SOCKET_PATH_BYTES and b"," not in os.fsencode(run)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as refused:
        raise FolderNotWritable(path, refused.strerror or str(refused)) from refused
    return True
