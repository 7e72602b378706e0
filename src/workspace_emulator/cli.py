"""`workspace-emulator serve` and `workspace-emulator import`: the only module that prints."""

import argparse
import asyncio
import errno
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from workspace_emulator.applications import installed_client, secrets_file
from workspace_emulator.clock import Clock
from workspace_emulator.core import Core
from workspace_emulator.http.recording import VARIABLE, keep_no_record, recorder
from workspace_emulator.http.server import Application
from workspace_emulator.ics.command import ImportFailed, import_file
from workspace_emulator.persistence import StateFile, read_state, write_private
from workspace_emulator.push import Courier
from workspace_emulator.seed import NAMES, named
from workspace_emulator.seeding import key_file, workspace_of
from workspace_emulator.state.snapshot import UnreadableSnapshot

_DEFAULT_PORT = 8090


class CannotStart(Exception):
    """One sentence: what is wrong and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 a reported error."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        if options.command == "import":
            for line in import_file(options.file, options.user, options.url):
                print(line)
        else:
            asyncio.run(_serve(options))
    except (CannotStart, ImportFailed) as error:
        print(f"workspace-emulator: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workspace-emulator", description="A local Google Workspace.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run it; one JSON line on standard output tells when it is ready")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=_DEFAULT_PORT, help="0 takes a free one (default: %(default)s)")
    serve.add_argument("--seed", default=NAMES[0], help=f"who is there at first: {', '.join(NAMES)}")
    serve.add_argument("--service-account-out", type=Path, required=True, metavar="FILE", help="key file to write")
    serve.add_argument("--client-secrets-out", type=Path, metavar="FILE", help="OAuth client file for desktop programs")
    serve.add_argument("--state", type=Path, metavar="FILE", help="keep everything here and go on from it")
    recorded = os.environ.get(VARIABLE)
    serve.add_argument(
        "--record",
        type=Path,
        metavar="FOLDER",
        default=Path(recorded) if recorded else None,
        help=f"write every exchange into a file here, texts and tokens included (default: ${VARIABLE})",
    )
    serve.add_argument("--public-url", metavar="URL", help="how other machines or containers reach it, if not so")
    serve.add_argument(
        "--allow-http-push",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether channels may point to http:// addresses (default: yes, as this is local)",
    )
    load = commands.add_parser("import", help="load an .ics file into a person's calendar of a running emulator")
    load.add_argument("--user", required=True, metavar="EMAIL")
    load.add_argument("--url", default=f"http://127.0.0.1:{_DEFAULT_PORT}", help="the emulator (default: %(default)s)")
    load.add_argument("file", type=Path, metavar="FILE.ics")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    listener = _listen(options.host, options.port)
    url = (options.public_url or f"http://{_in_url(options.host)}:{listener.getsockname()[1]}").rstrip("/")
    core = _core(options)
    courier = Courier(lambda: core.workspace)
    core.deliver = courier.deliver
    keep = StateFile(core, options.state) if options.state else None
    try:
        account = core.workspace.credentials.service_account
        write_private(options.service_account_out, json.dumps(key_file(account, url), indent=2) + "\n")
        if options.client_secrets_out:
            client = installed_client(core.workspace.credentials)
            secrets = secrets_file(client, account.project_id, url)
            write_private(options.client_secrets_out, json.dumps(secrets, indent=2) + "\n")
        record = recorder(options.record) if options.record else keep_no_record
        if keep is not None:
            keep.start()
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be written: {error.strerror}.") from None
    try:
        await _run(Application(core, record), listener, _ready(core, options, url))
    finally:
        courier.close()
        if keep is not None:
            keep.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer waits 40 ms.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} on {host} is taken by another program; stop it, or give --port another number."
            raise CannotStart(sentence) from None
        raise CannotStart(f"It cannot listen on {host}, port {port}: {error.strerror}.") from None
    listener.listen(512)
    return listener


def _in_url(host: str) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", ""} else "::1" if host == "::" else host  # noqa: S104  (compares only)
    return f"[{shown}]" if ":" in shown else shown


def _core(options: argparse.Namespace) -> Core:
    """The state from its file if there is one, else the seed."""
    clock = Clock()
    if options.state is not None and options.state.exists():
        try:
            workspace, clock.offset = read_state(options.state)
        except (OSError, UnreadableSnapshot) as error:
            sentence = f"The state file {options.state} cannot be used ({error}); move it away to start anew."
            raise CannotStart(sentence) from None
    else:
        if options.seed not in NAMES:
            raise CannotStart(f"No seed is called {options.seed!r}. There are: {', '.join(NAMES)}.")
        now = clock.now()
        workspace = workspace_of(named(options.seed, now.date()), now, name=options.seed)
    if options.allow_http_push is not None:
        workspace.switch({"allow_http_push": options.allow_http_push})
    return Core(workspace, clock)


def _ready(core: Core, options: argparse.Namespace, url: str) -> str:
    """The line that tells other programs where everything is."""
    directory = core.workspace.directory
    account = core.workspace.credentials.service_account
    return json.dumps(
        {
            "url": url,
            "admin_url": f"{url}/ui/admin",
            "service_account": str(options.service_account_out.absolute()),
            "client_id": account.client_id,
            "client_email": account.email,
            "customer_id": directory.customer_id,
            "domain": directory.domain,
            "seed": core.workspace.seed,
            "users": sorted(user.primary_email for user in directory.users.values()),
            "groups": sorted(group.email for group in directory.groups.values()),
        }
    )


async def _run(application: Application, listener: socket.socket, ready: str) -> None:
    """Serve until SIGTERM or SIGINT; `ready` is printed once requests are answered."""
    config = uvicorn.Config(
        application,
        http="h11",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)

    def leave(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn restores these handlers when it is done and raises the signal again: it must not end us before the
    # state is written.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    ticking = asyncio.create_task(application.keep_ticking())
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    print(ready, flush=True)
    try:
        await serving
    finally:
        ticking.cancel()


if __name__ == "__main__":
    sys.exit(main())
