"""How far each role sees and changes at the desk: themselves, their locations, everyone; never another organisation."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.making import booked, tomorrow_at

from lockstep.store.models import Appointment, Assignment, Location, User


@pytest.fixture
def elsewhere(bank: Company) -> Location:
    """A branch where only Carol works; she no longer works where Alice and Bob do."""
    far = Location.objects.create(organisation=bank.organisation, name="Far Hill", time_zone="America/Halifax")
    Assignment.objects.filter(staff=bank.carol).delete()
    Assignment.objects.create(staff=bank.carol, location=far, service=bank.service)
    return far


def alice_as(bank: Company, role: str) -> Client:
    User.objects.filter(pk=bank.alice_user.pk).update(role=role)
    bank.alice_user.refresh_from_db()
    return signed_in(bank.alice_user)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("staff", {"Alice"}),
        ("staff_plus", {"Alice", "Bob"}),
        ("staff_advanced", {"Alice", "Bob"}),
        ("manager", {"Alice", "Bob"}),
        ("contact_centre", {"Alice", "Bob", "Carol"}),
        ("admin", {"Alice", "Bob", "Carol"}),
    ],
)
def test_whose_appointments_a_role_opens(bank: Company, elsewhere: Location, role: str, seen: set[str]) -> None:
    appointments = [booked(bank, person, tomorrow_at(10)) for person in (bank.alice, bank.bob, bank.carol)]
    client = alice_as(bank, role)
    opened = {
        each.staff.name
        for each in appointments
        if each.staff and client.get(f"/desk/appointments/{each.uuid}/").status_code == 200
    }
    assert opened == seen


@pytest.mark.parametrize(
    ("role", "answer", "status"),
    [
        ("staff", 404, "booked"),
        ("staff_plus", 403, "booked"),
        ("staff_advanced", 302, "cancelled"),
        ("manager", 302, "cancelled"),
        ("contact_centre", 302, "cancelled"),
    ],
)
def test_whose_appointments_a_role_cancels(bank: Company, role: str, answer: int, status: str) -> None:
    of_bob = booked(bank, bank.bob, tomorrow_at(10))
    assert alice_as(bank, role).post(f"/desk/appointments/{of_bob.uuid}/cancel/").status_code == answer
    assert Appointment.objects.get(pk=of_bob.pk).status == status


def test_who_may_only_look_is_offered_no_button(bank: Company) -> None:
    of_bob = booked(bank, bank.bob, tomorrow_at(10))
    cancel = f"/desk/appointments/{of_bob.uuid}/cancel/"
    shown = [cancel in alice_as(bank, role).get(f"/desk/appointments/{of_bob.uuid}/").content.decode()
             for role in ("staff_plus", "staff_advanced")]  # fmt: skip
    assert shown == [False, True]


def test_a_manager_who_was_given_locations_sees_those(bank: Company, elsewhere: Location) -> None:
    bank.alice_user.locations.add(elsewhere)
    of_bob, of_carol = (booked(bank, person, tomorrow_at(10)) for person in (bank.bob, bank.carol))
    client = alice_as(bank, "manager")
    answers = [client.get(f"/desk/appointments/{each.uuid}/").status_code for each in (of_bob, of_carol)]
    assert answers == [404, 200]
