"""Two probes that look past one person: can Google's messages reach us, and does another installation write here?"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockstep.calendar.event import Event
from lockstep.operations.check_steps import Said
from lockstep.operations.leftovers import is_us
from lockstep.store.models import Channel, Organisation
from lockstep.sync.gateway import CalendarGateway
from lockstep.sync.marks import mark_of


def others_in(calendars: Iterable[CalendarGateway], *, now: datetime) -> Said | None:
    """What another installation has written from `now` on, as far as the first page of each calendar shows it."""
    found: Counter[str] = Counter()
    for calendar in calendars:
        for item in calendar.events_page(time_min=now).items:
            mark = mark_of(item.private_properties) if isinstance(item, Event) else None
            if mark is not None and not is_us(mark):
                found[mark.environment] += 1
    if not found:
        return None
    environment, number = found.most_common(1)[0]
    words = ngettext(
        "Another Lockstep (%(environment)s) has %(n)d coming event in the calendars tried, which blocks time.",
        "Another Lockstep (%(environment)s) has %(n)d coming events in the calendars tried, which block time.",
        number,
    )
    where = _("GSuite → From demo to production: disconnect the other one, then remove what it left")
    return Said(words % {"environment": environment, "n": number}, _("You"), where, noted=True)


def push_state(organisation: Organisation) -> Said | None:
    """What can be known from here: the address, and what Google has said and sent.

    Without push everything works, only later, so this never fails.
    """
    who, where = _("The operator of this installation"), _("The settings LOCKSTEP_PUBLIC_URL and LOCKSTEP_PUSH_URL")
    slower = _("Lockstep looks at each calendar every ten minutes instead.")
    if not settings.PUSH_URL:
        return Said(_("Google's messages are switched off. ") + slower, who, where, noted=True)
    problem = _address_problem(settings.PUSH_URL)
    if problem:
        return Said(f"{problem} {slower}", who, where, noted=True)
    channels = Channel.objects.filter(link__connection__organisation=organisation, closed_at=None)
    if channels.exclude(heard_at=None).exists():
        return Said(_("Google's messages arrive."))
    refused = channels.exclude(problem="").values_list("problem", flat=True).first()
    if refused:
        return Said(f"{refused} {slower}", who, where, noted=True)
    return Said(_("The address looks reachable; the first message from Google proves it."))


def _address_problem(url: str) -> str:
    """Why Google could not post there, as a sentence; empty where nothing is wrong with the address itself."""
    parts = urlsplit(url)
    host = (parts.hostname or "").casefold()
    if parts.scheme != "https":
        return _("Google posts to HTTPS only, and the address is %(url)s.") % {"url": url}
    try:
        public = ipaddress.ip_address(host).is_global
    except ValueError:
        public = "." in host and not host.endswith((".local", ".internal", ".lan", ".localhost", ".test"))
    return "" if public else _("Google cannot reach %(host)s from outside.") % {"host": host}
