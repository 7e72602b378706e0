"""The connection check: every step on the way to a person's calendar, probed alone.

A step that fails says what is wrong, who can mend it, where, and what to paste. A step is skipped only where one that
it needs failed, because its answer would only repeat the cause; everything else is tried, so that one visit to Google's
console can mend it all.
"""

from __future__ import annotations

from datetime import datetime

from lockstep.operations.check_directory import Probed
from lockstep.operations.check_probes import Probe, probes_of
from lockstep.operations.check_steps import CheckReport, CheckStep, Finding, Outcome, Said
from lockstep.operations.check_words import explained
from lockstep.store.models import Organisation
from lockstep.sync.errors import AccessLost, LookAgain, OurMistake, TryLater
from lockstep.sync.gateway import Workspace


def check_connection(
    *,
    organisation: Organisation,
    directory_user: str,
    directory_group: str,
    workspace: Workspace | None,
    now: datetime,
) -> CheckReport:
    """Probe everything that Connect needs, without storing or writing anything, here or in Google."""
    probed = Probed(organisation, directory_user.strip(), directory_group.strip(), workspace, now)
    steps: dict[str, CheckStep] = {}
    for probe in probes_of(probed):
        if all(steps[name].outcome in {Outcome.PASSED, Outcome.NOTED} for name in probe.needs if name in steps):
            steps[probe.name] = _run(probe, probed)
        else:
            steps[probe.name] = CheckStep(probe.name, Outcome.SKIPPED, probe.title)
    return CheckReport(tuple(steps.values()), now, customer_id=probed.found.customer_id if probed.found else "")


def _run(probe: Probe, probed: Probed) -> CheckStep:
    name, title = probe.name, probe.title
    try:
        said = probe.act() or Said("")
    except Finding as finding:
        fresh = name == "client"
        words = (finding.sentence, finding.who, finding.where, finding.paste)
        return CheckStep(name, Outcome.FAILED, title, *words, may_be_fresh=fresh)
    except (AccessLost, TryLater, LookAgain, OurMistake) as error:
        return explained(name, title, error, probed.typed)
    outcome = Outcome.NOTED if said.noted else Outcome.PASSED
    return CheckStep(name, outcome, title, said.sentence, said.who, said.where, said.paste)
