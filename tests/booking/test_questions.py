"""One question a screen: what is asked, what is not, and what an address may say beforehand."""

from __future__ import annotations

import pytest
from tests.booking.walking import Walk
from tests.cast import found

from lockstep.store.models import Hold, Service, StaffMember


def test_the_first_question_is_the_service(walk: Walk) -> None:
    walk.open("/book/cedar/")
    assert walk.heading == "What is it about?"
    assert "45 minutes" in walk.page
    assert "Questions about your accounts, cards and savings." in walk.page


def test_each_answer_leads_to_the_next_question(walk: Walk) -> None:
    headings = []
    walk.open("/book/cedar/")
    for words in ("Questions about your accounts", "Online", "By phone", "Bob"):
        headings.append(walk.open(walk.link(words)).heading)
    assert headings == [
        "Where shall we meet?",
        "How would you like to meet?",
        "Who would you like to see?",
        "When suits you?",
    ]


def test_a_question_with_one_answer_is_not_asked(walk: Walk) -> None:
    # Only Alice gives mortgage advice, only at the branch, only in person.
    mortgage = Service.objects.get(name="Mortgage advice")
    assert walk.choose(service=str(mortgage.uuid)).heading == "When suits you?"
    assert "Alice" in walk.page


def test_an_answer_stays_visible_and_can_be_changed(walk: Walk) -> None:
    walk.at_the_branch(staff=str(walk.company.bob.uuid))
    assert walk.open(walk.link("Change With")).heading == "Who would you like to see?"
    assert walk.open(walk.link("Carol")).heading == "When suits you?"
    assert "Carol" in walk.page
    assert "Cedar Street" in walk.page


def test_changing_the_service_keeps_the_answers_that_still_fit(walk: Walk) -> None:
    walk.at_the_branch(staff=str(walk.company.alice.uuid))
    walk.open(walk.link("Change Service"))
    assert walk.heading == "What is it about?"
    walk.open(walk.link("Mortgage advice"))
    assert walk.heading == "When suits you?"
    assert "Alice" in walk.page


def test_a_shared_link_preselects_the_location(walk: Walk) -> None:
    walk.open(f"/book/cedar/?location={walk.company.online.uuid}")
    # Only advice is given online, so neither the service nor the location is asked.
    assert walk.heading == "How would you like to meet?"


@pytest.mark.parametrize("name", ["service", "location", "method", "staff", "zone", "flow", "day", "month"])
def test_nonsense_in_an_address_asks_the_question_again(walk: Walk, name: str) -> None:
    walk.at_the_branch(**{name: "'nonsense'"})
    assert walk.status == 200
    assert walk.heading


def test_another_organisations_service_is_not_found(walk: Walk) -> None:
    other = found("birch")
    assert walk.choose(service=str(other.service.uuid)).heading == "What is it about?"


def test_people_who_left_cannot_be_chosen(walk: Walk) -> None:
    StaffMember.objects.filter(pk=walk.company.bob.pk).update(appointment_taking=False)
    walk.choose(service=str(walk.company.service.uuid), location=str(walk.company.branch.uuid), method="at_location")
    assert "Carol" in walk.page
    assert "Bob" not in walk.page


def test_an_organisation_that_is_not_there_gives_404(walk: Walk) -> None:
    assert walk.open("/book/nowhere/").status == 404


def test_reading_pages_holds_nothing_and_is_stored_nowhere(walk: Walk) -> None:
    walk.at_the_branch()
    assert not Hold.objects.exists()
    assert "no-store" in walk.headers["Cache-Control"]


def test_an_organisation_without_services_says_what_to_do(walk: Walk) -> None:
    Service.objects.all().delete()
    assert "Please get in touch with Cedar Bank" in walk.open("/book/cedar/").page
