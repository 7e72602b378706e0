"""The set-up pages: lists, forms that lose nothing, and how far managers reach."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.conftest import signed_in
from tests.web.making import booked, tomorrow_at

from lockstep.store.models import (
    Assignment,
    AuditEntry,
    Category,
    Closure,
    DateHours,
    Location,
    Question,
    Service,
    StaffMember,
    User,
    WorkingHours,
    WorkingRange,
)

PAGES = (
    "/setup/", "/setup/locations/", "/setup/services/", "/setup/staff/", "/setup/closures/", "/setup/categories/",
    "/setup/locations/new/", "/setup/services/new/", "/setup/staff/new/", "/setup/closures/new/",
)  # fmt: skip
LOCATION = {"name": "Pine Road", "address": "2 Pine Road", "time_zone": "America/Toronto", "active": "on"}
SERVICE = {
    "name": "Workshop", "duration": "90", "buffer_before": "0", "buffer_after": "15", "increment": "30",
    "lead_time": "1.5", "furthest": "30", "meeting_methods": ["at_location"], "seats": "8", "active": "on",
    "invite_only": "on",
}  # fmt: skip


@pytest.fixture
def manager(bank: Company) -> Client:
    """Alice as a manager of the branch; the online location is not hers."""
    User.objects.filter(pk=bank.alice_user.pk).update(role="manager")
    bank.alice_user.locations.add(bank.branch)
    bank.alice_user.refresh_from_db()
    return signed_in(bank.alice_user)


def audited(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).latest("pk")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_for_those_who_set_up(admin: Client, manager: Client, path: str) -> None:
    answers = [each.get(path).status_code for each in (admin, manager)]
    assert answers == [200, 200]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["staff", "staff_plus", "staff_advanced", "contact_centre"])
def test_nobody_else_opens_a_page(bank: Company, path: str, role: str) -> None:
    User.objects.filter(pk=bank.alice_user.pk).update(role=role)
    assert signed_in(User.objects.get(pk=bank.alice_user.pk)).get(path).status_code == 403


def paths_of(bank: Company) -> list[str]:
    return [
        f"/setup/locations/{bank.branch.uuid}/",
        f"/setup/locations/{bank.branch.uuid}/hours/",
        f"/setup/services/{bank.service.uuid}/",
        f"/setup/services/{bank.service.uuid}/staff/",
        f"/setup/services/{bank.service.uuid}/questions/new/",
        f"/setup/staff/{bank.alice.uuid}/",
        f"/setup/staff/{bank.alice.uuid}/hours/",
    ]


def test_what_belongs_to_another_organisation_does_not_exist(bank: Company, admin: Client, stranger: Client) -> None:
    assert [admin.get(path).status_code for path in paths_of(bank)] == [200] * 7
    assert [stranger.get(path).status_code for path in paths_of(bank)] == [404] * 7


def test_a_list_is_searched_and_filtered_at_the_server(bank: Company, admin: Client) -> None:
    StaffMember.objects.filter(pk=bank.bob.pk).update(appointment_taking=False)
    found = admin.get("/setup/staff/?search=bob").content.decode()
    taking = admin.get("/setup/staff/?show=on", HTTP_HX_REQUEST="true").content.decode()
    assert ("Bob" in found, "Alice" in found, "Bob" in taking, "Alice" in taking, "<html" in taking) == (
        True, False, False, True, False,
    )  # fmt: skip


def test_a_location_is_added_and_audited(bank: Company, admin: Client) -> None:
    admin.post("/setup/locations/new/", LOCATION)
    place = Location.objects.get(name="Pine Road")
    assert (place.time_zone, place.active, audited("Location added").after["address"]) == (
        "America/Toronto", True, "2 Pine Road",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [({"time_zone": "Halifax"}, "Choose a zone from the list"), ({"address": ""}, "Write the address")],
    ids=["zone", "address"],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    bank: Company, admin: Client, wrong: dict[str, str], cure: str
) -> None:
    page = admin.post("/setup/locations/new/", LOCATION | wrong).content.decode()
    assert cure in page
    assert 'value="Pine Road"' in page
    assert not Location.objects.filter(name="Pine Road").exists()


def test_opening_hours_narrow_what_is_offered_at_once(bank: Company, admin: Client) -> None:
    path = f"/setup/locations/{bank.branch.uuid}/hours/"
    admin.post(path, {f"day{weekday}": "10-12, 14:00-15:00" for weekday in range(7)})
    hours = {
        (span.lower + timedelta(hours=0)).astimezone(tomorrow_at(1).tzinfo).hour
        for span in WorkingRange.objects.filter(location=bank.branch).values_list("span", flat=True)
    }
    assert hours == {10, 14}
    assert audited("Opening hours changed").after["hours"][0] == "10:00–12:00, 14:00–15:00"


def test_copying_monday_saves_nothing_yet(bank: Company, admin: Client) -> None:
    path = f"/setup/locations/{bank.branch.uuid}/hours/"
    page = admin.post(path, {"day0": "8-16", "copy": "monday"}).content.decode()
    assert page.count('value="8-16"') == 5
    assert not bank.branch.opening_hours.exists()


def test_a_holiday_closes_every_location(bank: Company, admin: Client) -> None:
    day = tomorrow_at(9).date()
    admin.post("/setup/closures/new/", {"name": "Holiday", "first_day": day, "last_day": "", "location": ""})
    spans = WorkingRange.objects.values_list("span", flat=True)
    assert not [each for each in spans if each.lower.astimezone(tomorrow_at(1).tzinfo).date() == day]
    assert Closure.objects.get().last_day == day


def test_a_service_is_added_with_everything(bank: Company, admin: Client) -> None:
    category = Category.objects.create(organisation=bank.organisation, name="Groups")
    admin.post("/setup/services/new/", SERVICE | {"category": category.pk})
    made = Service.objects.get(name="Workshop")
    assert (made.duration, made.lead_time, made.seats, made.invite_only, made.category) == (
        timedelta(minutes=90), timedelta(minutes=90), 8, True, category,
    )  # fmt: skip


def test_a_question_with_answers_to_choose_from_is_added_and_moved(bank: Company, admin: Client) -> None:
    new = f"/setup/services/{bank.service.uuid}/questions/new/"
    admin.post(new, {"words": "Which account?", "kind": "choice", "options": "Savings\nChequing"})
    admin.post(new, {"words": "Anything else?", "kind": "long_text", "options": ""})
    last = Question.objects.get(words="Anything else?")
    admin.post(f"/setup/services/{bank.service.uuid}/questions/{last.uuid}/do/", {"action": "up"})
    asked = list(bank.service.questions.values_list("words", "options"))
    assert asked == [("Anything else?", []), ("Which account?", ["Savings", "Chequing"])]


def test_a_choice_without_answers_is_told_what_is_missing(bank: Company, admin: Client) -> None:
    new = f"/setup/services/{bank.service.uuid}/questions/new/"
    page = admin.post(new, {"words": "Which?", "kind": "choice", "options": "One"}).content.decode()
    assert "at least two answers" in page


def test_the_matrix_assigns_and_unassigns(bank: Company, admin: Client) -> None:
    at_branch = f"{bank.service.pk}:{bank.branch.pk}"
    admin.post(f"/setup/staff/{bank.alice.uuid}/assignments/", {"at": [at_branch]})
    places = Assignment.objects.filter(staff=bank.alice).values_list("location", flat=True)
    assert list(places) == [bank.branch.pk]


def test_a_services_list_changes_only_the_people_that_it_showed(bank: Company, admin: Client) -> None:
    admin.post(f"/setup/services/{bank.service.uuid}/staff/", {"shown": [bank.alice.pk], "at": []})
    people = Assignment.objects.values_list("staff__name", flat=True).distinct()
    assert sorted(people) == ["Bob", "Carol"]


def test_several_people_are_assigned_at_once(bank: Company, admin: Client) -> None:
    Assignment.objects.all().delete()
    chosen = {"row": [bank.alice.uuid, bank.bob.uuid], "service": bank.service.uuid, "location": bank.branch.uuid}
    admin.post("/setup/staff/do/", chosen | {"action": "assign"})
    people = Assignment.objects.filter(location=bank.branch).values_list("staff__name", flat=True)
    assert sorted(people) == ["Alice", "Bob"]


def test_what_appointments_refer_to_is_archived_and_the_rest_removed_after_asking_once(
    bank: Company, admin: Client
) -> None:
    booked(bank, bank.bob, tomorrow_at(10))
    chosen = {"row": [bank.bob.uuid, bank.carol.uuid], "action": "remove"}
    asked = admin.post("/setup/staff/do/", chosen).content.decode()
    assert "Remove 1 and archive 1?" in asked
    assert StaffMember.objects.count() == 3
    admin.post("/setup/staff/do/", chosen | {"sure": "yes"})
    left = {each.name: each.archived_at is None for each in StaffMember.objects.all()}
    assert left == {"Alice": True, "Bob": False}


def test_an_archived_row_comes_back_switched_off(bank: Company, admin: Client) -> None:
    Service.objects.update(active=False, archived_at=timezone.now())
    admin.post("/setup/services/do/", {"row": [bank.service.uuid], "action": "restore"})
    service = Service.objects.get()
    assert (service.archived_at, service.active) == (None, False)


def test_an_external_id_that_is_taken_is_said_beside_its_field(bank: Company, admin: Client) -> None:
    Location.objects.filter(pk=bank.online.pk).update(external_id="B1")
    page = admin.post("/setup/locations/new/", LOCATION | {"external_id": "B1"}).content.decode()
    assert "Another one has this external ID" in page


# Hours


def test_weekly_hours_are_saved_with_several_ranges_a_day(bank: Company, admin: Client) -> None:
    path = f"/setup/staff/{bank.alice.uuid}/hours/?location={bank.branch.uuid}"
    admin.post(path, {"day0": "9-12, 13-17", "day4": "9am–1pm"})
    rows = WorkingHours.objects.filter(staff=bank.alice, location=bank.branch)
    assert list(rows.values_list("weekday", "start", "end")) == [
        (0, time(9), time(12)), (0, time(13), time(17)), (4, time(9), time(13)),
    ]  # fmt: skip


def test_hours_that_cannot_be_read_are_kept_and_explained(bank: Company, admin: Client) -> None:
    path = f"/setup/staff/{bank.alice.uuid}/hours/?location={bank.branch.uuid}"
    page = admin.post(path, {"day0": "17-9", "day1": "9-17"}).content.decode()
    assert "ends before it starts" in page
    assert 'value="17-9"' in page
    assert WorkingHours.objects.filter(staff=bank.alice, location=bank.branch).count() == 5


def test_nobody_works_at_two_branches_at_once(bank: Company, admin: Client) -> None:
    far = Location.objects.create(organisation=bank.organisation, name="Far Hill", time_zone=bank.branch.time_zone)
    Assignment.objects.create(staff=bank.alice, location=far, service=bank.service)
    path = f"/setup/staff/{bank.alice.uuid}/hours/?location={far.uuid}"
    page = admin.post(path, {"day0": "16-18"}).content.decode()
    assert "Alice works at Cedar Street at 9:00–17:00 that day" in page


def test_a_date_is_set_off_and_given_back(bank: Company, admin: Client) -> None:
    dates = f"/setup/staff/{bank.alice.uuid}/hours/dates/?location={bank.branch.uuid}"
    day = tomorrow_at(9).date()
    admin.post(dates, {"first_day": day, "last_day": day + timedelta(days=1), "hours": ""})
    off = list(DateHours.objects.filter(staff=bank.alice).values_list("day", "start"))
    admin.post(dates, {"weekly": day.isoformat()})
    assert off == [(day, None), (day + timedelta(days=1), None)]
    assert DateHours.objects.filter(staff=bank.alice).count() == 1


def test_hours_are_copied_to_colleagues(bank: Company, admin: Client) -> None:
    WorkingHours.objects.filter(staff=bank.alice, weekday__gt=0).delete()
    admin.post(f"/setup/staff/{bank.alice.uuid}/hours/copy/?location={bank.branch.uuid}", {"row": [bank.bob.uuid]})
    weekdays = WorkingHours.objects.filter(staff=bank.bob, location=bank.branch).values_list("weekday", flat=True)
    assert list(weekdays) == [0]


def test_staff_change_their_own_hours_and_nobody_elses(bank: Company, alice: Client) -> None:
    own, other = (f"/setup/staff/{each.uuid}/hours/" for each in (bank.alice, bank.bob))
    assert [alice.get(own).status_code, alice.get(other).status_code] == [200, 404]


def test_staff_find_their_hours_in_the_navigation(bank: Company, alice: Client) -> None:
    assert f"/setup/staff/{bank.alice.uuid}/hours/" in alice.get("/desk/").content.decode()


def test_somebody_who_works_nowhere_is_told_what_to_do(bank: Company, alice: Client) -> None:
    Assignment.objects.filter(staff=bank.alice).delete()
    WorkingHours.objects.filter(staff=bank.alice).delete()
    page = alice.get(f"/setup/staff/{bank.alice.uuid}/hours/").content.decode()
    assert "Ask an admin or your manager" in page


# Managers


def test_a_manager_switches_off_and_removes_nothing(bank: Company, manager: Client) -> None:
    chosen = {"row": [bank.branch.uuid], "sure": "yes"}
    manager.post("/setup/locations/do/", chosen | {"action": "off"})
    manager.post("/setup/locations/do/", chosen | {"action": "remove"})
    place = Location.objects.get(pk=bank.branch.pk)
    assert (place.active, place.archived_at) == (False, None)


def test_a_manager_changes_their_location_and_no_other(bank: Company, manager: Client) -> None:
    own, other = (f"/setup/locations/{each.uuid}/" for each in (bank.branch, bank.online))
    assert [manager.get(own).status_code, manager.get(other).status_code] == [200, 404]


def test_a_manager_assigns_only_at_their_own_location(bank: Company, manager: Client) -> None:
    manager.post(f"/setup/staff/{bank.bob.uuid}/assignments/", {"at": []})
    places = Assignment.objects.filter(staff=bank.bob).values_list("location", flat=True)
    assert list(places) == [bank.online.pk]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/setup/services/new/", SERVICE),
        ("/setup/locations/new/", LOCATION),
        ("/setup/categories/", {"name": "Groups"}),
        ("/setup/closures/new/", {"name": "Day", "first_day": date(2027, 1, 1), "location": ""}),
    ],
    ids=["service", "location", "category", "closure-of-all"],
)
def test_what_belongs_to_all_locations_is_an_admins(
    bank: Company, manager: Client, path: str, data: dict[str, object]
) -> None:
    answer = manager.post(path, data)
    assert answer.status_code == 200
    counts = (Service.objects.count(), Location.objects.count(), Category.objects.count(), Closure.objects.count())
    assert counts == (1, 2, 0, 0)
