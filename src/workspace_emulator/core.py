"""The parts of one running emulator, held together for the dispatcher."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock

from workspace_emulator.clock import Clock
from workspace_emulator.faults import Faults
from workspace_emulator.quotas import Quotas
from workspace_emulator.request_log import RequestLog
from workspace_emulator.state.channels import Notification
from workspace_emulator.state.workspace import Workspace

Deliver = Callable[[list[Notification]], None]
"""Sends push messages without waiting for them."""


def keep_quiet(messages: list[Notification]) -> None:
    """Deliver nothing: for tests without push."""


@dataclass(slots=True)
class Core:
    """Guarded by `lock`: whoever reads or changes the workspace holds it."""

    workspace: Workspace
    clock: Clock
    deliver: Deliver = keep_quiet
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)
    quotas: Quotas = field(default_factory=Quotas)
    lock: RLock = field(default_factory=RLock)
    revision: int = 0
    """Grows with every request that may have changed something, so that the state is written to disk."""
