"""What the seeds promise: the right people and groups, every kind of event, nothing that Google would refuse."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from tests.emulator_pages import seed_reading

from workspace_emulator.seed import NAMES, named
from workspace_emulator.seed.days import working_day
from workspace_emulator.seed.model import EventBody, Seed, SeedUser
from workspace_emulator.seeding import workspace_of

SCOPES = {
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/admin.directory.user.readonly",
    "https://www.googleapis.com/auth/admin.directory.group.readonly",
}
DAYS = {
    "a Monday": date(2026, 11, 23),
    "a Saturday": date(2026, 12, 5),
    "a Sunday when clocks go back in America": date(2026, 11, 1),
    "the week before clocks go forward": date(2027, 3, 10),
    "the last day of a year": date(2026, 12, 31),
    "a leap day": date(2028, 2, 29),
}
every_day = pytest.mark.parametrize("today", DAYS.values(), ids=DAYS.keys())
every_company = pytest.mark.parametrize("name", NAMES)
TODAY = DAYS["a Monday"]


def harbour(today: date = TODAY) -> Seed:
    return named("harbour", today)


def all_events(seed: Seed) -> list[tuple[SeedUser, EventBody]]:
    return [(user, event) for user in seed.users for event in user.events]


def test_an_unknown_company_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(ValueError, match="harbour, small"):
        named("atlantis", TODAY)


@every_company
@every_day
def test_the_same_day_gives_the_same_company(name: str, today: date) -> None:
    assert named(name, today) == named(name, today)


@every_company
def test_the_three_scopes_are_delegated(name: str) -> None:
    assert named(name, TODAY).delegated_scopes == SCOPES


@every_company
def test_every_account_is_in_the_domain_and_has_an_address_of_its_own(name: str) -> None:
    seed = named(name, TODAY)
    addresses = [address for user in seed.users for address in (user.email, *user.aliases)]
    addresses += [group.email for group in seed.groups]
    assert len(addresses) == len(set(addresses))
    assert {address.partition("@")[2] for address in addresses} == {seed.domain}


@every_company
def test_every_member_and_every_guest_exists(name: str) -> None:
    seed = named(name, TODAY)
    known = {user.email for user in seed.users} | {group.email for group in seed.groups} | {None}
    assert {member.email for group in seed.groups for member in group.members} <= known
    assert {guest["email"] for _, event in all_events(seed) for guest in event.get("attendees", [])} <= known


@every_company
def test_there_is_exactly_one_super_administrator(name: str) -> None:
    assert sum(user.is_admin for user in named(name, TODAY).users) == 1


def test_ten_of_harbours_twelve_are_reachable_in_the_group_one_only_through_a_sub_group() -> None:
    seed = harbour()
    group = next(group for group in seed.groups if group.email == "appointments@harbour.example")
    direct = {member.email for member in group.members if member.type == "USER"}
    reachable = seed_reading.reachable_users(seed, group.email)
    assert (len(seed.users), len(reachable), len(reachable - direct)) == (12, 10, 1)


def test_the_directory_user_may_read_users_and_groups_and_nothing_else() -> None:
    seed = harbour()
    (account,) = (user for user in seed.users if user.email == "lockstep@harbour.example")
    assert account.privileges == {"USERS_RETRIEVE", "GROUPS_RETRIEVE"}
    assert not account.is_admin
    assert account.email not in seed_reading.reachable_users(seed, "appointments@harbour.example")


def test_half_of_harbour_lives_in_halifax_and_half_in_vancouver() -> None:
    zones = sorted(user.time_zone for user in harbour().users)
    assert zones == ["America/Halifax"] * 6 + ["America/Vancouver"] * 6


@every_company
def test_every_zone_is_one_that_exists(name: str) -> None:
    seed = named(name, TODAY)
    zones = {user.time_zone for user in seed.users}
    zones |= {event["start"]["timeZone"] for _, event in all_events(seed) if "timeZone" in event["start"]}
    assert zones <= available_timezones()


@every_company
@every_day
def test_every_event_has_a_title_and_ends_after_it_starts(name: str, today: date) -> None:
    for _, event in all_events(named(name, today)):
        assert event["summary"]
        kinds = {key for end in ("start", "end") for key in event[end] if key != "timeZone"}
        assert kinds in ({"date"}, {"dateTime"})
        (kind,) = kinds
        read = date.fromisoformat if kind == "date" else datetime.fromisoformat
        assert read(event["start"][kind]) < read(event["end"][kind])


@every_company
def test_a_timed_series_names_its_zone_and_never_ends(name: str) -> None:
    for _, event in all_events(named(name, TODAY)):
        for line in event.get("recurrence", []):
            assert line.startswith("RRULE:")
            assert "UNTIL" not in line
            assert "COUNT" not in line
            assert seed_reading.is_all_day(event) or "timeZone" in event["start"]


@every_company
@every_day
def test_a_series_starts_on_a_day_that_its_own_rule_names(name: str, today: date) -> None:
    for user, event in all_events(named(name, today)):
        first = next(seed_reading.starts(event, user.time_zone, today + timedelta(days=400)))
        assert first.date().isoformat() == event["start"].get("date", event["start"].get("dateTime", ""))[:10]


@every_day
def test_events_of_googles_own_types_keep_the_rules_of_their_type(today: date) -> None:
    for _, event in all_events(harbour(today)):
        kind = event.get("eventType", "default")
        if kind in {"outOfOffice", "focusTime"}:
            assert not seed_reading.is_all_day(event)
            assert event["transparency"] == "opaque"
        if kind == "workingLocation":
            assert (event["visibility"], event["transparency"]) == ("public", "transparent")
            if seed_reading.is_all_day(event):
                length = date.fromisoformat(event["end"]["date"]) - date.fromisoformat(event["start"]["date"])
                assert length == timedelta(days=1)
        if kind != "default":
            assert f"{kind}Properties" in event


def length_of(event: EventBody) -> timedelta:
    key = "date" if seed_reading.is_all_day(event) else "dateTime"
    return datetime.fromisoformat(event["end"][key]) - datetime.fromisoformat(event["start"][key])


KINDS: Mapping[str, Callable[[EventBody], bool]] = {
    "weekly": lambda event: "RRULE:FREQ=WEEKLY;BYDAY=MO" in event.get("recurrence", []),
    "every other week": lambda event: any("INTERVAL=2" in line for line in event.get("recurrence", [])),
    "daily": lambda event: any("FREQ=DAILY" in line for line in event.get("recurrence", [])),
    "monthly": lambda event: any("FREQ=MONTHLY" in line for line in event.get("recurrence", [])),
    "all-day and busy": lambda event: "date" in event["start"] and event.get("transparency") == "opaque",
    "all-day and free": lambda event: "date" in event["start"] and event.get("transparency") == "transparent",
    "private": lambda event: event.get("visibility") == "private",
    "declined by a guest": lambda event: "declined" in answers(event),
    "unanswered by a guest": lambda event: "needsAction" in answers(event),
    "tentative for a guest": lambda event: "tentative" in answers(event),
    "tentative": lambda event: event.get("status") == "tentative",
    "out of office": lambda event: event.get("eventType") == "outOfOffice",
    "focus time": lambda event: event.get("eventType") == "focusTime",
    "working location": lambda event: event.get("eventType") == "workingLocation",
    "longer than a day": lambda event: "dateTime" in event["start"] and length_of(event) > timedelta(days=2),
    "over midnight": lambda event: event["start"].get("dateTime", "")[:10] != event["end"].get("dateTime", "")[:10],
}


def answers(event: EventBody) -> set[str]:
    return {guest["responseStatus"] for guest in event.get("attendees", [])}


@pytest.mark.parametrize("kind", KINDS)
def test_harbour_has_an_event_of_every_kind(kind: str) -> None:
    assert any(KINDS[kind](event) for _, event in all_events(harbour()))


@every_day
def test_a_daily_series_has_an_instance_that_moved_and_one_that_was_taken_out(today: date) -> None:
    changed = [
        (event, change)
        for user in harbour(today).users
        for index, _, change in user.changes
        for event in [user.events[index]]
    ]
    daily = [change for event, change in changed if "RRULE:FREQ=DAILY" in event["recurrence"]]
    assert any("start" in change for change in daily)
    assert {"status": "cancelled"} in daily


@every_day
def test_every_changed_instance_is_one_that_its_series_has(today: date) -> None:
    for user in harbour(today).users:
        for index, suffix, _ in user.changes:
            event = user.events[index]
            zone = ZoneInfo(event["start"]["timeZone"])
            original = datetime.strptime(suffix, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
            expanded = seed_reading.starts(event, user.time_zone, today + timedelta(days=60))
            assert original.replace(tzinfo=None) in set(expanded)


@every_day
@pytest.mark.parametrize("zone", ["America/Halifax", "America/Vancouver"])
def test_a_weekly_series_has_lived_through_a_clock_change_of_each_zone(today: date, zone: str) -> None:
    series = [
        event
        for user, event in all_events(harbour(today))
        if event.get("recurrence") and event["start"].get("timeZone") == zone
    ]
    midday = datetime(today.year, today.month, today.day, 12, tzinfo=ZoneInfo(zone))
    offsets = {(midday - timedelta(days=days)).utcoffset() for days in range(280)}
    oldest = min(datetime.fromisoformat(event["start"]["dateTime"]) for event in series)
    assert len(offsets) == 2
    assert oldest < midday - timedelta(days=279)


@every_day
def test_everybody_has_something_between_a_week_ago_and_two_weeks_ahead(today: date) -> None:
    first, last = today - timedelta(days=7), today + timedelta(days=16)
    for user in harbour(today).users:
        if user.email.startswith("lockstep@"):
            continue
        instances = [start for event in user.events for start in seed_reading.starts(event, user.time_zone, last)]
        assert sum(first <= start.date() <= last for start in instances) >= 4


@every_day
def test_most_of_nine_to_five_is_free_for_most_people_in_the_coming_two_weeks(today: date) -> None:
    seed = harbour(today)
    days = [working_day(today, number) for number in range(10)]
    takers = seed_reading.reachable_users(seed, "appointments@harbour.example")
    shares = []
    for user in seed.users:
        if user.email not in takers:
            continue
        invited = [
            interval
            for host in seed.users
            for event in host.events
            if host is not user and any(guest["email"] == user.email for guest in event.get("attendees", []))
            for interval in seed_reading.busy(
                SeedUser(host.email, "", "", host.time_zone, events=(event,)), max(days) + timedelta(days=1)
            )
        ]
        shares.append(seed_reading.free_share(user, invited, days))
    assert sum(share >= 0.7 for share in shares) >= 8
    assert min(shares) >= 0.55


@every_company
@every_day
def test_the_emulators_own_rules_accept_everything_that_a_seed_holds(name: str, today: date) -> None:
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    workspace = workspace_of(named(name, today), noon)
    assert len(workspace.directory.users) == len(named(name, today).users)
