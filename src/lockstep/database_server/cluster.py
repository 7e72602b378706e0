"""Making a data folder, and the command that runs a server on it.

Nobody connects but the operating-system account that started Lockstep, over a socket in a private folder: no password,
no trust, no TCP port. The access rules stand outside the data folder, where the server account cannot change them.
"""

import shutil
import tempfile
from pathlib import Path

from lockstep.database_server.account import ServerAccount, my_account_name, spawn
from lockstep.database_server.binaries import Binaries
from lockstep.database_server.errors import OtherMajorVersion, ServerDidNotStart
from lockstep.database_server.folders import Folders, make_private

DATABASE_USER = "app"

# Statements and the details of errors hold names, mail addresses and notes of clients; the application gets them, the
# log does not. LOG leaves out the errors of single statements and keeps what concerns the server.
QUIET_LOG = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def ensure_cluster(folders: Folders, account: ServerAccount, binaries: Binaries, *, durable: bool) -> None:
    """Make the data folder if there is none, and check that the one that is there can be read.

    Raises: OtherMajorVersion, ServerDidNotStart, FolderNotWritable, CannotChangeAccount.
    """
    if folders.data.exists():
        made_by = _major_version_of(folders.data)
        if made_by != binaries.major_version:
            raise OtherMajorVersion(folders.data, made_by, binaries.major_version)
        return
    shutil.rmtree(folders.unfinished_data, ignore_errors=True)
    make_private(folders.unfinished_data, account)
    _run_initdb(folders, account, binaries, durable=durable)
    folders.unfinished_data.rename(folders.data)


def write_access_rules(folders: Folders) -> None:
    """Let this process's account, and no other, in as the database's owner.

    Written before each start: the account may be another than last time (root today, its owner yesterday).
    """
    folders.access_rules.write_text(f"local all {DATABASE_USER} peer map=own\n")
    folders.account_names.write_text(f'own "{my_account_name()}" {DATABASE_USER}\n')
    for path in (folders.access_rules, folders.account_names):
        path.chmod(0o644)


def server_command(folders: Folders, binaries: Binaries, *, durable: bool) -> list[str]:
    """The command that runs the server. Paths are given here, not in its files, so a moved folder still works."""
    settings = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": '"{}"'.format(str(folders.run).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "hba_file": str(folders.access_rules),
        "ident_file": str(folders.account_names),
        "dynamic_shared_memory_type": "mmap",
        **QUIET_LOG,
        **({} if durable else NOT_DURABLE),
    }
    command = [binaries.postgres, "-D", str(folders.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for the sentence about a server that did not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""


def _major_version_of(data: Path) -> str:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return "an unknown version (its file PG_VERSION is missing)"


def _run_initdb(folders: Folders, account: ServerAccount, binaries: Binaries, *, durable: bool) -> None:
    command = [binaries.initdb, "-D", str(folders.unfinished_data), "-U", DATABASE_USER]
    command += ["-E", "UTF8", "--locale=C", "-A", "peer", "-c", "dynamic_shared_memory_type=mmap"]
    if not durable:
        command.append("--no-sync")
    with tempfile.TemporaryFile() as output:
        status = spawn(account, command, stdout=output, stderr=output).wait()
        output.seek(0)
        printed = output.read()
    if status != 0:
        with folders.log.open("ab") as log:
            log.write(printed)
        shutil.rmtree(folders.unfinished_data, ignore_errors=True)
        raise ServerDidNotStart("The database could not be made.", folders.log, last_lines(folders.log))
