"""Attaching people's calendars and letting go of them, so that the links fit who is to sync.

`settle` is called by whatever changes a person's standing, in the transaction that changes it. A leaver's link stays as
it is, with all that hangs on it; nobody looks through it. Who was switched off has no more external busy time in
Lockstep; what we wrote to their calendar stays there, and in our map, and follows again once they are switched on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import F

from lockstep.operations import jobs
from lockstep.operations.standing import standing
from lockstep.operations.writing import want_future_events
from lockstep.store.models import BusyInterval, CalendarLink, Connection, MirroredEvent, StaffMember, WrittenEvent
from lockstep.sync import pace
from lockstep.sync.link import LinkState, Position, Signal, step
from lockstep.sync.people import DETACHED, Standing
from lockstep.sync.urgency import Urgency

_AT_ONCE = 200
"""New calendars whose first look is enqueued here; the sweep comes for the rest within seconds."""


def settle(
    connection: Connection, people: Iterable[StaffMember], *, now: datetime, returned: Collection[int] = ()
) -> None:
    """Bring these people's links in line with where they stand. `returned` are read anew, whatever was known.

    Runs in the caller's transaction.
    """
    people = list(people)
    links = CalendarLink.objects.select_for_update(no_key=True).filter(staff__in=[each.pk for each in people])
    by_staff = {link.staff_id: link for link in links.order_by("pk")}
    joining: list[StaffMember] = []
    again: list[CalendarLink] = []
    for staff in people:
        link, stands = by_staff.get(staff.pk), standing(staff, connection)
        if stands is Standing.SYNCS and link is None:
            joining.append(staff)
        elif stands is Standing.SYNCS and link and (link.state == LinkState.DETACHED or staff.pk in returned):
            again.append(link)
        elif stands in DETACHED and link and link.state != LinkState.DETACHED:
            _detach(link)
    _return(again, now)
    joined = _attach(connection, joining, now)
    for link in joined[:_AT_ONCE]:
        jobs.look_at_calendar(link.pk, Urgency.FULL)
    for link in (joined + again)[:_AT_ONCE]:
        jobs.open_channel(link.pk)
    if connection.state != Connection.State.PENDING:
        want_future_events([link.staff_id for link in joined + again], now=now)


def read_anew(link_ids: Collection[int], *, now: datetime) -> None:
    """Have these whole calendars read again; until that has ended, what is stored goes on counting.

    A runner that is reading by the old token finds that its lease has passed on, and stores nothing.
    """
    CalendarLink.objects.filter(pk__in=link_ids).update(
        state=LinkState.FULL_SYNC,
        generation=F("generation") + 1,
        returns_to="",
        sync_token="",
        attempts=0,
        problem="",
        lease=F("lease") + 1,
        leased_until=None,
        wanted=F("wanted") + 1,
        next_due=now,
    )
    for link_id in sorted(link_ids)[:_AT_ONCE]:
        jobs.look_at_calendar(link_id, Urgency.FULL)


def close_channels_of(leavers: Iterable[StaffMember]) -> None:
    """Nobody looks at the calendars of leavers, so nobody needs to hear of their changes."""
    links = CalendarLink.objects.filter(staff__in=[each.pk for each in leavers], channels__closed_at=None)
    for link_id in links.distinct().values_list("pk", flat=True):
        jobs.close_channels(link_id)


def _attach(connection: Connection, people: Iterable[StaffMember], now: datetime) -> list[CalendarLink]:
    """New links, to be read from the beginning."""
    position = step(Position(LinkState.DETACHED), Signal.ATTACHED).position
    return CalendarLink.objects.bulk_create(
        CalendarLink(
            staff=staff,
            connection=connection,
            state=position.state,
            generation=position.generation,
            reads_from=now - pace.READ_BACK,
            expanded_until=now + pace.HORIZON,
            wanted=1,
            next_due=now + timedelta(seconds=1),
        )
        for staff in people
    )


def _return(links: list[CalendarLink], now: datetime) -> None:
    """What was known before they were away is old, so their time is unknown until the calendar has been read."""
    mine = CalendarLink.objects.filter(pk__in=[link.pk for link in links])
    mine.filter(state=LinkState.DETACHED).update(reads_from=now - pace.READ_BACK)
    mine.update(fresh_until=None)
    read_anew([link.pk for link in links], now=now)
    # Whatever was wanted meanwhile has lost its job. Here the sweep finds what is due.
    WrittenEvent.objects.filter(link__in=links, wanted__gt=F("done")).update(next_due=now)


def _detach(link: CalendarLink) -> None:
    """Forget what was read. The channel is closed by a job; until then its messages find nothing to do."""
    position = step(Position(LinkState(link.state), link.generation), Signal.DETACHED).position
    link.state, link.returns_to, link.sync_token = position.state, "", ""
    link.fresh_until = link.verified_at = link.next_due = link.leased_until = None
    link.attempts, link.problem, link.events_seen = 0, "", 0
    link.done = link.wanted
    link.lease += 1
    link.save(
        update_fields=[
            "state", "returns_to", "sync_token", "fresh_until", "verified_at", "next_due", "leased_until", "attempts",
            "problem", "events_seen", "done", "lease",
        ]
    )  # fmt: skip
    BusyInterval.objects.filter(link=link).delete()
    MirroredEvent.objects.filter(link=link).delete()
    jobs.close_channels(link.pk)
