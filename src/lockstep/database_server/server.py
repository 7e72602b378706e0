"""One PostgreSQL server per data root, shared by all commands that name it.

Whoever comes first starts it, and stops it in the end; whoever finds it running is told its address. Both watch: a
server that was killed is started again at once by its owner, and by one of the others if its owner is gone.
"""

import fcntl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from lockstep.database_server.errors import DatabaseServerError, FolderNotWritable, ServerDidNotStart
from lockstep.database_server.launch import READY_WITHIN_SECONDS, Site, end, launch, prepare
from lockstep.database_server.lifeline import Lifeline
from lockstep.database_server.postmaster import running_postmaster, socket_folder
from lockstep.database_server.readiness import address, ensure_database, wait_until_ready

LOOK_AT_A_SHARED_SERVER_EVERY_SECONDS = 0.25
RETRY_A_FAILED_START_AFTER_SECONDS = 1.0


class EmbeddedServer:
    """The server of one data root, started or found. Use as a context manager, or call `start` and `stop`.

    `durable=False` gives up safety against a power cut for speed: for data that is thrown away. `tell` gets a sentence
    whenever the server had to be started again, from another thread.
    """

    def __init__(
        self,
        data_root: Path,
        *,
        durable: bool = True,
        lifeline: Lifeline | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._data_root = data_root
        self._durable = durable
        self._lifeline = lifeline or Lifeline()
        self._closes_lifeline = lifeline is None
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def is_owner(self) -> bool:
        """Whether this object started the server that runs now, and so will stop it."""
        return self._process is not None

    def start(self) -> str:
        """Start the server or find it running; returns a libpq URL whose database exists.

        Raises: DatabaseServerError's subclasses, each with a sentence for the person who started the command.
        """
        site = prepare(self._data_root, durable=self._durable)
        self._stopping.clear()
        run = self._start_or_find(site)
        ensure_database(run)
        self._watcher = threading.Thread(target=self._watch, args=[site], name="database-watch", daemon=True)
        self._watcher.start()
        return address(run)

    def stop(self) -> None:
        """Stop the server if this object started it. What was committed is kept."""
        self._stopping.set()
        if self._process is not None:
            end(self._process, self._lifeline)
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._process is not None:
            # The watcher may have been starting it again while it was told to stop.
            end(self._process, self._lifeline)
            self._process = None
        if self._closes_lifeline:
            self._lifeline.close()

    def __enter__(self) -> str:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_or_find(self, site: Site) -> Path:
        """The folder of the socket of a server that answers."""
        data = site.folders.data
        with _only_one_at_a_time(site.folders.start_lock):
            if running_postmaster(data) is None:
                self._process = launch(site, self._lifeline)
                return site.folders.run
            self._process = None
            run = socket_folder(data) or site.folders.run
            if not wait_until_ready(
                run, seconds=READY_WITHIN_SECONDS, still_running=lambda: running_postmaster(data) is not None
            ):
                raise ServerDidNotStart("The database is running and does not answer.", site.folders.log, "")
            return run

    def _watch(self, site: Site) -> None:
        while not self._stopping.is_set():
            if self._process is not None:
                self._process.wait()
            else:
                self._stopping.wait(LOOK_AT_A_SHARED_SERVER_EVERY_SECONDS)
                if running_postmaster(site.folders.data) is not None:
                    continue
            if not self._stopping.is_set():
                self._start_again(site)

    def _start_again(self, site: Site) -> None:
        if self._process is not None:
            self._lifeline.release(self._process.pid)
            self._process = None
        try:
            self._start_or_find(site)
        except DatabaseServerError as failed:
            self._say(f"The database has ended and could not be started again: {failed}")
            self._stopping.wait(RETRY_A_FAILED_START_AFTER_SECONDS)
        else:
            self._say("The database had ended; it runs again.")

    def _say(self, sentence: str) -> None:
        if self._tell is not None:
            self._tell(sentence)


@contextmanager
def _only_one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold the lock between "is one running?" and "now it is", against other commands on the same data."""
    try:
        held = lock.open("ab")
    except OSError as refused:
        raise FolderNotWritable(lock.parent, refused.strerror or str(refused)) from refused
    with held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
