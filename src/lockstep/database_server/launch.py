"""Starting the server's process, and ending it.

`pg_ctl` is not used: right after a `kill -9` it takes the dead server, which its parent has not yet waited for, for a
living one, and without a log file of its own it hangs whoever reads its output. Here the owner is the parent.
"""

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lockstep.database_server.account import ServerAccount, spawn
from lockstep.database_server.binaries import Binaries, binaries_for
from lockstep.database_server.cluster import ensure_cluster, last_lines, server_command, write_access_rules
from lockstep.database_server.errors import FolderNotWritable, ServerDidNotStart
from lockstep.database_server.folders import Folders, choose_folders
from lockstep.database_server.lifeline import Lifeline
from lockstep.database_server.postmaster import clear_stale_pid_file
from lockstep.database_server.readiness import wait_until_ready

READY_WITHIN_SECONDS = 60.0
STOPPED_WITHIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """What a server needs before there is one: its folders, its account and its programs."""

    folders: Folders
    account: ServerAccount
    binaries: Binaries
    durable: bool


def prepare(data_root: Path, *, durable: bool) -> Site:
    """Choose folders, account and programs; makes the folders around the data, not the data.

    Raises: DatabaseServerError's subclasses.
    """
    folders, account = choose_folders(data_root)
    return Site(folders, account, binaries_for(account), durable)


def launch(site: Site, lifeline: Lifeline) -> subprocess.Popen[bytes]:
    """A server that answers, held by `lifeline`. The caller holds the start lock and saw that none is running.

    Raises: OtherMajorVersion, ServerDidNotStart, FolderNotWritable, CannotChangeAccount.
    """
    folders = site.folders
    ensure_cluster(folders, site.account, site.binaries, durable=site.durable)
    clear_stale_pid_file(folders.data)
    try:
        write_access_rules(folders)
        with folders.log.open("ab") as log:
            command = server_command(folders, site.binaries, durable=site.durable)
            process = spawn(site.account, command, stdout=log, stderr=log)
    except OSError as refused:
        raise FolderNotWritable(folders.root, refused.strerror or str(refused)) from refused
    lifeline.hold(process.pid, stop_signal=signal.SIGINT, grace_seconds=STOPPED_WITHIN_SECONDS, is_group=False)
    if wait_until_ready(folders.run, seconds=READY_WITHIN_SECONDS, still_running=lambda: process.poll() is None):
        return process
    end(process, lifeline)
    raise ServerDidNotStart("The database did not start.", folders.log, last_lines(folders.log))


def end(process: subprocess.Popen[bytes], lifeline: Lifeline) -> None:
    """Stop a server: its clients are cut off, what was committed is kept. Does nothing to one that has ended."""
    for stop_signal, seconds in (
        (signal.SIGINT, STOPPED_WITHIN_SECONDS),
        (signal.SIGQUIT, 5.0),
        (signal.SIGKILL, 5.0),
    ):
        process.send_signal(stop_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        break
    lifeline.release(process.pid)
