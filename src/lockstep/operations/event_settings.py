"""What the organisation lets its events tell: saved, counted beforehand, and previewed as Google will show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from lockstep.calendar.content import Content
from lockstep.calendar.event import Timed, Visibility, ZoneName
from lockstep.scheduling.event_content import AbsenceFacts, AppointmentFacts, ContentRules, event_for, event_for_absence
from lockstep.store.models import (
    AbsenceTitles,
    Appointment,
    Connection,
    Location,
    MeetingMethod,
    Service,
    VideoLink,
    WrittenEvent,
)


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


def rules_of(content: EventContent) -> ContentRules:
    """The choices as the pure core takes them."""
    instead = {AbsenceTitles.BUSY.value: "Busy", AbsenceTitles.AWAY.value: "Away"}
    return ContentRules(
        visibility=Visibility(content.visibility),
        include_notes=content.include_notes,
        include_client_id=content.include_client_id,
        absence_title=instead.get(content.absence_titles, ""),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """Two events as Google will show them, made of the organisation's own words and a made-up client."""

    events: tuple[Content, Content]
    """An appointment's and an absence's."""
    zone: ZoneInfo


def preview_of(connection: Connection, content: EventContent, *, now: datetime) -> Preview:
    """By the same rules that write the events."""
    organisation = connection.organisation
    service = Service.objects.filter(organisation=organisation).first()
    branch = Location.objects.filter(organisation=organisation, virtual=False).first()
    zone = ZoneInfo(branch.time_zone if branch else "UTC")
    start = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(10), zone)
    name = ZoneName(zone.key)
    length = service.duration if service else timedelta(minutes=30)
    facts = AppointmentFacts(
        starts_at=start,
        ends_at=start + length,
        zone=name,
        service_name=service.name if service else _("Advice"),
        address=branch.address if branch else "",
        how=f"{MeetingMethod.AT_LOCATION.label}" + (f", {branch.name}" if branch else ""),
        notes=_("I bring two payslips."),
        client_id="C-1042",
        link=f"{settings.PUBLIC_URL}/desk/appointments/…/",
    )
    away = Timed(start + timedelta(hours=4), start + timedelta(hours=5), name)
    link = f"{settings.PUBLIC_URL}/desk/absences/…/"
    absence = AbsenceFacts(when=away, recurrence=(), title=_("Medical appointment"), link=link)
    rules = rules_of(content)
    return Preview((event_for(facts, rules), event_for_absence(absence, rules)), zone)


def events_ahead(connection: Connection, *, now: datetime) -> int:
    """How many events stand in Google for what is still to come: so many a change of content rewrites."""
    ours = WrittenEvent.objects.filter(link__connection=connection, in_google=True)
    appointments = ours.filter(appointment__ends_at__gt=now, appointment__status=Appointment.Status.BOOKED)
    absences = ours.filter(absence__removed_at=None, absence__spans__span__endswith__gt=now)
    return appointments.count() + absences.distinct().count()
