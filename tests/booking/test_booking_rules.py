"""What an organisation decides about its booking pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.booking.walking import Walk
from tests.web.conftest import signed_in

from lockstep.operations.links import manage_path
from lockstep.store.models import Appointment, AuditEntry, Organisation

SITE = "https://www.cedar.example"
PLAIN = {"location_first": "0", "cut_off_minutes": "0", "hold_minutes": "10", "embed_origins": ""}


def decided(walk: Walk, **fields: Any) -> None:
    Organisation.objects.filter(pk=walk.company.organisation.pk).update(**fields)


def saved(walk: Walk, **said: Any) -> Any:
    return signed_in(walk.company.admin).post("/settings/booking-pages/", PLAIN | said, follow=True)


def test_where_before_what(walk: Walk) -> None:
    decided(walk, location_first=True)
    walk.open("/book/cedar/")
    assert walk.heading == "Where shall we meet?"
    walk.open(walk.link("Cedar Street"))
    assert walk.heading == "What is it about?"
    assert 'data-answer="location"' in walk.page


def test_what_before_where_is_usual(walk: Walk) -> None:
    assert walk.open("/book/cedar/").heading == "What is it about?"


def test_a_link_to_a_place_answers_the_first_question(walk: Walk) -> None:
    decided(walk, location_first=True)
    assert walk.open(f"/book/cedar/?location={walk.company.branch.uuid}").heading == "What is it about?"


def test_the_place_can_be_changed_afterwards(walk: Walk) -> None:
    decided(walk, location_first=True)
    walk.open(f"/book/cedar/?location={walk.company.branch.uuid}")
    walk.open(walk.link("Change Where"))
    assert walk.heading == "Where shall we meet?"


def test_after_the_cut_off_a_client_is_asked_to_get_in_touch(booked: Walk) -> None:
    decided(booked, cut_off_minutes=60 * 24 * 365)
    appointment = Appointment.objects.get()
    path = manage_path(appointment)
    booked.open(path)
    assert "Please get in touch with us" in booked.page
    assert "Cancel appointment" not in booked.page
    booked.send(f"{path}cancel/")
    booked.send(f"{path}move/", to=appointment.starts_at.isoformat())
    appointment.refresh_from_db()
    assert (appointment.status, appointment.sequence) == ("booked", 0)


def test_only_sites_that_were_named_may_show_the_pages(walk: Walk) -> None:
    before = walk.open("/book/cedar/").headers
    decided(walk, embed_origins=[SITE])
    after = walk.open("/book/cedar/").headers
    assert "frame-ancestors 'none'" in before["Content-Security-Policy"]
    assert before["X-Frame-Options"] == "DENY"
    assert f"frame-ancestors {SITE}" in after["Content-Security-Policy"]
    assert "X-Frame-Options" not in after


def test_the_staffs_pages_are_never_shown_elsewhere(walk: Walk) -> None:
    decided(walk, embed_origins=[SITE])
    answer = signed_in(walk.company.admin).get("/desk/")
    assert (answer["X-Frame-Options"], SITE in answer["Content-Security-Policy"]) == ("DENY", False)


def test_without_any_cookie_a_client_books_moves_and_cancels(walk: Walk) -> None:
    class Forgetful(Client):
        """A browser that keeps no cookies, as within a frame of another site."""

        def request(self, **request: Any) -> Any:
            self.cookies.clear()
            return super().request(**request)

    walk.browser = Forgetful(enforce_csrf_checks=True)
    walk.at_the_branch()
    walk.hold(walk.times[0]).confirm()
    assert walk.heading == "You are booked"
    walk.send(f"{manage_path(Appointment.objects.get())}cancel/")
    assert Appointment.objects.get().status == "cancelled"


def test_the_script_of_another_site_frames_the_pages(walk: Walk) -> None:
    answer = Client().get("/book/cedar/embed.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert ("iframe" in answer.content.decode(), answer.cookies) == (True, {})


def test_what_is_decided_is_saved_and_audited(walk: Walk) -> None:
    saved(walk, location_first="1", cut_off_minutes="1440", reminder_minutes=["60", "1440"], embed_origins=f"{SITE}/\n")
    organisation = Organisation.objects.get(pk=walk.company.organisation.pk)
    assert (organisation.location_first, organisation.cut_off_minutes) == (True, 1440)
    assert (organisation.reminder_minutes, organisation.embed_origins) == ([1440, 60], [SITE])
    assert AuditEntry.objects.get(action="Booking pages changed").after["embed_origins"] == [SITE]


@pytest.mark.parametrize(
    "site",
    [
        "http://www.cedar.example",
        "www.cedar.example",
        "https://a.example/path",
        "https://*",
        "https://a.example;x",
        "*",
    ],
    ids=["not encrypted", "no scheme", "a path", "everybody", "a second policy", "a star"],
)
def test_what_is_no_site_is_refused_beside_its_field(walk: Walk, site: str) -> None:
    page = saved(walk, embed_origins=site).content.decode()
    assert "is not the address of a site" in page
    assert not Organisation.objects.get(pk=walk.company.organisation.pk).embed_origins
