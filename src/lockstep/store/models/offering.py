"""What is offered and where: locations, services, and the assignments that make a person bookable."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lockstep.store.models.organisation import Organisation


class MeetingMethod(models.TextChoices):
    AT_LOCATION = "at_location", _("In person")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video")
    OFF_SITE = "off_site", _("At your place")


class Location(models.Model):
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

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
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
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


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
