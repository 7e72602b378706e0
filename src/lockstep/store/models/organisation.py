"""Organisations, the people who sign in, and the audit log of settings."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lockstep.scheduling.roles import Role


class Organisation(models.Model):
    """One customer of this installation; everything else belongs to exactly one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    gsuite_enabled = models.BooleanField(default=False)
    """Set by the operator. Where it is off, GSuite does not show in Settings."""
    google_customer_id = models.CharField(max_length=64, blank=True)
    """The Google customer that the operator bound this organisation to; empty binds at the first connection."""
    location_first = models.BooleanField(default=False)
    """Whether clients are asked where before what."""
    cut_off_minutes = models.PositiveIntegerField(default=0)
    """How long before its time a client can last move or cancel an appointment."""
    reminder_minutes = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    """How long before their appointment clients are reminded; empty: never."""
    embed_origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    """Web sites that may show the booking pages within their own."""
    hold_minutes = models.PositiveSmallIntegerField(default=10)
    grace_seconds = models.PositiveIntegerField(default=120)
    """How long the old time stays blocked, and the client's mail waits, after a change made in Google."""
    tentative_blocks = models.BooleanField(default=True)
    ask_first = models.BooleanField(default=False)
    """Moves and deletions that people make in Google wait in the conflict inbox instead of being followed."""
    brake_number = models.PositiveSmallIntegerField(default=10)
    """More appointments of one calendar than this are not moved or cancelled from Google without asking."""
    brake_share = models.PositiveSmallIntegerField(default=50)
    """The same as a share of the calendar's coming appointments, in per cent."""
    google_hours = models.BooleanField(default=False)
    """Working hours are taken from each person's own setting in Google Calendar, where they have set any."""

    class Meta:
        constraints: ClassVar = [
            # No customer belongs to two organisations.
            models.UniqueConstraint(
                fields=["google_customer_id"],
                condition=~models.Q(google_customer_id=""),
                name="one_organisation_per_google_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_operator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody with a log-in."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=[(role.value, role.name) for role in Role], default=Role.STAFF.value)
    locations = models.ManyToManyField("store.Location", blank=True, related_name="users")
    """Whose locations a manager looks after; empty: those where they take appointments themselves."""
    invitation_due_at = models.DateTimeField(null=True, blank=True)
    """Since when an invitation is to be sent; empty: none is."""
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    """Runs the installation; belongs to no organisation."""
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), name="one_user_per_email", violation_error_message=_("This e-mail is taken.")
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Django's word for "may use the Django admin"."""
        return self.is_operator

    @property
    def is_superuser(self) -> bool:
        return self.is_operator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator


class AuditEntry(models.Model):
    """A change of a setting: who, when, what. Values of secrets are never written here."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at"])]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"
