"""What is offered and where: locations and their hours, services with questions, and the assignments that make a person
bookable."""

from __future__ import annotations

import uuid
from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.store.models.organisation import Organisation


class MeetingMethod(models.TextChoices):
    AT_LOCATION = "at_location", _("In person")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video")
    OFF_SITE = "off_site", _("At your place")


class Listed(models.Model):
    """What set-up pages list: switched on or off, put away instead of deleted, known elsewhere by an id of its own."""

    active = models.BooleanField(default=True)
    """Off: not offered to clients, and nothing else changes."""
    archived_at = models.DateTimeField(null=True, blank=True)
    """Set where it had to stay because something refers to it; off as long as it is."""
    external_id = models.CharField(max_length=64, blank=True)
    """What it is called in the files of the organisation's other programs."""

    class Meta:
        abstract = True


class VideoLink(models.TextChoices):
    """Where an appointment by video takes place."""

    MEET = "meet", _("A Google Meet link, made with the event")
    OWN = "own", _("The staff member’s own link")
    NONE = "none", _("No link")


class Location(Listed):
    """A branch with an address and a zone, or a virtual one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    virtual = models.BooleanField(default=False)
    address = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(max_length=64)
    """IANA name. Working hours at a virtual location are kept in this zone too."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_location_per_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """A weekly stretch in which a location is open, in its wall-clock time. Without any it is open at all times."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday, as in Python's `date.weekday`."""
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        ordering: ClassVar = ["weekday", "start"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_weekday_is_a_weekday"),
            # Midnight as an end is the one at the end of the day.
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")) | models.Q(end=time(0)),
                name="opening_hours_have_a_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"

    @property
    def weekly(self) -> WeeklyHours:
        return WeeklyHours(self.weekday, LocalRange(self.start, self.end))


class Closure(models.Model):
    """Days on which a location is closed, or all of them: a holiday, a removal."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.CASCADE, related_name="closures")
    """Empty: every location of the organisation."""
    name = models.CharField(max_length=200)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering: ClassVar = ["first_day", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="closure_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}-{self.last_day}"


class Category(models.Model):
    """A heading under which clients find services."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [models.UniqueConstraint("organisation", Lower("name"), name="one_category_per_name")]

    def __str__(self) -> str:
        return self.name


class Service(Listed):
    """Something that a client can book."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=400, blank=True)
    duration = models.DurationField()
    buffer_before = models.DurationField()
    buffer_after = models.DurationField()
    lead_time = models.DurationField()
    """How long before its start a slot can last be booked."""
    furthest = models.DurationField()
    """How far ahead a slot can be booked."""
    increment = models.DurationField()
    """Slots start at its multiples, counted from midnight at the location."""
    daily_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    """The most appointments of this service that one person takes in a day."""
    meeting_methods = ArrayField(models.CharField(max_length=20, choices=MeetingMethod.choices))
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="services")
    seats = models.PositiveSmallIntegerField(default=1)
    """How many clients one appointment takes; more than one makes it a group service."""
    invite_only = models.BooleanField(default=False)
    """Not in the list that everybody sees; bookable by whoever has its link."""
    video_link = models.CharField(max_length=10, choices=VideoLink.choices, blank=True)
    """Empty: as the organisation has it."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(seats__gte=1), name="service_has_a_seat"),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_service_per_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_groups(self) -> bool:
        return self.seats > 1


class Question(models.Model):
    """Something that a client is asked when they book the service."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Short text")
        LONG_TEXT = "long_text", _("Long text")
        CHOICE = "choice", _("One of several")
        CHOICES = "choices", _("Any of several")
        YES_NO = "yes_no", _("Yes or no")
        DATE = "date", _("Date")
        NUMBER = "number", _("Number")
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Phone number")

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="questions")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.TEXT)
    options = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    """What can be chosen, where the kind is a choice."""
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.words


class Assignment(models.Model):
    """This person takes appointments for this service at this location."""

    staff = models.ForeignKey("store.StaffMember", on_delete=models.CASCADE, related_name="assignments")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="assignments")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="assignments")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "location", "staff"], name="one_assignment_each"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.service_id} at {self.location_id}"
