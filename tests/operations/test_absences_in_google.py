"""Internal absences both ways: exactly one event or series in Google, and what is done there is done here.

Rules: product specification, sections 1, 4 and 5.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.cast import ZONE
from tests.google_side import Json
from tests.operations.world import HALF_HOUR, STAFF, World, at

from lockstep.calendar.event import AllDay, Timed, ZoneName
from lockstep.calendar.interval import Interval
from lockstep.calendar.recurrence import instance_key
from lockstep.operations import sweep
from lockstep.operations.absences import (
    AbsenceDetails,
    add_absence,
    change_absence,
    change_occurrence,
    remove_absence,
    remove_occurrence,
    restore_absence,
)
from lockstep.scheduling.refusals import ChangedInGoogle, NotATime, OccurrenceGone
from lockstep.store.models import Absence, AbsenceSpan, JournalEntry, WrittenEvent
from lockstep.store.values import interval_of

HALIFAX = ZoneInfo(ZONE)
DAILY = ("RRULE:FREQ=DAILY;COUNT=4",)


def from_to(start: datetime, end: datetime, *recurrence: str, title: str = "Dentist") -> AbsenceDetails:
    return AbsenceDetails(title, Timed(start, end, ZoneName(ZONE)), HALIFAX, recurrence)


def away(world: World, *recurrence: str, title: str = "Dentist") -> Absence:
    """Alice is away from ten to eleven; the event is in Google."""
    details = from_to(at(10), at(11), *recurrence, title=title)
    absence = add_absence(world.company.alice, details, by=STAFF, now=world.now)
    world.work()
    return absence


def event_of(world: World, absence: Absence) -> Json:
    written = WrittenEvent.objects.get(absence=absence, in_google=True)
    return world.person(world.company.alice).get(written.event_id)


def taken(absence: Absence) -> list[Interval]:
    return sorted(interval_of(row.span) for row in AbsenceSpan.objects.filter(absence=absence))


def test_an_absence_is_one_busy_event_with_its_title(live: World) -> None:
    absence = away(live)
    (event,) = live.ours(live.company.alice)
    assert event["summary"] == "Dentist"
    assert event["start"]["dateTime"] == "2026-12-01T10:00:00-04:00"
    assert event.get("transparency", "opaque") == "opaque"
    assert f"/desk/absences/{absence.uuid}/" in event["description"]
    assert at(10) not in live.offered(live.company.alice)
    assert at(11) in live.offered(live.company.alice)


def test_its_own_event_is_not_read_as_somebody_elses(live: World) -> None:
    absence = away(live)
    live.look(live.company.alice)
    writes = live.google.writes()
    live.work()
    assert live.busy(live.company.alice) == []
    assert taken(absence) == [Interval(at(10), at(11))]
    assert live.google.writes() == writes


def test_a_whole_day_is_an_all_day_event(live: World) -> None:
    details = AbsenceDetails("Holiday", AllDay(date(2026, 12, 1), date(2026, 12, 3)), HALIFAX)
    absence = add_absence(live.company.alice, details, by=STAFF, now=live.now)
    live.work()
    event = event_of(live, absence)
    assert (event["start"], event["end"]) == ({"date": "2026-12-01"}, {"date": "2026-12-03"})
    assert taken(absence) == [Interval(at(0), at(0, day=3))]
    assert live.offered(live.company.alice) == set()


def test_a_recurring_absence_is_one_series(live: World) -> None:
    absence = away(live, *DAILY)
    (event,) = live.ours(live.company.alice)
    assert event["recurrence"] == list(DAILY)
    live.look(live.company.alice)
    assert live.busy(live.company.alice) == []
    assert taken(absence) == [Interval(at(10, day=day), at(11, day=day)) for day in (1, 2, 3, 4)]
    assert live.google.writes() == ["calendar.events.insert"]


@pytest.mark.parametrize(("titles", "shown"), [("real", "Dentist"), ("busy", "Busy"), ("away", "Away")])
def test_the_setting_decides_what_absences_are_called(live: World, titles: str, shown: str) -> None:
    absence = away(live)
    live.save(absence_titles=titles)
    live.work()
    assert event_of(live, absence)["summary"] == shown


def test_absences_from_before_the_first_save_are_written_with_it(world: World) -> None:
    world.connect()
    world.work()
    away(world)
    assert world.ours(world.company.alice) == []
    world.save()
    world.work()
    assert len(world.ours(world.company.alice)) == 1


def test_an_insert_whose_answer_was_lost_makes_no_second_event(live: World) -> None:
    live.google.fault(method="calendar.events.insert", when="after", count=1, cut=True)
    away(live, *DAILY)
    live.clock.advance(timedelta(minutes=1))
    live.sweep()
    live.work()
    assert len(live.ours(live.company.alice)) == 1


def test_a_change_in_lockstep_patches_the_same_event(live: World) -> None:
    absence = away(live)
    change_absence(absence, from_to(at(14), at(16), *DAILY, title="Course"), by=STAFF, now=live.now)
    live.work()
    (event,) = live.ours(live.company.alice)
    assert event["summary"] == "Course"
    assert event["start"]["dateTime"] == "2026-12-01T14:00:00-04:00"
    assert event["recurrence"] == list(DAILY)
    assert live.google.writes() == ["calendar.events.insert", "calendar.events.patch"]


def test_a_removed_absence_leaves_google_and_comes_back_when_that_is_undone(live: World) -> None:
    absence = away(live)
    remove_absence(absence, by=STAFF, now=live.now)
    live.work()
    assert live.ours(live.company.alice) == []
    assert at(10) in live.offered(live.company.alice)
    restore_absence(absence, by=STAFF, now=live.now)
    live.work()
    assert len(live.ours(live.company.alice)) == 1
    assert at(10) not in live.offered(live.company.alice)


def test_moved_in_google_it_moves_here(live: World) -> None:
    absence = away(live)
    live.person(live.company.alice).move(WrittenEvent.objects.get().event_id, at(12), at(13))
    live.look(live.company.alice)
    assert taken(absence) == [Interval(at(12), at(13))]
    assert [each.action for each in absence.history.all()] == ["added", "changed"]
    assert JournalEntry.objects.filter(absence=absence, direction="from_google").count() == 1
    assert live.google.writes() == ["calendar.events.insert", "calendar.events.patch"], "Nothing is written back."


def test_a_title_from_google_is_taken_over_where_titles_are_shown(live: World) -> None:
    absence = away(live)
    live.person(live.company.alice).change(WrittenEvent.objects.get().event_id, summary="Doctor")
    live.look(live.company.alice)
    absence.refresh_from_db()
    assert absence.title == "Doctor"


def test_deleted_in_google_it_goes_here_and_a_restore_brings_it_back(live: World) -> None:
    absence = away(live)
    event_id = WrittenEvent.objects.get().event_id
    live.person(live.company.alice).delete(event_id)
    live.look(live.company.alice)
    assert taken(absence) == []
    live.person(live.company.alice).restore(event_id)
    live.look(live.company.alice)
    assert taken(absence) == [Interval(at(10), at(11))]
    assert live.busy(live.company.alice) == []
    assert [each.action for each in absence.history.all()] == ["added", "removed", "restored"]


def test_made_recurring_in_google_it_recurs_here(live: World) -> None:
    absence = away(live)
    event_id = WrittenEvent.objects.get().event_id
    start = {"dateTime": at(10).isoformat(), "timeZone": ZONE}
    end = {"dateTime": at(11).isoformat(), "timeZone": ZONE}
    live.person(live.company.alice).change(event_id, recurrence=list(DAILY), start=start, end=end)
    live.look(live.company.alice)
    assert len(taken(absence)) == 4
    assert live.busy(live.company.alice) == []
    assert live.conflicts() == []


def instance(event_id: str, start: datetime) -> str:
    return f"{event_id}_{instance_key(start)}"


def test_one_occurrence_moved_in_google_moves_alone(live: World) -> None:
    absence = away(live, *DAILY)
    event_id = WrittenEvent.objects.get().event_id
    live.person(live.company.alice).move(instance(event_id, at(10, day=2)), at(15, day=2), at(16, day=2))
    live.look(live.company.alice)
    assert Interval(at(15, day=2), at(16, day=2)) in taken(absence)
    assert Interval(at(10, day=2), at(11, day=2)) not in taken(absence)
    assert len(taken(absence)) == 4
    assert live.busy(live.company.alice) == []


def test_one_occurrence_deleted_in_google_goes_alone(live: World) -> None:
    absence = away(live, *DAILY)
    event_id = WrittenEvent.objects.get().event_id
    live.person(live.company.alice).delete(instance(event_id, at(10, day=2)))
    live.look(live.company.alice)
    assert len(taken(absence)) == 3
    assert at(10, day=2) in live.offered(live.company.alice, day=2)
    writes = live.google.writes()
    live.work()
    assert live.google.writes() == writes


def test_a_full_reading_gives_the_same_as_the_changes_did(live: World) -> None:
    """Invariant 9."""
    absence = away(live, *DAILY)
    event_id = WrittenEvent.objects.get().event_id
    alice = live.person(live.company.alice)
    alice.delete(instance(event_id, at(10, day=2)))
    alice.move(instance(event_id, at(10, day=3)), at(15, day=3), at(16, day=3))
    live.look(live.company.alice)
    before = taken(absence)
    live.resync(live.company.alice)
    live.work()
    assert taken(absence) == before
    assert live.busy(live.company.alice) == []


def test_what_this_and_following_cuts_off_is_googles_own_and_blocks(live: World) -> None:
    """Google ends the series and makes a second one, which carries a copy of our mark."""
    absence = away(live, *DAILY)
    event_id = WrittenEvent.objects.get().event_id
    alice = live.person(live.company.alice)
    mark = event_of(live, absence)["extendedProperties"]
    alice.change(event_id, recurrence=["RRULE:FREQ=DAILY;UNTIL=20261202T235959Z"])
    start, end = at(16, day=3).astimezone(HALIFAX), at(17, day=3).astimezone(HALIFAX)
    alice.add(start, end, recurrence=["RRULE:FREQ=DAILY;COUNT=2"], extendedProperties=mark)
    live.look(live.company.alice)
    assert taken(absence) == [Interval(at(10, day=day), at(11, day=day)) for day in (1, 2)]
    assert live.busy(live.company.alice) == [Interval(at(16, day=day), at(17, day=day)) for day in (3, 4)]


def test_an_occurrence_removed_here_is_taken_out_of_the_series(live: World) -> None:
    absence = away(live, *DAILY)
    remove_occurrence(absence, at(10, day=2), by=STAFF, now=live.now)
    live.work()
    event_id = WrittenEvent.objects.get().event_id
    shown = live.person(live.company.alice).instances(event_id, at(0), at(0, day=9))
    assert len(shown) == 3
    assert len(taken(absence)) == 3
    live.look(live.company.alice)
    assert len(taken(absence)) == 3


def test_an_occurrence_changed_here_becomes_an_absence_of_its_own(live: World) -> None:
    absence = away(live, *DAILY)
    details = from_to(at(15, day=2), at(16, day=2))
    own = change_occurrence(absence, at(10, day=2), details, by=STAFF, now=live.now)
    live.work()
    assert taken(own) == [Interval(at(15, day=2), at(16, day=2))]
    assert len(live.ours(live.company.alice)) == 2


def test_what_google_moved_is_changed_there(live: World) -> None:
    absence = away(live, *DAILY)
    event_id = WrittenEvent.objects.get().event_id
    live.person(live.company.alice).move(instance(event_id, at(10, day=2)), at(15, day=2), at(16, day=2))
    live.look(live.company.alice)
    with pytest.raises(ChangedInGoogle):
        remove_occurrence(absence, at(10, day=2), by=STAFF, now=live.now)


@pytest.mark.parametrize("key", [at(10, day=5), at(11, day=2)], ids=["after its end", "beside it"])
def test_only_an_occurrence_that_takes_place_can_be_removed(live: World, key: datetime) -> None:
    absence = away(live, *DAILY)
    with pytest.raises(OccurrenceGone):
        remove_occurrence(absence, key, by=STAFF, now=live.now)


def test_an_absence_that_ends_before_it_starts_is_refused(live: World) -> None:
    with pytest.raises(NotATime):
        add_absence(live.company.alice, from_to(at(11), at(10)), by=STAFF, now=live.now)


def test_changed_on_both_sides_each_field_keeps_its_change(live: World) -> None:
    absence = away(live)
    live.person(live.company.alice).move(WrittenEvent.objects.get().event_id, at(12), at(13))
    change_absence(absence, from_to(at(10), at(11), title="Course"), by=STAFF, now=live.now)
    live.work()
    live.look(live.company.alice)
    assert event_of(live, absence)["summary"] == "Course"
    assert taken(absence) == [Interval(at(12), at(13))]


def test_deleted_there_and_changed_here_it_is_written_again(live: World) -> None:
    absence = away(live)
    live.person(live.company.alice).delete(WrittenEvent.objects.get().event_id)
    change_absence(absence, from_to(at(14), at(15)), by=STAFF, now=live.now)
    live.work()
    live.look(live.company.alice)
    assert [event["start"]["dateTime"] for event in live.ours(live.company.alice)] == ["2026-12-01T14:00:00-04:00"]
    assert taken(absence) == [Interval(at(14), at(15))]


def test_an_absence_on_an_appointment_is_a_conflict_until_it_goes(live: World) -> None:
    appointment, _ = live.booked(live.company.alice, at(10))
    absence = away(live)
    assert live.conflicts() == ["overlap"]
    appointment.refresh_from_db()
    assert appointment.status == "booked"
    remove_absence(absence, by=STAFF, now=live.now)
    assert live.conflicts() == []


def test_an_external_absence_is_never_written(live: World) -> None:
    live.person(live.company.alice).add(at(10), at(11), eventType="outOfOffice")
    live.look(live.company.alice)
    live.sweep()
    live.work()
    assert Absence.objects.count() == 0
    assert WrittenEvent.objects.count() == 0


def test_an_endless_absence_goes_on_with_the_horizon(live: World) -> None:
    absence = away(live, "RRULE:FREQ=WEEKLY")
    first = len(taken(absence))
    later = live.now + timedelta(days=100)
    sweep.move_horizons(now=later)
    assert max(taken(absence)).start > later + timedelta(days=390)
    assert len(taken(absence)) == pytest.approx(first, abs=1)


def test_somebody_who_does_not_synchronise_is_away_in_lockstep_alone(world: World) -> None:
    absence = add_absence(world.company.alice, from_to(at(10), at(10) + HALF_HOUR), by=STAFF, now=world.now)
    assert WrittenEvent.objects.count() == 0
    assert taken(absence) == [Interval(at(10), at(10) + HALF_HOUR)]
    assert at(10) not in world.offered(world.company.alice)
