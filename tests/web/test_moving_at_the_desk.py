"""Moving an appointment at the desk: by a time chosen from the list, and by dropping it on the calendar."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from playwright.sync_api import Page, expect
from tests.cast import ZONE, Company
from tests.web.conftest import signed_in
from tests.web.making import booked, tomorrow_at
from tests.web.test_reach import alice_as

from lockstep.store.models import Appointment


def drop(appointment: Appointment, minutes: int, **more: str) -> str:
    """The address that a drop on tomorrow leads to."""
    said = {"date": tomorrow_at(9).date().isoformat(), "minutes": str(minutes), "zone": ZONE, **more}
    return f"/desk/appointments/{appointment.uuid}/move/?" + "&".join(f"{name}={value}" for name, value in said.items())


def fields_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def moved(browser: Browser, address: str) -> str:
    """Ask, confirm, and what the page says then."""
    fields = fields_in(browser.get(address).content.decode())
    return browser.post(address.partition("?")[0], fields, follow=True).content.decode()


def test_dropped_it_asks_once_and_moves(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    assert "Move this appointment?" in alice.get(drop(appointment, 15 * 60)).content.decode()
    appointment.refresh_from_db()
    assert appointment.starts_at == tomorrow_at(10)
    assert "Moved." in moved(alice, drop(appointment, 15 * 60))
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (tomorrow_at(15), tomorrow_at(15, 30))


def test_dropped_on_a_colleague_it_changes_hands(bank: Company, admin: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    moved(admin, drop(appointment, 15 * 60, who=str(bank.bob.uuid)))
    appointment.refresh_from_db()
    assert (appointment.staff, appointment.starts_at) == (bank.bob, tomorrow_at(15))
    assert appointment.history.last().action == "reassigned"  # type: ignore[union-attr]  # it has just changed hands


def test_a_colleague_out_of_reach_takes_nothing(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    page = alice.get(drop(appointment, 15 * 60, who=str(bank.bob.uuid))).content.decode()
    assert "Move this appointment?" not in page


def test_a_time_that_is_taken_is_a_sentence(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    booked(bank, bank.alice, tomorrow_at(15))
    assert "Somebody else has just taken this time" in moved(alice, drop(appointment, 15 * 60))
    appointment.refresh_from_db()
    assert appointment.starts_at == tomorrow_at(10)


def test_what_moved_meanwhile_is_not_moved_again(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    address = drop(appointment, 15 * 60)
    fields = fields_in(alice.get(address).content.decode())
    moved(alice, drop(appointment, 13 * 60))
    alice.post(address.partition("?")[0], fields)
    appointment.refresh_from_db()
    assert appointment.starts_at == tomorrow_at(13)


def test_a_second_confirm_moves_once(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    address = drop(appointment, 15 * 60)
    fields = fields_in(alice.get(address).content.decode())
    for _ in range(2):
        alice.post(address.partition("?")[0], fields)
    assert appointment.history.filter(action="moved").count() == 1


@pytest.mark.parametrize("minutes", [-5, 1440, 10**9], ids=["before the day", "after it", "far off"])
def test_nonsense_shows_the_times_instead(bank: Company, alice: Browser, minutes: int) -> None:
    page = alice.get(drop(booked(bank, bank.alice, tomorrow_at(10)), minutes)).content.decode()
    assert "Move to when?" in page


def test_a_time_of_the_list_asks_too(bank: Company, alice: Browser) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    day = (tomorrow_at(9) + timedelta(days=7)).date()
    path = f"/desk/appointments/{appointment.uuid}/move/"
    page = alice.get(path, {"day": day.isoformat()}).content.decode()
    slot = re.search(r'name="to" value="([^"]+)">\s*<time', page)
    assert slot
    assert "Move this appointment?" in alice.get(path, {"to": slot.group(1)}).content.decode()


@pytest.mark.parametrize(("role", "status"), [("staff", 404), ("staff_plus", 403), ("staff_advanced", 200)])
def test_who_moves_the_appointments_of_others(bank: Company, role: str, status: int) -> None:
    of_bob = booked(bank, bank.bob, tomorrow_at(10))
    assert alice_as(bank, role).get(f"/desk/appointments/{of_bob.uuid}/move/").status_code == status


def test_the_month_counts_what_does_not_fit(bank: Company, admin: Browser) -> None:
    for hour in range(10, 15):
        booked(bank, bank.alice, tomorrow_at(hour))
    page = admin.get("/desk/", {"view": "month", "date": tomorrow_at(9).date().isoformat()}).content.decode()
    assert len(re.findall(r'class="month-entry', page)) == 3
    assert "2 more" in page


def test_a_location_shows_its_team(bank: Company, admin: Browser) -> None:
    bank.carol.assignments.filter(location=bank.online).delete()
    page = admin.get("/desk/", {"view": "day", "location": str(bank.online.uuid)}).content.decode()
    heads = re.findall(r'<h2 class="column-head"><a [^>]*>([^<]+)</a>', page)
    assert heads == ["Alice", "Bob"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_appointment_is_dragged_to_another_time(page: Page, live_server: object, bank: Company) -> None:
    appointment = booked(bank, bank.alice, tomorrow_at(10))
    session = signed_in(bank.alice_user).cookies["lockstep_session"].value
    url = str(live_server)
    page.context.add_cookies([{"name": "lockstep_session", "value": session, "url": url}])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{url}/desk/?view=day&date={tomorrow_at(9).date().isoformat()}")
    block = page.locator(f"#appointment-{appointment.uuid}")
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 30, steps=4)
    page.mouse.move(x, y + 120, steps=6)
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Move this appointment?")
    dialog.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Moved. The client is told")).to_be_visible()
    appointment.refresh_from_db()
    assert appointment.starts_at == tomorrow_at(12)
