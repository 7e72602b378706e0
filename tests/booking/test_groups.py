"""Group appointments by clients: places are taken at Confirm, each client has their own link, none is sold twice."""

from __future__ import annotations

import re

import pytest
from tests.booking.walking import Walk
from tests.web.conftest import signed_in

from lockstep.operations.sessions import attendees_of
from lockstep.operations.telling import ClientMessage, News
from lockstep.operations.telling_seats import tell_attendee
from lockstep.store.models import Appointment, Attendee, Service


class Post:
    def __init__(self) -> None:
        self.sent: list[ClientMessage] = []

    def send(self, message: ClientMessage) -> None:
        self.sent.append(message)


@pytest.fixture
def group(walk: Walk) -> Walk:
    """Cedar Bank's advice is given to two at a time."""
    Service.objects.filter(pk=walk.company.service.pk).update(seats=2)
    walk.company.service.refresh_from_db()
    return walk


def joined(walk: Walk, name: str, *, nth: int = 0) -> Walk:
    """A new client takes a place at the nth time of the day."""
    other = Walk(walk.company)
    other.at_the_branch()
    other.hold(other.times[nth])
    return other.send(other.address, name=name, email=f"{name.lower()}@mail.example", phone="", notes="")


def told(attendee: Attendee) -> list[News]:
    post = Post()
    tell_attendee(attendee.pk, mailer=post, now=attendee.joined_at.replace(year=attendee.joined_at.year + 1))
    return [message.kind for message in post.sent]


def test_the_times_say_how_many_places_are_left(group: Walk) -> None:
    assert "2 places" in group.at_the_branch().page
    joined(group, "Zoe")
    assert "1 place<" in group.at_the_branch().page


def test_clients_join_the_same_appointment(group: Walk) -> None:
    for name in ("Zoe", "Yan"):
        assert joined(group, name).heading == "You are booked"
    assert [seat.client.name for seat in attendees_of(Appointment.objects.get())] == ["Zoe", "Yan"]


def test_a_full_group_is_not_oversold(group: Walk) -> None:
    company = group.company
    for person in (company.bob, company.carol):
        person.assignments.all().delete()
    late = Walk(company)
    late.at_the_branch()
    late.hold(late.times[0])
    for name in ("Zoe", "Yan"):
        joined(group, name)
    late.send(late.address, name="Xia", email="xia@mail.example", phone="", notes="")
    assert late.status == 409
    assert Attendee.objects.filter(left_at=None).count() == 2


def test_each_client_is_told_by_their_own_link(group: Walk) -> None:
    pages = [joined(group, name) for name in ("Zoe", "Yan")]
    assert pages[0].path != pages[1].path
    assert "zoe@mail.example" not in pages[1].page
    assert [told(seat) for seat in Attendee.objects.all()] == [[News.BOOKED], [News.BOOKED]]


def test_who_leaves_frees_one_place_and_nobody_elses(group: Walk) -> None:
    zoe = joined(group, "Zoe")
    joined(group, "Yan")
    zoe.open(zoe.link("Move or cancel"))
    assert "Move to another time" not in zoe.page
    zoe.send(zoe.link("Cancel appointment"))
    assert zoe.heading == "Your appointment is cancelled"
    appointment = Appointment.objects.get()
    assert appointment.status == "booked"
    assert [seat.client.name for seat in attendees_of(appointment)] == ["Yan"]


def test_the_last_to_leave_calls_it_off(group: Walk) -> None:
    zoe = joined(group, "Zoe")
    zoe.open(zoe.link("Move or cancel"))
    zoe.send(zoe.link("Cancel appointment"))
    assert Appointment.objects.get().status == "cancelled"


def test_who_has_left_is_told_and_who_stays_is_not(group: Walk) -> None:
    zoe, _yan = joined(group, "Zoe"), joined(group, "Yan")
    for seat in Attendee.objects.all():
        told(seat)
    zoe.open(zoe.link("Move or cancel"))
    zoe.send(zoe.link("Cancel appointment"))
    assert [told(seat) for seat in Attendee.objects.order_by("pk")] == [[News.CANCELLED], []]


def test_a_second_confirm_takes_no_second_place(group: Walk) -> None:
    walk = Walk(group.company)
    walk.at_the_branch()
    walk.hold(walk.times[0])
    address = walk.address
    for _ in range(2):
        walk.send(address, name="Zoe", email="zoe@mail.example", phone="", notes="")
    assert Attendee.objects.count() == 1


def test_the_calendar_entries_of_two_clients_are_two(group: Walk) -> None:
    uids = []
    for name in ("Zoe", "Yan"):
        walk = joined(group, name)
        walk.open(walk.link("Add to my calendar"))
        uids += re.findall(r"UID:(\S+)", walk.page)
    assert len(set(uids)) == 2


def test_staff_see_who_takes_part(group: Walk) -> None:
    for name in ("Zoe", "Yan"):
        joined(group, name)
    page = signed_in(group.company.admin).get(f"/desk/appointments/{Appointment.objects.get().uuid}/").content.decode()
    assert ("Taking part" in page, "zoe@mail.example" in page, "yan@mail.example" in page) == (True, True, True)
