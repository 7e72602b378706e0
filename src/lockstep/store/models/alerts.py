"""What admins are told when something is wrong for longer, and how they are told."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lockstep.store.models.organisation import Organisation


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class AlertSettings(models.Model):
    """How an organisation is told. Without a row: its admins by e-mail."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="alert_settings")
    by_email = models.BooleanField(default=True)
    webhook_url = models.URLField(max_length=500, blank=True)
    webhook_secret = models.CharField(max_length=100, default=new_secret)
    """Signs what is posted there."""
    delay_limit_seconds = models.PositiveIntegerField(default=60)

    def __str__(self) -> str:
        return f"{self.organisation_id}: alerts"


class Incident(models.Model):
    """Something that is wrong, from when it was seen until it has healed; told once at each end."""

    class Kind(models.TextChoices):
        CONNECTION_LOST = "connection_lost", _("The connection to Google is lost")
        PEOPLE_IN_ERROR = "people_in_error", _("People have been in error for over an hour")
        BRAKE_PULLED = "brake_pulled", _("A synchronisation stopped and asks")
        DELAY = "delay", _("Changes take longer than the limit")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """When it was last seen: it has healed when it was not seen for a while."""
    healed_at = models.DateTimeField(null=True, blank=True)
    detail = models.TextField(blank=True)
    """What there is to say about it, as a sentence; names no person."""
    told_at = models.DateTimeField(null=True, blank=True)
    healed_told_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(healed_at__isnull=True), name="one_open_incident_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.kind}"
