"""Under which operating-system account the server runs, and the one place that starts its programs.

PostgreSQL refuses to run as root. Started by root, the server gets an unprivileged account: the owner of the data if
there is data, else an account called `lockstep` if the machine has one, else `nobody`. An ordinary user's server runs
as that user.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lockstep.database_server.errors import CannotChangeAccount, NoPasswdEntry

PREFERRED_ACCOUNTS = ("lockstep", "nobody")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """An account with a passwd entry; `changed` where this process is root and must change to it."""

    name: str
    uid: int
    gid: int
    changed: bool


def my_account_name() -> str:
    """The name under which PostgreSQL will see this process connect.

    Raises: NoPasswdEntry.
    """
    return _entry(os.geteuid()).pw_name


def name_of(uid: int) -> str:
    """The name of an account, for a sentence; its number where it has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def account_for_new_data() -> ServerAccount:
    """The account that will own a data folder which is not there yet.

    Raises: NoPasswdEntry.
    """
    if os.geteuid() != 0:
        return _account(_entry(os.geteuid()))
    for name in PREFERRED_ACCOUNTS:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise NoPasswdEntry(f"account {PREFERRED_ACCOUNTS[-1]}")


def account_owning(data: Path) -> ServerAccount:
    """The account that owns an existing data folder: PostgreSQL runs as no other.

    Raises: NoPasswdEntry.
    """
    return _account(_entry(data.stat().st_uid))


def _entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError as missing:
        raise NoPasswdEntry(f"user id {uid}") from missing


def _account(entry: pwd.struct_passwd) -> ServerAccount:
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid, changed=os.geteuid() == 0)


def spawn(
    account: ServerAccount,
    command: Sequence[str],
    *,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program as `account`, in a session of its own, so that a Ctrl-C meant for its owner passes it by.

    Raises: CannotChangeAccount; OSError where the program itself cannot be run.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - every command is a constant of this package plus folders of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            user=account.uid if account.changed else None,
            group=account.gid if account.changed else None,
            extra_groups=[] if account.changed else None,
            start_new_session=True,
        )
    except subprocess.SubprocessError as refused:
        raise CannotChangeAccount(account.name) from refused
    except PermissionError as refused:
        # The same exception tells of a change of account that is not allowed and of a program that may not be run;
        # only the latter carries the program's name.
        if account.changed and refused.filename != command[0]:
            raise CannotChangeAccount(account.name) from refused
        raise


def succeeds(account: ServerAccount, command: Sequence[str]) -> bool:
    """Whether a program ends well as `account`; False too where it may not be run at all."""
    try:
        return spawn(account, command).wait() == 0
    except OSError:
        return False


def may_enter(account: ServerAccount, folder: Path) -> bool:
    """Whether `account` can pass through `folder` and all above it.

    The kernel is asked by doing it: mode bits alone know nothing of access lists and mounts.
    """
    if not account.changed:
        return os.access(folder, os.X_OK)
    return succeeds(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])
