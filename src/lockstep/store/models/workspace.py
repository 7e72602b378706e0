"""Google Workspace: the connection, each person's calendar, what was read from it and what was written to it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lockstep.calendar.event import Visibility
from lockstep.store.models.absences import Absence, AbsenceTitles
from lockstep.store.models.booking import Appointment
from lockstep.store.models.offering import VideoLink
from lockstep.store.models.organisation import Organisation
from lockstep.store.models.staffing import StaffMember
from lockstep.sync.link import LinkState
from lockstep.sync.urgency import Urgency


class Installation(models.Model):
    """This installation's identity, part of the mark on every event that it writes. One row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    singleton = models.BooleanField(default=True, unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.uuid)


class Connection(models.Model):
    """An organisation's connection to its Google Workspace."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for Google")
        """Google does not know the delegation yet; it is checked again and again for a day. Nothing was read."""
        PENDING = "pending", _("Connected, not saved yet")
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")
        DISCONNECTING = "disconnecting", _("Disconnecting")
        """What we wrote is being removed, then the connection is forgotten."""

    READS: ClassVar = (State.PENDING, State.LIVE)
    """The states in which people and calendars are read."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="connection")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    directory_user = models.EmailField()
    directory_group = models.EmailField(blank=True)
    customer_id = models.CharField(max_length=64)
    """Empty while the connection waits for its delegation: Google has not told yet."""
    manual_users = models.BooleanField(default=False)
    """Manual user syncing: each person has an Enabled toggle."""
    include_client_id = models.BooleanField(default=False)
    include_notes = models.BooleanField(default=True)
    video_link = models.CharField(max_length=10, choices=VideoLink.choices, default=VideoLink.MEET)
    absence_titles = models.CharField(max_length=10, choices=AbsenceTitles.choices, default=AbsenceTitles.REAL)
    visibility = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in Visibility], default=Visibility.PUBLIC.value
    )
    connected_at = models.DateTimeField()
    people_imported_at = models.DateTimeField(null=True, blank=True)
    import_error = models.TextField(blank=True)
    access_error = models.TextField(blank=True)
    """Why the whole connection cannot be used, as a sentence; empty when it can."""

    leavers_held = models.PositiveIntegerField(default=0)
    """How many people a listing would have let go that was held for an admin to look at; 0 when none is held."""
    unlinked = ArrayField(models.EmailField(), default=list, blank=True)
    """Addresses that Google lists and that belong to somebody else in Lockstep: nobody was linked to them."""
    next_due = models.DateTimeField(null=True, blank=True)
    """When a connection that waits or disconnects is looked at again."""
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    """What keeps it from going on, as a sentence."""
    keep_events = models.BooleanField(default=False)
    """While disconnecting: leave what we wrote in Google."""
    total_to_remove = models.PositiveIntegerField(default=0)
    """How many events of ours there were to remove when disconnecting began."""
    disconnected_by = models.CharField(max_length=200, blank=True)
    lease = models.PositiveBigIntegerField(default=0)
    """Fencing token of whoever reads the directory, checks again, or disconnects: one at a time."""
    leased_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.state}"


class CalendarLink(models.Model):
    """One person's primary calendar: where its synchronisation stands. This row is the truth; jobs only say "look"."""

    staff = models.OneToOneField(StaffMember, on_delete=models.CASCADE, related_name="link")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    state = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in LinkState], default=LinkState.DETACHED.value
    )
    returns_to = models.CharField(max_length=20, blank=True)
    """Where BACKING_OFF and BLOCKED go when the calendar answers again."""
    generation = models.PositiveIntegerField(default=0)
    """Counts full synchronisations; what an earlier one left behind is swept at the end of the next."""
    sync_token = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    reads_from = models.DateTimeField(null=True, blank=True)
    """Events that end before this are not read: one day before initialisation."""
    expanded_until = models.DateTimeField(null=True, blank=True)
    """How far recurring events are expanded into busy intervals."""
    expanded_tentative = models.BooleanField(default=True)
    """Whether the busy intervals count tentative events; where the setting is another by now, the time is unknown."""
    google_hours = models.JSONField(null=True, blank=True)
    """The working hours that the person has set in Google Calendar, as minutes of weekdays; null: not read, or none."""
    google_hours_read_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    """The moment at which Google was last asked and everything it said was stored."""
    fresh_until = models.DateTimeField(null=True, blank=True)
    """Until when the calendar counts as known; empty or past: the person's time is unknown."""
    wanted = models.PositiveBigIntegerField(default=0)
    """Raised by whoever wants a look; a look satisfies every wish that was there when it began."""
    done = models.PositiveBigIntegerField(default=0)
    lease = models.PositiveBigIntegerField(default=0)
    """Fencing token: a runner whose number is not the newest writes nothing."""
    leased_until = models.DateTimeField(null=True, blank=True)
    next_due = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    """When a synchronisation last changed what is stored: pages that show this calendar are then out of date."""
    problem = models.TextField(blank=True)
    """Why it is blocked or backing off, as a sentence; empty when it is well."""
    events_seen = models.PositiveIntegerField(default=0)
    urgency = models.PositiveSmallIntegerField(default=int(Urgency.POLL))
    """Of the most urgent wish since the last look began to be wanted: who goes first, and why it is looked at."""
    interest_at = models.DateTimeField(null=True, blank=True)
    """When a booking page last showed this person, to the minute."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_due"]), models.Index(fields=["connection", "state"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done__lte=F("wanted")), name="no_look_before_the_wish"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.state}"


class MirroredEvent(models.Model):
    """An external event: when it is and whether it blocks, nothing else. Titles and guests are not stored."""

    class Kind(models.TextChoices):
        SINGLE = "single"
        MASTER = "master"
        EXCEPTION = "exception"
        CANCELLED_INSTANCE = "cancelled_instance"

    class Takes(models.TextChoices):
        BUSY = "busy"
        UNDECIDED = "undecided"
        """Tentative or unanswered: the organisation's setting decides."""
        FREE = "free"

    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=1100)
    series_id = models.CharField(max_length=1100)
    """The master's id for a series and its exceptions, the event's own id otherwise: what is expanded together."""
    kind = models.CharField(max_length=20, choices=Kind.choices)
    takes = models.CharField(max_length=20, choices=Takes.choices, default=Takes.FREE)
    when = models.JSONField(null=True)
    original_start = models.CharField(max_length=40, blank=True)
    recurrence = ArrayField(models.TextField(), default=list, blank=True)
    generation = models.PositiveIntegerField()
    set_aside = models.CharField(max_length=200, blank=True)
    """Why it could not be understood; it is shown, and the rest goes on."""
    ignored_at = models.DateTimeField(null=True, blank=True)
    """When an admin said that it takes no time. Until then its calendar's time is unknown."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "event_id"], name="one_row_per_event")]
        indexes: ClassVar = [
            models.Index(fields=["link", "series_id"]),
            models.Index(
                fields=["link"], condition=~Q(set_aside="") & Q(ignored_at__isnull=True), name="events_not_understood"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.kind}"


class BusyInterval(models.Model):
    """Time that an external event takes, expanded and ready to be subtracted."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="busy")
    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="busy")
    series_id = models.CharField(max_length=1100)
    span = DateTimeRangeField()

    class Meta:
        indexes: ClassVar = [
            GistIndex(fields=["staff", "span"], name="busy_lookup"),
            models.Index(fields=["link", "series_id"], name="busy_of_series"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.span}"


class WrittenEvent(models.Model):
    """The map: one appointment or absence, one calendar, the event that stands for it there."""

    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="written")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="written"
    )
    absence = models.ForeignKey(Absence, null=True, blank=True, on_delete=models.CASCADE, related_name="written")
    generation = models.PositiveIntegerField(default=0)
    event_id = models.CharField(max_length=64)
    """Derived from the mark; the next generation's when this one can no longer be used."""
    etag = models.CharField(max_length=100, blank=True)
    google_updated_at = models.DateTimeField(null=True, blank=True)
    """Google's `updated` of the newest version that was taken in; an older one, read before it, is not news."""
    spent = models.BooleanField(default=False)
    """The event of this id was deleted: no other can have it, and only a restore brings it back."""
    in_google = models.BooleanField(default=False)
    """True from the first successful write until the deletion is known."""
    seen_generation = models.PositiveIntegerField(default=0)
    """The last full synchronisation that showed it."""
    missing = models.BooleanField(default=False)
    """Not shown by a full synchronisation, or not found: asked for (again) by id before anything follows from that."""
    base_local = models.JSONField(null=True)
    """What Lockstep wanted when both copies last agreed."""
    base_remote = models.JSONField(null=True)
    """What Google's copy said when both last agreed."""
    intent = models.JSONField(null=True)
    """What a write under way wants (`local`) and will show in Google (`remote`), stored before the call so that its
    echo is recognised."""
    wanted = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    lease = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    next_due = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    parked = models.TextField(blank=True)
    """Why nothing more is tried for now, as a sentence; it runs when access returns."""
    meet = models.CharField(max_length=10, blank=True)
    """How far Google is with the event's Meet link; `removed` when a person took it away."""
    meet_url = models.URLField(blank=True)
    in_conflict = models.BooleanField(default=False)
    """Google's time is in the conflict inbox: the event is left alone until a person has decided."""
    wanted_at = models.DateTimeField()
    """When the change that is to be written was made, for the measured delay."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "event_id"], name="one_meaning_per_event_id"),
            models.UniqueConstraint(
                fields=["appointment", "link"], condition=Q(appointment__isnull=False), name="one_event_per_appointment"
            ),
            models.UniqueConstraint(
                fields=["absence", "link"], condition=Q(absence__isnull=False), name="one_event_per_absence"
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, absence__isnull=True)
                | Q(appointment__isnull=True, absence__isnull=False),
                name="written_for_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_due"], condition=Q(wanted__gt=F("done")), name="events_to_write")
        ]

    def __str__(self) -> str:
        return self.event_id


class Brake(models.Model):
    """A synchronisation that would have changed too much at once: it stopped, and an admin decides."""

    class Kind(models.TextChoices):
        CHANGES = "changes", _("Many appointments moved or deleted in Google at once")
        SWEEP = "sweep", _("Much of the busy time is missing from Google")

    class Decision(models.TextChoices):
        RELEASED = "released", _("Released")
        DROPPED = "dropped", _("Dropped")
        OVER = "over", _("Over by itself")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="brakes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    held = models.PositiveIntegerField(default=0)
    """How many appointments or busy events it concerned when it was pulled; `total` is out of how many."""
    total = models.PositiveIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    """The full synchronisation that was stopped: what it did not show is older than this."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "kind"], condition=Q(closed_at__isnull=True), name="one_open_brake_each"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation"], condition=Q(closed_at__isnull=True), name="open_brakes")
        ]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.kind}"


class ForeignEvent(models.Model):
    """An event that another installation of Lockstep has written: who it was, nothing else."""

    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="foreign")
    event_id = models.CharField(max_length=1100)
    installation = models.UUIDField()
    environment = models.CharField(max_length=20)
    derived = models.BooleanField()
    """Its id is the one derived from its mark: it is no copy, and may be removed by choice of an admin."""
    seen_at = models.DateTimeField()
    remove_due_at = models.DateTimeField(null=True, blank=True)
    """When it is to be removed next; empty: it is left alone."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "event_id"], name="one_row_per_foreign_event")]
        indexes: ClassVar = [
            models.Index(fields=["remove_due_at"], condition=Q(remove_due_at__isnull=False), name="foreign_to_remove")
        ]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.installation}"


class Channel(models.Model):
    """A push channel: Google posts to us when the calendar changes."""

    link = models.ForeignKey(CalendarLink, on_delete=models.CASCADE, related_name="channels")
    channel_id = models.UUIDField(default=uuid.uuid4, unique=True)
    token_digest = models.CharField(max_length=64)
    """SHA-256 of the token; the token itself is not kept."""
    resource_id = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    """When its last message came; a channel that was heard is proven."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """From when its messages are ignored."""
    renew_at = models.DateTimeField(null=True, blank=True)
    """When its successor is to be opened."""
    stopped_at = models.DateTimeField(null=True, blank=True)
    """When Google was told, or knew of no such channel. One that is closed and not stopped is an orphan."""
    stop_tried_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    """Why Google refused it, as a sentence."""
    refused_for_good = models.BooleanField(default=False)
    """This calendar gets no push at all: it is polled."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["link", "expires_at"]),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False, stopped_at__isnull=True) & ~Q(resource_id=""),
                name="channels_to_stop",
            ),
        ]

    def __str__(self) -> str:
        return str(self.channel_id)


class JournalEntry(models.Model):
    """Every change in either direction, before and after. Holds no titles of external events."""

    class Direction(models.TextChoices):
        FROM_GOOGLE = "from_google", _("From Google")
        TO_GOOGLE = "to_google", _("To Google")
        DECIDED = "decided", _("Decided in Lockstep")
        """What a person made of a conflict, of a change that was held back, or of an earlier entry."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    at = models.DateTimeField()
    direction = models.CharField(max_length=20, choices=Direction.choices)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    appointment = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.SET_NULL)
    absence = models.ForeignKey(Absence, null=True, blank=True, on_delete=models.SET_NULL)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=200, blank=True)
    """Who decided it; empty where nobody did."""
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    run = models.CharField(max_length=60, blank=True)
    """What one run of the synchronisation brought belongs together and can be undone together."""
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")
    delay = models.DurationField(null=True, blank=True)
    """From the change on the one side to its effect on the other."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at"]),
            models.Index(fields=["staff", "-at"]),
            models.Index(fields=["run"], condition=~Q(run=""), name="journal_of_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.direction}: {self.action}"
