"""What is found out before going live, on the way from a demo to production, and for an auditor."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lockstep.store.models.organisation import Organisation
from lockstep.store.models.staffing import StaffMember
from lockstep.store.models.workspace import Connection


class DryRun(models.Model):
    """A read-only walk through the calendars of a connection. This row is the truth; jobs only say "go on"."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="dry_runs")
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField()
    """When it last got on; one that stands still has lost its job."""
    total = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    """The calendar that was looked at last; a runner that finds another one here than it left has been overtaken."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(finished_at__isnull=True), name="one_dry_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.started_at}"


class DryRunPerson(models.Model):
    """What one calendar would mean. Numbers only: titles of external events are not stored."""

    dry_run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="people")
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE)
    blocking = models.PositiveIntegerField(default=0)
    all_day_free = models.PositiveIntegerField(default=0)
    """All-day events shown as free, such as a holiday that was meant to block."""
    double_booked = models.PositiveIntegerField(default=0)
    """Appointments here that an event in Google overlaps."""
    leftovers = models.JSONField(default=dict)
    """Events of other installations, by their environment."""
    problem = models.TextField(blank=True)
    """Why the calendar could not be read, as a sentence; the numbers then say nothing."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dry_run", "staff"], name="one_row_per_person")]

    def __str__(self) -> str:
        return f"{self.dry_run_id}: {self.staff_id}"


class Transition(models.Model):
    """The way from a demo to production: what this installation cannot see, a person has said."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="transition")
    changed_at = models.DateTimeField()
    """When the Client ID was changed in Google's console."""
    changed_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.changed_at}"


class Proof(models.Model):
    """The report of a race that `lockstep prove` ran on a database of its own."""

    at = models.DateTimeField()
    report = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return str(self.at)
