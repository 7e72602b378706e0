"""What the worker does, step by step, and what goes wrong: jobs, time, messages, deaths, faults of Google's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from django.db import connection as database
from tests.convergence.cedar import ALICE, BOB, CAROL, GROUP
from tests.convergence.points import Killed
from tests.convergence.script import Step
from tests.convergence.wire import Trouble

from lockstep.operations import channels, sweep

if TYPE_CHECKING:
    from tests.convergence.world import World

LISTS, WRITES, TOKENS = "calendar.events.list", "calendar.events.[!lgw]*", "oauth.token"
"""The pattern of writes also fits `insert`, `patch` and `delete` alone: not `list`, `get` and `watch`."""


def work(world: World, step: Step) -> None:
    world.do_one_job(step.a)


def sweep_now(world: World, step: Step) -> None:
    world.process("the sweep", lambda: sweep.sweep(now=world.moments()))


def push(world: World, step: Step) -> None:
    """Google's messages arrive in any order, twice, not at all, or forged."""
    if not world.messages:
        return
    place = step.a % len(world.messages)
    message = world.messages[place]
    kind = ("once", "once", "once", "once", "twice", "never", "wrong token", "wrong resource")[step.b % 8]
    if kind != "twice":
        del world.messages[place]
    if kind == "never":
        world.say("  a message is lost")
        return
    headers = dict(message.headers)
    if kind == "wrong token":
        headers["X-Goog-Channel-Token"] = "guessed"
    if kind == "wrong resource":
        headers["X-Goog-Resource-ID"] = "another"
    world.process(
        f"a message arrives ({kind}, {headers['X-Goog-Resource-State']})",
        lambda: channels.receive(
            channels.Notification(
                channel_id=headers["X-Goog-Channel-ID"],
                token=headers.get("X-Goog-Channel-Token", ""),
                resource_id=headers["X-Goog-Resource-ID"],
                state=headers["X-Goog-Resource-State"],
                resource_uri=headers["X-Goog-Resource-URI"],
                expires_at=parsedate_to_datetime(headers["X-Goog-Channel-Expiration"]),
            ),
            now=world.moments(),
        ),
    )


def lose_jobs(world: World, step: Step) -> None:
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    world.say("  all jobs are lost")


_PASSES = (20, 40, 90, 100, 200, 400, 900, 1800, 3600, 3600 * 26)


def pass_on(world: World, step: Step) -> None:
    world.moments.pass_on(timedelta(seconds=_PASSES[step.a % len(_PASSES)]))


def kill(world: World, step: Step) -> None:
    """The process that passes the n-th point from now dies there."""

    def die(where: str) -> None:
        world.say(f"    † the process dies {where}")
        raise Killed

    world.points.put(1 + step.a % 30, die, steps_in=False)


def meanwhile(world: World, step: Step) -> None:
    """At the n-th point from now somebody else does something: a person, or a second worker."""
    inner = step.inner
    if inner is None:
        return

    def happen(where: str) -> None:
        world.say(f"    meanwhile, {where}:")
        world.act(replace(inner, wait=0))

    world.points.put(1 + step.a % 20, happen, steps_in=True)


_TROUBLES: tuple[tuple[str, dict[str, Any]], ...] = (
    (LISTS, {"reason": "fullSyncRequired", "count": 1}),
    (LISTS, {"reason": "fullSyncRequired", "count": 2}),
    (LISTS, {"status": 400, "reason": "invalid", "message": "Invalid sync token value.", "count": 1}),
    (LISTS, {"status": 400, "reason": "invalid", "message": "Invalid page token value.", "count": 1}),
    (LISTS, {"half": True, "count": 1}),
    (LISTS, {"cut": True, "count": 1}),
    (LISTS, {"status": 503, "html": True, "count": 1}),
    (LISTS, {"reason": "rateLimitExceeded", "count": 1}),
    (LISTS, {"status": 429, "reason": "rateLimitExceeded", "count": 1, "retry_after_seconds": 30}),
    (LISTS, {"reason": "quotaExceeded", "count": 1}),
    (LISTS, {"reason": "forbidden", "count": 1}),
    (LISTS, {"reason": "notFound", "count": 1}),
    (WRITES, {"reason": "backendError", "count": 1}),
    (WRITES, {"reason": "backendError", "count": 1, "when": "after"}),
    (WRITES, {"status": 503, "count": 1, "when": "after"}),
    (WRITES, {"cut": True, "count": 1}),
    (WRITES, {"cut": True, "count": 1, "when": "after"}),
    (WRITES, {"half": True, "count": 1, "when": "after"}),
    (WRITES, {"reason": "userRateLimitExceeded", "count": 1}),
    (WRITES, {"status": 429, "reason": "rateLimitExceeded", "count": 1}),
    (WRITES, {"reason": "quotaExceeded", "count": 1}),
    (WRITES, {"reason": "conditionNotMet", "count": 1}),
    (WRITES, {"reason": "conflict", "count": 1}),
    (WRITES, {"reason": "notFound", "count": 1}),
    (WRITES, {"reason": "forbidden", "count": 1}),
    (WRITES, {"reason": "requiredAccessLevel", "count": 1}),
    ("calendar.events.get", {"reason": "backendError", "count": 1}),
    ("calendar.events.watch", {"status": 503, "count": 1, "when": "after"}),
    ("calendar.*", {"reason": "authError", "count": 1}),
    ("calendar.*", {"status": 401, "reason": "authError", "count": 2}),
    (TOKENS, {"reason": "invalid_grant", "count": 1}),
    (TOKENS, {"reason": "access_denied", "message": "Account restricted", "count": 1}),
    (TOKENS, {"reason": "unauthorized_client", "count": 1}),
    (TOKENS, {"reason": "internal_failure", "count": 1}),
)


def trouble(world: World, step: Step) -> None:
    method, rule = _TROUBLES[step.a % len(_TROUBLES)]
    world.wire.troubles.append(Trouble(method, 1 + step.b % 3, rule))
    if method == TOKENS:
        world.workspace = world.new_process()
    what = rule.get("reason") or rule.get("status") or ("cut" if "cut" in rule else "half")
    world.say(f"  trouble is near: {what} at {method}")


def end_tokens(world: World, step: Step) -> None:
    email = (ALICE, BOB)[step.a % 2]
    world.control("POST", f"calendars/{email}/end-sync-tokens", {})
    world.say(f"  Google forgets where {email.partition('@')[0]}'s calendar was")


def forget_bin(world: World, step: Step) -> None:
    """Deleted events leave full lists, as they do after some weeks."""
    world.control("PATCH", "switches", {"tombstone_days": (30.0, 0.001)[step.a % 2]})
    world.say(f"  Google keeps deleted events {'for weeks' if step.a % 2 == 0 else 'for a minute'}")


def back_up(world: World, step: Step) -> None:
    if world.nested:
        return
    world.database.back_up()
    world.say("  the database is backed up")


def restore_backup(world: World, step: Step) -> None:
    """Everything since the backup is gone, jobs included; what was told to Google is not."""
    if world.nested or not world.database.restore():
        return
    world.edits.forget()
    world.workspace = world.new_process()
    world.say("  the database's backup is restored")


def jump(world: World, step: Step) -> None:
    """Lockstep's clock goes wrong, or right again."""
    world.moments.skew = timedelta(minutes=(0, 40, -25, 0, 3, -3)[step.a % 6])
    world.say(f"  Lockstep's clock is now {world.moments.skew} ahead")


def directory(world: World, step: Step) -> None:
    """An administrator at Google; then people are imported."""
    email = (ALICE, BOB, CAROL)[step.a % 3]
    name = email.partition("@")[0]
    user = world.user(email)
    match step.b % 5:
        case 0:
            world.control("PATCH", f"users/{user.id}", {"suspended": not user.suspended})
            world.say(f"  {name} is {'suspended' if user.suspended else 'active again'}")
        case 1:
            world.control("PATCH", f"users/{user.id}", {"has_calendar": not user.has_calendar})
            world.say(f"  {name} has {'a' if user.has_calendar else 'no'} Calendar licence")
        case 2:
            other = f"{name}.{step.c % 2}@cedar.example" if "." not in user.primary_email.partition("@")[0] else email
            status = world.control("PATCH", f"users/{user.id}", {"primaryEmail": other})
            world.say(f"  {name} is now {other} ({status})")
        case _:
            group = world.core.workspace.directory.group(GROUP)
            member = group is not None and user.id in group.members
            verb = "DELETE" if member else "PUT"
            world.control(verb, f"groups/{GROUP}/members/{user.primary_email}", None if member else {})
            world.say(f"  {name} {'leaves' if member else 'joins'} the group")
    world.ask_for_import()


ACTS = {
    "work": work,
    "sweep": sweep_now,
    "push": push,
    "lose jobs": lose_jobs,
    "pass": pass_on,
    "kill": kill,
    "meanwhile": meanwhile,
    "trouble": trouble,
    "end tokens": end_tokens,
    "forget bin": forget_bin,
    "back up": back_up,
    "restore backup": restore_backup,
    "jump": jump,
    "directory": directory,
}
