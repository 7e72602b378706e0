"""The programs that a demo runs, each with its command, its environment and its logs."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockstep.cli import ports, serve, worker
from lockstep.cli.home import Home
from lockstep.cli.supervise import Program

SEED = "harbour"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo's two web servers listen."""

    port: int
    emulator_port: int

    @property
    def lockstep(self) -> str:
        return f"http://{ports.HOST}:{self.port}"

    @property
    def emulator(self) -> str:
        return f"http://{ports.HOST}:{self.emulator_port}"


def settings_of_the_demo(home: Home, addresses: Addresses) -> dict[str, str]:
    """What makes an installation a demo. Not the database's address and the secret key, which every command finds."""
    return {
        "DJANGO_SETTINGS_MODULE": "lockstep.config.settings",
        "LOCKSTEP_ENVIRONMENT": "demo",
        "LOCKSTEP_GOOGLE_CALENDAR_URL": addresses.emulator,
        "LOCKSTEP_GOOGLE_DIRECTORY_URL": addresses.emulator,
        "LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE": str(home.service_account),
        "LOCKSTEP_HOME": str(home.path),
        "LOCKSTEP_MAIL_CATCHER": "1",
        "LOCKSTEP_SIGN_IN_CLIENT_FILE": str(home.sign_in_client),
        "LOCKSTEP_SIGN_IN_ISSUER": addresses.emulator,
        "LOCKSTEP_PUBLIC_URL": os.environ.get("LOCKSTEP_PUBLIC_URL", addresses.lockstep),
    }


def emulator(home: Home, addresses: Addresses) -> Program:
    """The emulated Google Workspace; its state and its key file are kept in the home."""
    return Program(
        name="The Workspace emulator",
        command=(
            *(sys.executable, "-m", "workspace_emulator.cli", "serve", "--port", str(addresses.emulator_port)),
            *("--seed", SEED, "--service-account-out", str(home.service_account), "--state", str(home.workspace)),
            *("--client-secrets-out", str(home.sign_in_client)),
        ),
        environment=os.environ,
        log=home.logs / "emulator.log",
        output=home.logs / "emulator.ready",
    )


def migration(home: Home, environment: Mapping[str, str]) -> Program:
    """Brings the tables up to date."""
    command = (sys.executable, "-m", "lockstep.cli.main", "migrate")
    return Program("The migration", command, environment, log=home.logs / "migrate.log")


def seeding(home: Home, environment: Mapping[str, str]) -> Program:
    """Makes the company, where it is not there yet, and prints its log-ins."""
    command = (sys.executable, "-m", "lockstep.cli.seed_demo")
    return Program("The seeding", command, environment, log=home.logs / "seed.log", output=home.logs / "seed.json")


def web(home: Home, environment: Mapping[str, str], addresses: Addresses) -> Program:
    """The web server."""
    command = serve.command(serve.Options(host=ports.HOST, port=addresses.port))
    return Program("The web server", command, environment, log=home.logs / "web.log")


def background(home: Home, environment: Mapping[str, str]) -> Program:
    """The background jobs."""
    return Program("The worker", worker.command(), environment, log=home.logs / "worker.log")


def start_logs_afresh(home: Home) -> None:
    """Keep the last run's logs as *.log.old."""
    for log in home.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.old"))


def last_json_line(output: Path) -> dict[str, Any] | None:
    """The last whole line of a program's output that is a JSON object; None while there is none."""
    try:
        text = output.read_text()
    except FileNotFoundError:
        return None
    for line in reversed(text.splitlines(keepends=True)):
        if line.endswith("\n") and line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            return found if isinstance(found, dict) else None
    return None
