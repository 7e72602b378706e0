"""A server for tests and benchmarks: empty, fast, and gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockstep.database_server.folders import remove_server_files
from lockstep.database_server.server import EmbeddedServer


@contextmanager
def throwaway() -> Iterator[str]:
    """The URL of a server to try things on: DATABASE_URL where that is set, else one of our own for this while.

    Ours keeps nothing: it does not even wait for the disk. A killed test run leaves its folder in the temporary
    folder, never its server.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    root = Path(tempfile.mkdtemp(prefix="lockstep-throwaway-"))
    # Root's server runs as another account, which has to pass through. The folder is our own, made just now.
    root.chmod(0o711)
    try:
        with EmbeddedServer(root / "postgres", durable=False) as url:
            yield url
    finally:
        remove_server_files(root / "postgres")
        shutil.rmtree(root, ignore_errors=True)
