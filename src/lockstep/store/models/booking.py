"""Clients, appointments with their history, and the one table that says who is taken when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from lockstep.scheduling.progress import Progress
from lockstep.store.models.offering import Location, MeetingMethod, Question, Service
from lockstep.store.models.organisation import Organisation
from lockstep.store.models.staffing import StaffMember


class Client(models.Model):
    """Somebody who books."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    client_id = models.CharField(max_length=64, blank=True)
    """The organisation's own number for them."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "email"]),
            models.Index(fields=["organisation", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A client, a service, a place, a time and a person; or nobody yet."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CANCELLED = "cancelled", _("Cancelled")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    flow = models.UUIDField(null=True, blank=True, unique=True)
    """The booking flow that made it: a second Confirm of the same flow finds this appointment, not another slot."""
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    location = models.ForeignKey(Location, on_delete=models.PROTECT)
    staff = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    additional = models.ManyToManyField(StaffMember, blank=True, related_name="additional_appointments")
    """Who takes part besides `staff`: each has the time reserved, and an event of their own."""
    meeting_method = models.CharField(max_length=20, choices=MeetingMethod.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    client_time_zone = models.CharField(max_length=64)
    """The zone in which the client reads the time: the location's in person, their own otherwise."""
    client_language = models.CharField(max_length=10, blank=True)
    """In which they booked, and so are written to; empty: the installation's."""
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.BOOKED)
    notes = models.TextField(blank=True)
    """What the client wrote."""
    staff_notes = models.TextField(blank=True)
    """The staff's own; they never leave Lockstep."""
    progress = models.CharField(
        max_length=20, blank=True, choices=[(each.value, each.name) for each in Progress if each.value]
    )
    sequence = models.PositiveIntegerField(default=0)
    """Raised with every change that a client's calendar program must take over (iCalendar SEQUENCE)."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    remind_at = models.DateTimeField(null=True, blank=True)
    """When the client is to be reminded next; empty: no more."""
    tell_due_at = models.DateTimeField(null=True, blank=True)
    """When the client is to be told how what they know differs from what is; empty: nothing to tell."""
    told_status = models.CharField(max_length=20, blank=True)
    told_starts_at = models.DateTimeField(null=True, blank=True)
    told_ends_at = models.DateTimeField(null=True, blank=True)
    told_video_url = models.URLField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "starts_at"]),
            models.Index(fields=["staff", "starts_at"]),
            models.Index(fields=["organisation", "-changed_at"]),
            models.Index(fields=["remind_at"], condition=models.Q(remind_at__isnull=False), name="client_to_remind"),
            models.Index(fields=["tell_due_at"], condition=models.Q(tell_due_at__isnull=False), name="client_to_tell"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Attendee(models.Model):
    """A client's seat in an appointment of a group service.

    The appointment is the session: one row, one reservation, one event. Its `client` is whoever joined first of those
    who are still in it. Seats are numbered, so that the database itself refuses to sell one twice or one too many.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="attendees")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    flow = models.UUIDField(null=True, blank=True, unique=True)
    """The booking flow that took the seat: a second Confirm of the same flow finds it."""
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="attendances")
    client_time_zone = models.CharField(max_length=64)
    client_language = models.CharField(max_length=10, blank=True)
    notes = models.TextField(blank=True)
    seat = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField()
    """How many there were when it was taken."""
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    tell_due_at = models.DateTimeField(null=True, blank=True)
    """As of an appointment: when the client is to be told how what they know differs from what is."""
    told_status = models.CharField(max_length=20, blank=True)
    told_starts_at = models.DateTimeField(null=True, blank=True)
    told_ends_at = models.DateTimeField(null=True, blank=True)
    told_video_url = models.URLField(blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["joined_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["tell_due_at"], condition=models.Q(tell_due_at__isnull=False), name="seat_to_tell"),
            models.Index(fields=["remind_at"], condition=models.Q(remind_at__isnull=False), name="seat_to_remind"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "seat"], condition=models.Q(left_at__isnull=True), name="one_client_per_seat"
            ),
            models.UniqueConstraint(
                fields=["appointment", "client"], condition=models.Q(left_at__isnull=True), name="one_seat_per_client"
            ),
            models.CheckConstraint(
                condition=models.Q(seat__gte=1, seat__lte=models.F("seats")), name="seat_is_one_of_the_seats"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.seat}"


class Answer(models.Model):
    """What a client answered to one of the service's questions, in the words in which they were asked."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="answers")
    attendee = models.ForeignKey(Attendee, null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    """Whose answer it is, in a group."""
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.SET_NULL)
    words = models.CharField(max_length=300)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "attendee", "question"],
                condition=models.Q(question__isnull=False),
                nulls_distinct=False,
                name="one_answer_to_each_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.question_id}"


class AppointmentHistory(models.Model):
    """What happened to an appointment, by whom."""

    class Actor(models.TextChoices):
        CLIENT = "client", _("Client")
        STAFF = "staff", _("Staff")
        GOOGLE = "google", _("System, from Google Calendar")

    class Action(models.TextChoices):
        BOOKED = "booked", _("Booked")
        MOVED = "moved", _("Moved")
        CANCELLED = "cancelled", _("Cancelled")
        RESTORED = "restored", _("Restored")
        PERSON_ADDED = "person_added", _("Another staff member takes part")
        PERSON_REMOVED = "person_removed", _("A staff member takes part no longer")
        JOINED = "joined", _("Joined")
        LEFT = "left", _("Left")
        REASSIGNED = "reassigned", _("Given to somebody else")
        STARTED = "started", _("Started")
        FINISHED = "finished", _("Finished")
        NO_SHOW = "no_show", _("Nobody came")
        TAKEN_BACK = "taken_back", _("Taken back")
        NOTED = "noted", _("Notes changed")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    actor = models.CharField(max_length=20, choices=Actor.choices)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.action}"


class Hold(models.Model):
    """A slot kept for a client while they type; one per booking flow."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    flow = models.UUIDField(unique=True)
    """The booking flow (one browser, one visit) that the hold belongs to."""
    address_digest = models.CharField(max_length=64)
    """Of the network address, so that holds can be limited without keeping the address."""
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    meeting_method = models.CharField(max_length=20, choices=MeetingMethod.choices)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    anyone = models.BooleanField(default=False)
    """True when the client asked for anyone, so that another person may be given in the end."""
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address_digest", "expires_at"])]

    def __str__(self) -> str:
        return str(self.flow)


class Reservation(models.Model):
    """One person is taken from … to …: the table that makes a double booking impossible.

    A hold becomes an appointment in place, so there is no moment at which the slot is free in between.
    """

    class Kind(models.TextChoices):
        APPOINTMENT = "appointment"
        HOLD = "hold"
        GRACE = "grace"
        """The old time of an appointment that was moved or cancelled in Google, kept for a moment."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="reservations")
    span = DateTimeRangeField()
    buffer_before = models.DurationField()
    buffer_after = models.DurationField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="reservations"
    )
    hold = models.ForeignKey(Hold, null=True, blank=True, on_delete=models.CASCADE, related_name="reservations")
    expires_at = models.DateTimeField(null=True, blank=True)
    """Holds and grace end by themselves; an expired row is deleted by whoever finds it under the lock."""

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="nobody_is_double_booked",
                expressions=[("staff", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=~models.Q(kind="grace"),
            ),
            models.CheckConstraint(
                name="reservation_says_for_what",
                condition=models.Q(kind="hold", hold__isnull=False, appointment__isnull=True, expires_at__isnull=False)
                | models.Q(kind="appointment", appointment__isnull=False, hold__isnull=True, expires_at__isnull=True)
                | models.Q(kind="grace", appointment__isnull=False, hold__isnull=True, expires_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [GistIndex(fields=["staff", "span"], name="reservation_lookup")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.span} ({self.kind})"


class Conflict(models.Model):
    """Something that only a person can decide; both times stay blocked until they have."""

    class Kind(models.TextChoices):
        OVERLAP = "overlap", _("A Google event now overlaps this appointment")
        TIME_TAKEN = "time_taken", _("Moved in Google to a time that is taken")
        NOT_ALLOWED = "not_allowed", _("Moved in Google to a time that the service does not allow")
        PAST = "past", _("Changed in Google after it had begun")
        RECURRING = "recurring", _("Made recurring in Google")
        DELETED_AND_CHANGED = "deleted_and_changed", _("Deleted in Google while it was changed in Lockstep")
        DELETED_BY_ADDITIONAL = "deleted_by_additional", _("Deleted in Google by one of several people")
        ASKED_MOVE = "asked_move", _("Moved in Google")
        ASKED_DELETION = "asked_deletion", _("Deleted in Google")
        HELD_MOVE = "held_move", _("Moved in Google, together with many others")
        HELD_DELETION = "held_deletion", _("Deleted in Google, together with many others")

    class Outcome(models.TextChoices):
        GOOGLES_TIME = "googles_time", _("Google’s time taken")
        LOCKSTEPS_TIME = "locksteps_time", _("Google’s event put back")
        HANDED_OVER = "handed_over", _("Handed over")
        KEPT_BOTH = "kept_both", _("Both kept")
        CANCELLED = "cancelled", _("Cancelled")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="conflicts")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    span = DateTimeRangeField(null=True, blank=True)
    """The other time, which stays blocked as well."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    """What a person decided; empty while it is open, and where it ended by itself."""
    alternatives = ArrayField(models.DateTimeField(), default=list, blank=True)
    """The starts that were offered to the client instead."""
    client_asked_at = models.DateTimeField(null=True, blank=True)
    """When the alternatives were sent; alternatives without it are still to be sent."""
    question = models.TextField(blank=True)
    """What the staff member was asked."""
    staff_asked_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    """When something was to be asked that is not sent yet; empty: nothing to send."""

    class Meta:
        indexes: ClassVar = [
            GistIndex(
                fields=["staff", "span"], condition=models.Q(closed_at__isnull=True), name="open_conflict_lookup"
            ),
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False), name="conflict_mail_to_send"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_conflict_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.kind}"
