"""Staff members and when they work."""

from __future__ import annotations

import uuid
from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from lockstep.scheduling.hours import LocalRange, WeeklyHours
from lockstep.store.models.offering import Location
from lockstep.store.models.organisation import Organisation, User
from lockstep.sync.people import Gone

_LISTED = ~Q(google_email="")
MATCHED = Q(google_email="") | Q(google_email=Lower("email"))
"""Their e-mail is Google's, or Google has none for them."""


class StaffMember(models.Model):
    """A person who may take appointments."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="staff_member")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    google_user_id = models.CharField(max_length=64, blank=True)
    """Google's immutable id; the key once a person is linked, since an address can pass to somebody else."""
    google_email = models.EmailField(blank=True)
    """Their primary e-mail at Google as last listed, in lower case; empty for whoever the connection never listed.
    While `email` is another one they are mismatched: nothing syncs for them, and their time is unknown."""
    appointment_taking = models.BooleanField(default=True)
    """Only appointment-taking people sync from Google."""
    sync_enabled = models.BooleanField(default=True)
    """The Enabled toggle; counts while the connection's manual user syncing is on."""
    missing_since = models.DateTimeField(null=True, blank=True)
    """When a complete listing first lacked them; they leave when the next one lacks them too."""
    missing_because = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Gone], blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    """Set when the directory says that they are gone: no longer bookable, nothing deleted."""
    archived_at = models.DateTimeField(null=True, blank=True)
    """Set when somebody put them away in set-up: not appointment-taking and not listed, nothing deleted."""
    external_id = models.CharField(max_length=64, blank=True)
    """What they are called in the files of the organisation's other programs."""
    video_url = models.URLField(blank=True)
    """Their own room for appointments by video."""
    daily_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    """The most appointments that they take in a day, whatever the service."""
    hours_due_at = models.DateTimeField(null=True, blank=True)
    """Since when working ranges have not followed a change of hours; until they do, the time is unknown."""

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "name", "id"], name="people_of_the_directory", condition=_LISTED),
            models.Index(fields=["organisation"], name="people_mismatched", condition=_LISTED & ~MATCHED),
            models.Index(fields=["organisation"], name="people_missing", condition=Q(missing_since__isnull=False)),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="people_by_part_of_name", fastupdate=False),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="people_by_part_of_email", fastupdate=False),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("organisation", Lower("email"), name="one_staff_member_per_email"),
            models.UniqueConstraint(
                fields=["organisation", "google_user_id"],
                condition=~models.Q(google_user_id=""),
                name="one_staff_member_per_google_user",
            ),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_staff_member_per_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkingHours(models.Model):
    """A weekly stretch of work at a location, in the location's wall-clock time."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="working_hours")
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday, as in Python's `date.weekday`."""
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        ordering: ClassVar = ["weekday", "start"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="weekday_is_a_weekday"),
            # Midnight as an end is the one at the end of the day.
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")) | models.Q(end=time(0)),
                name="working_hours_have_a_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"

    @property
    def weekly(self) -> WeeklyHours:
        return WeeklyHours(self.weekday, LocalRange(self.start, self.end))


class DateHours(models.Model):
    """Hours of one date at a location that replace the weekly ones; a row without times means: off that day."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="date_hours")
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    day = models.DateField()
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["day", "start"]
        indexes: ClassVar = [models.Index(fields=["staff", "day"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(start__isnull=True, end__isnull=True)
                | models.Q(start__isnull=False, end__isnull=False)
                & (models.Q(end__gt=models.F("start")) | models.Q(end=time(0))),
                name="date_hours_have_a_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.start}-{self.end}"


class WorkingRange(models.Model):
    """Working hours as instants, computed by the pure core and stored so that SQL only has to subtract."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="working_ranges")
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    span = DateTimeRangeField()

    class Meta:
        indexes: ClassVar = [GistIndex(fields=["location", "staff", "span"], name="working_range_lookup")]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.location_id}: {self.span}"
