"""How long changes took to the other side, and the changes that no push told of. No titles, no people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lockstep.store.models.organisation import Organisation


class MeasuredDelay(models.Model):
    """One real change, stored in the transaction that took it in. Kept for a week."""

    class Direction(models.TextChoices):
        GOOGLE_TO_SLOT = "google_to_slot", _("Google to the slot")
        """From Google's `updated` until the change stood in our database, where slots are read."""
        BOOKING_TO_GOOGLE = "booking_to_google", _("Booking to Google")
        """From the change in Lockstep until Google's answer."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    direction = models.CharField(max_length=20, choices=Direction.choices)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "direction", "at"], include=["milliseconds"], name="delays_of_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.direction}: {self.milliseconds} ms"


class LostPush(models.Model):
    """A poll found first what a proven channel should have told."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "at"])]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.at}"
