"""Messages that the demo's mail catcher took instead of sending."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class CaughtMessage(models.Model):
    """One e-mail, kept for the demo's mail page. Never used where mail is really sent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    """The attached iCalendar file."""

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return str(self.uuid)
