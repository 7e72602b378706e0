"""The emulator as a Google that loses nothing when it is killed: what it has answered is on disk before it answers.

`python -m tests.convergence.durable_emulator PORT STATE KEY_FILE`; it goes on from the state where there is one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.recording import keep_no_record
from workspace_emulator.http.server import Application
from workspace_emulator.persistence import StateFile, read_state, write_private
from workspace_emulator.seed import named
from workspace_emulator.seeding import key_file, workspace_of


class DurableApplication(Application):
    def __init__(self, core: Core, kept: StateFile) -> None:
        super().__init__(core, keep_no_record)
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_what_is_kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._kept.save()
            await send(message)

        await super().__call__(scope, receive, send_what_is_kept if scope["type"] == "http" else send)


def main(port: int, state: Path, key: Path) -> None:
    clock = Clock()
    if state.exists():
        workspace, clock.offset = read_state(state)
    else:
        now = clock.now()
        workspace = workspace_of(named("small", now.date()), now, name="small")
        url = f"http://127.0.0.1:{port}"
        write_private(key, json.dumps(key_file(workspace.credentials.service_account, url)))
    core = Core(workspace, clock)
    application = DurableApplication(core, StateFile(core, state))
    uvicorn.run(application, host="127.0.0.1", port=port, http="h11", log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
