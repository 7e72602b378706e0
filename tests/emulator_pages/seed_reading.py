"""Reads a seed the way a calendar would: who is reachable in a group, and when the instances of an event are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from workspace_emulator.seed.model import EventBody, Seed, SeedUser

Interval = tuple[datetime, datetime]


def reachable_users(seed: Seed, group_email: str) -> set[str]:
    """The addresses of the users in the group, those of its sub-groups included."""
    groups = {group.email: group for group in seed.groups}
    found: set[str] = set()
    open_groups, seen = [group_email], set[str]()
    while open_groups:
        email = open_groups.pop()
        if email in seen:
            continue
        seen.add(email)
        for member in groups[email].members:
            assert member.email is not None
            if member.type == "GROUP":
                open_groups.append(member.email)
            else:
                found.add(member.email)
    return found


def is_all_day(event: EventBody) -> bool:
    return "date" in event["start"]


def starts(event: EventBody, zone: str, until: date) -> Iterator[datetime]:
    """The starts of all instances up to `until` in wall-clock time without a zone, as RFC 5545 expands them."""
    local = _wall(event["start"], zone)
    if "recurrence" not in event:
        yield local
        return
    (line,) = event["recurrence"]
    rule = rrulestr(line.removeprefix("RRULE:"), dtstart=local)
    yield from rule.between(local, datetime.combine(until, time.min), inc=True)


def busy(user: SeedUser, until: date) -> list[Interval]:
    """The intervals that the user's own events block, in UTC; their later changes are not considered."""
    found: list[Interval] = []
    for event in user.events:
        if event.get("transparency") == "transparent":
            continue
        length = _wall(event["end"], user.time_zone) - _wall(event["start"], user.time_zone)
        zone = ZoneInfo(event["start"].get("timeZone", user.time_zone))
        for start in starts(event, user.time_zone, until):
            found.append(
                (start.replace(tzinfo=zone).astimezone(UTC), (start + length).replace(tzinfo=zone).astimezone(UTC))
            )
    return found


def free_share(user: SeedUser, invited: list[Interval], days: list[date]) -> float:
    """How much of nine to five on `days` is blocked by nothing, between 0 and 1."""
    zone = ZoneInfo(user.time_zone)
    quarter = timedelta(minutes=15)
    blocks = busy(user, max(days) + timedelta(days=1)) + invited
    ticks = free = 0
    for day in days:
        for number in range(32):
            tick = (datetime.combine(day, time(9), zone).astimezone(UTC)) + number * quarter
            ticks += 1
            free += not any(start < tick + quarter and tick < end for start, end in blocks)
    return free / ticks


def _wall(point: dict[str, str], zone: str) -> datetime:
    if "date" in point:
        return datetime.combine(date.fromisoformat(point["date"]), time.min)
    return (
        datetime.fromisoformat(point["dateTime"]).astimezone(ZoneInfo(point.get("timeZone", zone))).replace(tzinfo=None)
    )
