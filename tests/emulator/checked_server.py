"""`python -m tests.emulator.checked_server BREACHES serve …`: the emulator's program, with every exchange checked.

What is not as Google documents it is written to the file BREACHES, one a line, and whoever started the server reads
it when it has stopped: `nothing_breached`.
"""

import sys
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send

from tests.emulator.exchanges import Exchange, breaches
from workspace_emulator import cli
from workspace_emulator.core import Core
from workspace_emulator.http.server import Application

ROOT = Path(__file__).parents[2]
"""Where the program must be started."""


class CheckedApplication(Application):
    """The emulator's application, listened to from outside."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.report = Path(sys.argv[1])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        sent, answer, head = bytearray(), bytearray(), dict[str, object]()

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        class Speaking:
            """Bound like the server's own `send`, whose object holds the connection."""

            transport = getattr(getattr(send, "__self__", None), "transport", None)

            async def speak(self, message: Message) -> None:
                head.update(message)
                answer.extend(message.get("body", b""))
                await send(message)

        await super().__call__(scope, hear, Speaking().speak)
        if "status" in head:
            self._check(scope, bytes(sent), head, bytes(answer))

    def _check(self, scope: Scope, sent: bytes, head: dict[str, object], answer: bytes) -> None:
        target = f"{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
        made = scope["method"], target, _names(scope["headers"]), sent
        status, headers = head["status"], head["headers"]
        assert isinstance(status, int)
        assert isinstance(headers, list)
        found = breaches(Exchange(*made, status, _names(headers), answer))
        if found:
            with self.report.open("a") as report:
                report.write("".join(f"{breach}\n" for breach in found))


def _names(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def command(report: Path) -> list[str]:
    """What starts the checked program; its own arguments follow."""
    return [sys.executable, "-m", "tests.emulator.checked_server", str(report)]


def nothing_breached(report: Path) -> None:
    """Raises: AssertionError naming every exchange that Google would not know."""
    found = sorted(set(report.read_text().splitlines())) if report.exists() else []
    assert not found, "\n".join(["Not as Google documents it:", *found])


if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[2:], CheckedApplication))
