"""Clients: finding them, their card, and what is changed of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lockstep.operations.history import audit
from lockstep.operations.visible import visible_appointments
from lockstep.operations.writing import want_event
from lockstep.scheduling.refusals import Refused
from lockstep.scheduling.roles import Ability, Reach, reach
from lockstep.store.models import Appointment, Client, User

_FIELDS = ("name", "email", "phone", "client_id")


class ClientIdTaken(Refused):
    """Another client has this client ID already."""

    def __init__(self) -> None:
        super().__init__(_("Another client has this client ID already."))


@dataclass(frozen=True, slots=True)
class ClientCard:
    """What is kept of a client."""

    name: str
    email: str
    phone: str = ""
    client_id: str = ""


def clients_seen_by(user: User, *, search: str = "") -> QuerySet[Client]:
    """The clients that `user` may know, by name: everybody's for who sees everyone, else those in their reach."""
    clients = Client.objects.filter(organisation_id=user.organisation_id or 0).order_by("name", "pk")
    if reach(user.role, Ability.SEE_CALENDARS) is not Reach.EVERYONE:
        clients = clients.filter(pk__in=visible_appointments(user).values("client_id"))
    if search:
        clients = clients.filter(
            Q(name__icontains=search) | Q(email__icontains=search) | Q(client_id__iexact=search) | _by_phone(search)
        )
    return clients


def _by_phone(search: str) -> Q:
    """Digits find a number however it is written; too few would find everybody."""
    digits = "".join(sign for sign in search if sign.isdigit())
    return Q(phone__regex=r"\D*".join(digits)) if len(digits) >= 4 else Q(pk=None)


def client_of(user: User, uuid: UUID) -> Client | None:
    return clients_seen_by(user).filter(uuid=uuid).first()


def appointments_ahead(client: Client, user: User, *, now: datetime) -> QuerySet[Appointment]:
    """Those that are not over yet, as far as `user` may see them, the next first."""
    return visible_appointments(user).filter(client=client, ends_at__gt=now).order_by("starts_at")


def appointments_before(client: Client, user: User, *, now: datetime) -> QuerySet[Appointment]:
    """Those that are over, as far as `user` may see them, the latest first."""
    return visible_appointments(user).filter(client=client, ends_at__lte=now).order_by("-starts_at")


def change_client(client: Client, card: ClientCard, *, by: User, now: datetime) -> None:
    """Correct what is kept of a client. Events that show the client ID follow. Raises: ClientIdTaken."""
    with transaction.atomic():
        current = Client.objects.select_for_update(no_key=True).select_related("organisation").get(pk=client.pk)
        others = Client.objects.filter(organisation=current.organisation, client_id=card.client_id)
        if card.client_id and others.exclude(pk=current.pk).exists():
            raise ClientIdTaken
        changed = [name for name in _FIELDS if getattr(current, name) != getattr(card, name)]
        if not changed:
            return
        for name in changed:
            setattr(current, name, getattr(card, name))
        current.save(update_fields=changed)
        # Which fields, not what they say: the audit log is exported and kept for long.
        what = {"client": str(current.uuid), "fields": changed}
        audit(current.organisation, by, "Client changed", now=now, after=what)
        ahead = Appointment.objects.filter(client=current, status=Appointment.Status.BOOKED, ends_at__gt=now)
        for appointment in ahead:
            want_event(appointment, now=now)
