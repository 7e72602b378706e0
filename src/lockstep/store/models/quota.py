"""Google's quota as all processes share it: what may be used now, and what was used in the last minutes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class QuotaBucket(models.Model):
    """What may be used now of one limit: the project's, or one person's. The arithmetic is `lockstep.sync.quota`'s."""

    key = models.CharField(max_length=80, unique=True)
    units = models.FloatField()
    at = models.DateTimeField()
    """The moment at which `units` and `factor` were right."""
    factor = models.FloatField(default=1.0)
    refused_at = models.DateTimeField(null=True, blank=True)
    """When Google last refused a call for its rate."""
    no_writes_until = models.DateTimeField(null=True, blank=True)
    """Google takes no writes to this person's calendar until then."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["refused_at"], condition=models.Q(refused_at__isnull=False), name="quota_refusals"),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return self.key


class QuotaUse(models.Model):
    """Units that an organisation took in ten seconds. An empty account is the operator's own calls."""

    account = models.CharField(max_length=40, blank=True)
    slot = models.DateTimeField()
    units = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "account"], name="one_use_per_slot")]

    def __str__(self) -> str:
        return f"{self.account}: {self.units}"
