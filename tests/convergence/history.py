"""One history from its script to its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.convergence import contest, in_between, settling, verdict
from tests.convergence.script import Script, Step
from tests.convergence.world import Base, World, began

from lockstep.operations.looking import ask_for_look
from lockstep.operations.resyncing import resync_people
from lockstep.operations.writing import want_written
from lockstep.store.models import WrittenEvent


@dataclass(frozen=True, slots=True)
class Outcome:
    script: Script
    trace: tuple[str, ...]
    violations: tuple[str, ...]


def run(base: Base, script: Script) -> Outcome:
    """Play the script, let everything come to rest, and judge. The same script gives the same trace."""
    base.database.begin()
    world = began(base, script.seed)
    world.play(script)
    if not world.violations:
        _end(world, script.seed)
    return Outcome(script, tuple(world.trace), tuple(world.violations))


def _end(world: World, seed: int) -> None:
    settling.mend(world, people=seed % 3 != 0)
    settling.settle(world, with_push=seed % 2 == 0)
    if not world.violations:
        verdict.check(world)
    if not world.violations:
        _both_move_one(world, seed)
    if not world.violations:
        _stays_idle(world)
    if not world.violations:
        _reads_the_same_anew(world)


def _both_move_one(world: World, seed: int) -> None:
    begun = contest.begin(world)
    if begun is not None:
        settling.settle(world, with_push=seed % 2 == 0)
        contest.judge(world, begun)


def _stays_idle(world: World) -> None:
    """Another look at everything shows nothing and writes nothing."""
    world.say("-- idle")
    state, writes, shown = _remembered(world), world.watch.writes, world.watch.shown
    reachable = settling.reachable(world)
    for link in settling.links(world):
        ask_for_look(link.pk, now=world.moments())
    for row in WrittenEvent.objects.filter(link__staff__in=reachable).order_by("pk"):
        want_written(row.pk, now=world.moments())
    in_between.sweep_now(world, Step("sweep"))
    world.work()
    if world.watch.writes != writes:
        world.wrong(f"an idle system writes {world.watch.writes - writes} times")
    if world.watch.shown != shown:
        world.wrong(f"an idle look is shown {world.watch.shown - shown} events again")
    _same(world, state, "an idle system changes")


def _reads_the_same_anew(world: World) -> None:
    """A full synchronisation gives what the changes one by one had given."""
    world.say("-- read anew")
    state, writes = _remembered(world), world.watch.writes
    people = [staff.pk for staff in settling.reachable(world)]
    resync_people(world.connection, people, by=world.company.admin, now=world.moments())
    settling.rest(world, with_push=False)
    if world.watch.writes != writes:
        world.wrong(f"reading anew writes {world.watch.writes - writes} times")
    _same(world, state, "reading anew changes")


@dataclass(frozen=True, slots=True)
class _Remembered:
    since: datetime
    lines: list[str]


def _remembered(world: World) -> _Remembered:
    """What Lockstep holds; of what is over in a few hours it may forget some meanwhile."""
    since = world.moments.googles + timedelta(hours=6)
    return _Remembered(since, verdict.state_of(world, since))


def _same(world: World, state: _Remembered, what: str) -> None:
    before, after = state.lines, verdict.state_of(world, state.since)
    if after != before:
        gone, new = sorted(set(before) - set(after)), sorted(set(after) - set(before))
        world.wrong(f"{what}: {gone} become {new}")
