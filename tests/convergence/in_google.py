"""What people do in Google Calendar, through its API as themselves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tests.cast import ZONE
from tests.convergence.cedar import ALICE, BOB, PEOPLE
from tests.convergence.moments import day, quarter
from tests.convergence.script import Step
from tests.convergence.watch import MARK, marked

from workspace_emulator.http.dispatcher import handle
from workspace_emulator.http.message import Request
from workspace_emulator.state.event import Event
from workspace_emulator.state.event_times import is_all_day, moment_of
from workspace_emulator.state.instances import Window, computed_instances

if TYPE_CHECKING:
    from tests.convergence.world import World

Json = dict[str, Any]
LENGTHS = (15, 30, 30, 60, 90, 120)
RULES = (
    "RRULE:FREQ=DAILY;COUNT=4",
    "RRULE:FREQ=WEEKLY",
    "RRULE:FREQ=DAILY;INTERVAL=2",
    "RRULE:FREQ=WEEKLY;BYDAY=TU,WE;COUNT=6",
    "RRULE:FREQ=DAILY;UNTIL=20261204T235959Z",
)


def _call(world: World, email: str, verb: str, rest: str, body: Json | None = None, **query: Any) -> tuple[int, Json]:
    pairs = f"?{urlencode(query)}" if query else ""
    request = Request.of(
        verb,
        f"/calendar/v3/calendars/primary/events{rest}{pairs}",
        headers={"Authorization": f"Bearer {email}"},
        json_body=body,
    )
    response = handle(world.core, request)
    return response.status, json.loads(response.body) if response.body else {}


def _say(world: World, email: str, what: str, status: int) -> None:
    world.say(
        f"  {email.partition('@')[0]} in Google: {what} {'' if status < 300 else f'(refused, {status})'}".rstrip()
    )


def _who(step: Step) -> str:
    """Mostly those who synchronise."""
    return (*PEOPLE[:2], *PEOPLE[:2], PEOPLE[2])[step.a % 5]


def live(world: World, email: str) -> list[Event]:
    """The stored events that a person can see, exceptions included."""
    return [event for event in world.calendar_of(email).events.values() if not event.is_cancelled]


def ours_first(world: World, email: str, number: int) -> Event | None:
    """One of the person's events; every second choice is one of Lockstep's, if there is any."""
    events = live(world, email)
    mine = [event for event in events if marked(event)]
    found = mine if number % 2 and mine else events
    return found[number // 2 % len(found)] if found else None


def _times(start: datetime, minutes: int) -> Json:
    end = start + timedelta(minutes=minutes)
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": ZONE, "date": None},
        "end": {"dateTime": end.isoformat(), "timeZone": ZONE, "date": None},
    }


def _days(number: int) -> Json:
    first = day(number).date()
    last = first + timedelta(days=1 + number // 3 % 2)
    none = {"dateTime": None, "timeZone": None}
    return {"start": {"date": first.isoformat(), **none}, "end": {"date": last.isoformat(), **none}}


def _without_none(value: Json) -> Json:
    return {
        key: _without_none(item) if isinstance(item, dict) else item for key, item in value.items() if item is not None
    }


def add(world: World, step: Step) -> None:
    email, kind = _who(step), step.c % 12
    body = _times(quarter(step.b), LENGTHS[step.c // 12 % len(LENGTHS)]) | {"summary": "Private matter"}
    match kind:
        case 0 | 1:
            body |= _days(step.b)
        case 2:
            body["transparency"] = "transparent"
        case 3:
            body["status"] = "tentative"
        case 4:
            body["eventType"] = "outOfOffice"
        case 5:
            body |= _days(step.b) | {"transparency": "transparent"}
    status, made = _call(world, email, "POST", "", _without_none(body))
    _say(world, email, f"adds {world.label(made.get('id'))} {body['start']}", status)


def add_series(world: World, step: Step) -> None:
    email = _who(step)
    times = _days(step.b) if step.c % 4 == 0 else _times(quarter(step.b), LENGTHS[step.c // 4 % len(LENGTHS)])
    rule = RULES[step.c // 20 % len(RULES)]
    if "date" in _without_none(times)["start"]:
        rule = rule.replace("T235959Z", "")
    status, made = _call(
        world, email, "POST", "", _without_none(times) | {"summary": "Private series", "recurrence": [rule]}
    )
    _say(world, email, f"adds the series {world.label(made.get('id'))} {rule}", status)


def shift(world: World, step: Step) -> None:
    email = _who(step)
    event = ours_first(world, email, step.b)
    if event is None:
        return
    all_day = step.c % 12 == 0
    minutes = _minutes(event)
    times = _days(step.c // 12) if all_day else _times(quarter(step.c // 12), minutes)
    _move_to(world, email, event, times, f"moves {world.label(event.id)} to {_without_none(times)['start']}")


def _move_to(world: World, email: str, event: Event, times: Json, what: str) -> bool:
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", times)
    if status < 300:
        world.edits.moved(event, times)
    _say(world, email, what, status)
    return status < 300


def drag(world: World, email: str, event: Event, start: datetime) -> bool:
    """The person drags the event there. True when Google let them."""
    times = _times(start, _minutes(event))
    return _move_to(world, email, event, times, f"drags {world.label(event.id)} to {start:%d %H:%M}")


def _minutes(event: Event) -> int:
    if is_all_day(event.fields["start"]):
        return 60
    length = moment_of(event.fields["end"], ZONE) - moment_of(event.fields["start"], ZONE)
    return max(15, int(length.total_seconds() // 60))


def stretch(world: World, step: Step) -> None:
    email = _who(step)
    event = ours_first(world, email, step.b)
    if event is None or is_all_day(event.fields["start"]):
        return
    start = moment_of(event.fields["start"], ZONE)
    length = LENGTHS[step.c % len(LENGTHS)]
    _move_to(world, email, event, _times(start, length), f"stretches {world.label(event.id)} to {length} minutes")


def delete(world: World, step: Step) -> None:
    email = _who(step)
    event = ours_first(world, email, step.b)
    if event is None:
        return
    status, _ = _call(world, email, "DELETE", f"/{quote(event.id)}")
    if status < 300:
        world.edits.deleted(event)
    _say(world, email, f"deletes {world.label(event.id)}", status)


def restore(world: World, step: Step) -> None:
    email = _who(step)
    gone = [event for event in world.calendar_of(email).events.values() if event.is_cancelled]
    if not gone:
        return
    event = gone[step.b % len(gone)]
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", {"status": "confirmed"})
    if status < 300:
        world.edits.deleted(event)
        world.edits.resurrected.add(event.id)
    _say(world, email, f"restores {world.label(event.id)}", status)


def edit(world: World, step: Step) -> None:
    """Text, in one of three fields; each text is written once."""
    email = _who(step)
    event = ours_first(world, email, step.b | 1)
    if event is None:
        return
    name = ("summary", "description", "location")[step.c % 3]
    text = world.edits.new_text()
    if name == "description" and step.c // 3 % 3:
        text = f"{text}\n\n{event.fields.get('description', '')}"
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", {name: text})
    if status < 300:
        world.edits.wrote(event, name, text.partition("\n")[0])
    _say(world, email, f"writes {text.partition(chr(10))[0]!r} into the {name} of {world.label(event.id)}", status)


def recur(world: World, step: Step) -> None:
    """Makes a single event a series, or a series a single event."""
    email = _who(step)
    event = ours_first(world, email, step.b)
    if event is None or event.is_exception:
        return
    rule = RULES[step.c % len(RULES)]
    if is_all_day(event.fields["start"]):
        rule = rule.replace("T235959Z", "")
    body: Json = {"recurrence": None if event.is_master else [rule]}
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", body)
    if status < 300:
        world.edits.moved(event, None)
    _say(world, email, f"makes {world.label(event.id)} {'single' if event.is_master else rule}", status)


def _instance(world: World, email: str, number: int) -> tuple[Event, Event] | None:
    """An instance of a series of the person's in the days that matter, with its master."""
    masters = [event for event in live(world, email) if event.is_master]
    if not masters:
        return None
    master = masters[number % len(masters)]
    window = Window(day(0), day(0) + timedelta(days=9))
    found = list(computed_instances(world.calendar_of(email), master, window, day(0) + timedelta(days=9)))
    return (found[number // 7 % len(found)], master) if found else None


def split(world: World, step: Step) -> None:
    """This and following, as Google's pages do it."""
    email = _who(step)
    found = _instance(world, email, step.b)
    if found is None:
        return
    instance, master = found
    answer = world.control("POST", f"calendars/{email}/split", {"instance": instance.id})
    _say(world, email, f"splits {world.label(master.id)}", answer)


def exception(world: World, step: Step) -> None:
    email = _who(step)
    found = _instance(world, email, step.b)
    if found is None:
        return
    instance, master = found
    if step.c % 3 == 0:
        status, _ = _call(world, email, "DELETE", f"/{quote(instance.id)}")
        _say(world, email, f"takes an instance out of {world.label(master.id)}", status)
        return
    times: Json = {"transparency": "transparent"}
    if step.c % 3 == 1:
        times = _times(quarter(step.c // 3), 30)
    status, _ = _call(world, email, "PATCH", f"/{quote(instance.id)}", times)
    _say(world, email, f"changes an instance of {world.label(master.id)}", status)


def carry_off(world: World, step: Step) -> None:
    """Into another calendar: Alice's own second one, or a colleague's, who lets her."""
    email = (ALICE, BOB)[step.a % 2]
    event = ours_first(world, email, step.b)
    if event is None:
        return
    second = next(key for key, each in world.core.workspace.calendars.items() if not each.is_primary)
    target = second if step.c % 2 and email == ALICE else (BOB if email == ALICE else ALICE)
    status, _ = _call(world, email, "POST", f"/{quote(event.id)}/move", destination=target)
    if status < 300:
        world.edits.deleted(event)
    _say(world, email, f"moves {world.label(event.id)} to the calendar {target.partition('@')[0][:8]}", status)


def invite(world: World, step: Step) -> None:
    """A meeting of Alice and Bob."""
    email, other = ((ALICE, BOB), (BOB, ALICE))[step.a % 2]
    body = _without_none(_times(quarter(step.b), 30)) | {"summary": "Meeting", "attendees": [{"email": other}]}
    status, made = _call(world, email, "POST", "", body)
    _say(world, email, f"invites {other.partition('@')[0]} to {world.label(made.get('id'))}", status)


def answer(world: World, step: Step) -> None:
    email = (ALICE, BOB)[step.a % 2]
    invitations = [event for event in live(world, email) if event.attendees() and not event.is_exception]
    if not invitations:
        return
    event = invitations[step.b % len(invitations)]
    word = ("accepted", "declined", "tentative", "needsAction")[step.c % 4]
    rows = [
        row | ({"responseStatus": word} if row["email"].lower() == world.address(email) else {})
        for row in event.attendees()
    ]
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", {"attendees": rows})
    _say(world, email, f"answers {word} to {world.label(event.id)}", status)


def free(world: World, step: Step) -> None:
    email = _who(step)
    event = ours_first(world, email, step.b)
    if event is None:
        return
    now_free = event.fields.get("transparency") == "transparent"
    body = {"transparency": "opaque" if now_free else "transparent"}
    status, _ = _call(world, email, "PATCH", f"/{quote(event.id)}", body)
    _say(world, email, f"shows {world.label(event.id)} as {body['transparency']}", status)


def copy(world: World, step: Step) -> None:
    """Some programs copy an event with everything that they find in it, our mark included."""
    email = _who(step)
    event = ours_first(world, email, step.b | 1)
    if event is None or event.is_exception or event.is_master or not marked(event):
        return
    body = _without_none(_times(quarter(step.c), 30)) | {
        "summary": "Copy",
        "extendedProperties": {"private": {MARK: marked(event)}},
    }
    status, made = _call(world, email, "POST", "", body)
    _say(world, email, f"copies {world.label(event.id)} as {world.label(made.get('id'))}", status)


def zone(world: World, step: Step) -> None:
    email = _who(step)
    name = (ZONE, "America/Vancouver", "Europe/London")[step.b % 3]
    status = world.control("PATCH", f"users/{world.address(email)}", {"time_zone": name})
    _say(world, email, f"sets the calendar's zone to {name}", status)


ACTS = {
    "add": add,
    "add series": add_series,
    "shift": shift,
    "stretch": stretch,
    "delete": delete,
    "restore": restore,
    "edit": edit,
    "recur": recur,
    "split": split,
    "exception": exception,
    "carry off": carry_off,
    "invite": invite,
    "answer": answer,
    "free": free,
    "copy": copy,
    "zone": zone,
}
