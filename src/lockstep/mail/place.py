"""Where and how an appointment takes place, in words for clients."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lockstep.operations.video import video_url
from lockstep.store.models import Appointment, MeetingMethod


def place_in_words(appointment: Appointment) -> str:
    """The branch with its address in person, otherwise how the two speak."""
    location, link = appointment.location, video_url(appointment)
    if link:
        return link
    if appointment.meeting_method == MeetingMethod.AT_LOCATION:
        return ", ".join(part for part in (location.name, location.address) if part)
    return str(MeetingMethod(appointment.meeting_method).label)


def what_the_client_does(appointment: Appointment) -> str:
    """One sentence: what to do when the time comes."""
    match appointment.meeting_method:
        case MeetingMethod.PHONE if appointment.client.phone:
            return _("We call you on %(phone)s.") % {"phone": appointment.client.phone}
        case MeetingMethod.PHONE:
            return _("We meet by phone.")
        case MeetingMethod.VIDEO if link := video_url(appointment):
            return _("We meet by video: %(link)s") % {"link": link}
        case MeetingMethod.VIDEO:
            return _("We meet by video.")
        case MeetingMethod.OFF_SITE:
            return _("We come to you.")
        case _:
            return _("Please come to %(place)s.") % {"place": appointment.location.name}
