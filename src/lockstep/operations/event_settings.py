"""What the organisation lets its events tell: saved, counted beforehand, and previewed as Google will show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from lockstep.calendar.event import Visibility
from lockstep.store.models import AbsenceTitles, Appointment, Connection, VideoLink, WrittenEvent


@dataclass(frozen=True, slots=True)
class EventContent:
    """The choices of the Event content tab."""

    visibility: str = Visibility.PUBLIC.value
    include_notes: bool = True
    include_client_id: bool = False
    absence_titles: str = AbsenceTitles.REAL.value
    video_link: str = VideoLink.MEET.value


def content_of_connection(connection: Connection) -> EventContent:
    """What is saved."""
    return EventContent(**{name: getattr(connection, name) for name in asdict(EventContent())})


def choose(connection: Connection, content: EventContent) -> list[str]:
    """Set the choices on the row, unsaved; the names of the fields."""
    values = asdict(content)
    for name, value in values.items():
        setattr(connection, name, value)
    return list(values)


def events_ahead(connection: Connection, *, now: datetime) -> int:
    """How many events stand in Google for what is still to come: so many a change of content rewrites."""
    ours = WrittenEvent.objects.filter(link__connection=connection, in_google=True)
    appointments = ours.filter(appointment__ends_at__gt=now, appointment__status=Appointment.Status.BOOKED)
    absences = ours.filter(absence__removed_at=None, absence__spans__span__endswith__gt=now)
    return appointments.count() + absences.distinct().count()
