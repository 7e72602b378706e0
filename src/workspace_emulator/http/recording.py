"""A record of every exchange with Google's APIs and token addresses, for whoever wants to check them afterwards.

Off unless a folder is named. One file a program, one JSON object a line; bytes are written as Latin-1 text, which loses
nothing. It holds calendars' texts, assertions and issued tokens, but not the credentials that calls carry.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from workspace_emulator.http.message import Request, Response

VARIABLE = "WORKSPACE_EMULATOR_RECORD"
"""The environment names the folder, so that a program which starts the emulator need not know of it."""

Record = Callable[[Request, Response], None]


def keep_no_record(_request: Request, _response: Response) -> None:
    """The usual record: none."""


def recorder(folder: Path) -> Record:
    """Appends exchanges to a file of its own in the folder, each in one write. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{os.getpid()}-{time.time_ns()}.jsonl"
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def record(request: Request, response: Response) -> None:
        if not response.cut:
            os.write(file, f"{json.dumps(_exchange(request, response))}\n".encode())

    return record


def _exchange(request: Request, response: Response) -> dict[str, object]:
    return {
        "verb": request.method,
        "target": f"{request.path}?{urlencode(request.query)}",
        "sent_headers": {name: value for name, value in request.headers.items() if name != "authorization"},
        "sent": request.body.decode("latin-1"),
        "status": response.status,
        "headers": response.headers,
        "body": response.body.decode("latin-1"),
    }
