"""What a connection check finds: steps with an outcome, and for each that needs somebody: why, who, where, and what to
paste."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lockstep.sync.gateway import CALENDAR_SCOPE, GROUPS_SCOPE, USERS_SCOPE


class Outcome(StrEnum):
    PASSED = "passed"
    NOTED = "noted"
    """It does not stand in the way, and somebody had better know."""
    FAILED = "failed"
    WAITING = "waiting"
    """It may mend itself: a fresh delegation, a busy Google."""
    SKIPPED = "skipped"
    """A step that it needs did not pass, so its answer would only repeat the cause."""


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One probe. The texts are for the person who reads the page; empty when there is nothing to do."""

    name: str
    outcome: Outcome
    title: str
    sentence: str = ""
    who: str = ""
    where: str = ""
    paste: str = ""
    may_be_fresh: bool = False
    """What was just set up in Google would fail in the same way, until it is known everywhere: up to a day."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    steps: tuple[CheckStep, ...]
    checked_at: datetime
    customer_id: str = ""

    @property
    def ok(self) -> bool:
        """True where nothing stands in the way."""
        return all(each.outcome in {Outcome.PASSED, Outcome.NOTED} for each in self.steps)

    @property
    def failure(self) -> CheckStep | None:
        """The first step that did not pass; of several, one that waiting does not mend."""
        missed = [each for each in self.steps if each.outcome in {Outcome.FAILED, Outcome.WAITING}]
        lasting = [each for each in missed if each.outcome is Outcome.FAILED and not each.may_be_fresh]
        return next(iter(lasting or missed), None)

    def passed(self, name: str) -> bool:
        return any(each.name == name and each.outcome in {Outcome.PASSED, Outcome.NOTED} for each in self.steps)

    def as_json(self) -> dict[str, Any]:
        """For machines: the steps in their order."""
        return {
            "ok": self.ok,
            "checked_at": self.checked_at.isoformat(),
            "steps": [asdict(each) for each in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Said:
    """What a probe has to say that passed; `noted` where somebody had better read it."""

    sentence: str
    who: str = ""
    where: str = ""
    paste: str = ""
    noted: bool = False


class Finding(Exception):
    """Google answered, and the answer is not what is needed."""

    def __init__(self, sentence: str, *, who: str = "", where: str = "", paste: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.who, self.where, self.paste = sentence, who, where, paste


def scopes_for(directory_group: str) -> tuple[str, ...]:
    """The scopes to delegate, in the order in which they are shown. The group scope only where a group is used."""
    return (CALENDAR_SCOPE, USERS_SCOPE, *([GROUPS_SCOPE] if directory_group else []))
