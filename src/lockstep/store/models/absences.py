"""Internal absences: one-off or recurring, the instances that Google changed, and the time that they take."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from lockstep.store.models.booking import AppointmentHistory
from lockstep.store.models.staffing import StaffMember


class AbsenceTitles(models.TextChoices):
    """What the events of absences are called in Google."""

    REAL = "real", _("The absence’s own title")
    BUSY = "busy", _("Busy")
    AWAY = "away", _("Away")


class Absence(models.Model):
    """Time away that was entered in Lockstep; it is written to Google as one event or one series.

    A removed absence stays as a row, so that removing it can be undone here and in Google.
    """

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="absences")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200, blank=True)
    when = models.JSONField()
    """The time of a one-off absence, or of the first occurrence."""
    recurrence = ArrayField(models.TextField(), default=list, blank=True)
    """RRULE and EXDATE lines in RFC 5545's words; empty for a one-off absence."""
    time_zone = models.CharField(max_length=64)
    """Where whole days lie for somebody whose calendar is not read; otherwise the calendar's zone counts."""
    expanded_until = models.DateTimeField(null=True, blank=True)
    """How far a recurring absence is expanded."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_in_google = models.BooleanField(default=False)
    """Its event was deleted in Google: should the event come back, so does the absence."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "-changed_at"])]

    def __str__(self) -> str:
        return str(self.uuid)


class AbsenceException(models.Model):
    """One occurrence that was moved or taken out in Google; the series itself says nothing of it."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="exceptions")
    original_start = models.CharField(max_length=40)
    """The occurrence's key in its series, in ISO form."""
    when = models.JSONField(null=True)
    """Where it is now; null: it does not take place."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["absence", "original_start"], name="one_exception_per_occurrence"),
        ]

    def __str__(self) -> str:
        return f"{self.absence_id}: {self.original_start}"


class AbsenceSpan(models.Model):
    """Time that an absence takes, expanded by the pure core so that SQL only has to subtract."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="absence_spans")
    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="spans")
    span = DateTimeRangeField()

    class Meta:
        indexes: ClassVar = [GistIndex(fields=["staff", "span"], name="absence_span_lookup")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.span}"


class AbsenceHistory(models.Model):
    """What happened to an absence, by whom."""

    class Action(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        OCCURRENCE = "occurrence", _("One occurrence changed")
        REMOVED = "removed", _("Removed")
        RESTORED = "restored", _("Restored")

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    actor = models.CharField(max_length=20, choices=AppointmentHistory.Actor.choices)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.absence_id}: {self.action}"
