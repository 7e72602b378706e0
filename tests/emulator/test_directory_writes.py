"""Writes to the Directory: FACTS.md, sections B.2, B.3, B.4 and A.6."""

from typing import Any

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, CHARLIE, Answer, Person, World

USERS = "/admin/directory/v1/users"
GROUPS = "/admin/directory/v1/groups"
STAFF, TELLERS = f"{GROUPS}/staff@bank.example", f"{GROUPS}/tellers@bank.example"
DORA = "dora@bank.example"


def person(email: str = DORA, **more: Any) -> Any:
    return {"primaryEmail": email, "name": {"givenName": "Dora", "familyName": "Diver"}, "password": "x" * 12, **more}


def refusal(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.reason, answer.message


def test_a_new_user_is_found_and_has_a_calendar(world: World, admin: Person) -> None:
    made = admin.call("POST", USERS, person())
    assert (made.status, made.json["primaryEmail"], made.json["kind"]) == (200, DORA, "admin#directory#user")
    assert admin.directory(f"users/{DORA}").json["id"] == made.json["id"]
    assert world.person(DORA).events().status == 200


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (person(ALICE), 409, "duplicate"),
        (person("dora@elsewhere.example"), 404, "notFound"),
        (person("dora"), 400, "invalid"),
        (person(name={"givenName": "Dora"}), 400, "invalid"),
        ({**person(), "password": None}, 400, "invalid"),
        (person(phones=[]), 501, "notImplemented"),
    ],
)
def test_a_wrong_new_user_is_refused(world: World, admin: Person, body: Any, status: int, reason: str) -> None:
    world.hears_nonsense = True
    answer = admin.call("POST", USERS, body)
    assert (answer.status, answer.reason) == (status, reason)


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_what_an_update_leaves_out_stays(admin: Person, verb: str) -> None:
    changed = admin.call(verb, f"{USERS}/{BOB}", {"name": {"familyName": "Butcher"}, "orgUnitPath": "/Tills"}).json
    assert (changed["name"]["fullName"], changed["primaryEmail"], changed["orgUnitPath"]) == (
        "Bob Butcher",
        BOB,
        "/Tills",
    )


def test_a_unit_contains_those_below_it(admin: Person) -> None:
    """B.2: it matches the subtree"""
    admin.call("PATCH", f"{USERS}/{BOB}", {"orgUnitPath": "/Tills/North"})
    admin.call("PATCH", f"{USERS}/{ALICE}", {"orgUnitPath": "/Tillers"})

    def found(path: str) -> list[str]:
        users = admin.directory("users", customer="my_customer", query=f"orgUnitPath='{path}'").json.get("users", [])
        return [user["primaryEmail"] for user in users]

    assert found("/Tills") == [BOB]
    assert found("/") == [ADMIN, ALICE, BOB, CHARLIE]


def test_a_rename_keeps_the_old_address_as_an_alias(admin: Person) -> None:
    """B.3"""
    renamed = admin.call("PATCH", f"{USERS}/{BOB}", {"primaryEmail": "robert@bank.example"}).json
    assert (renamed["primaryEmail"], renamed["aliases"]) == ("robert@bank.example", [BOB])
    assert refusal(admin.call("POST", USERS, person(BOB))) == (409, "duplicate", "Entity already exists.")


def test_a_deleted_user_comes_back_by_id(admin: Person) -> None:
    """B.2"""
    user_id = admin.directory(f"users/{BOB}").json["id"]
    assert admin.call("DELETE", f"{USERS}/{BOB}").status == 204
    assert admin.directory(f"users/{BOB}").status == 404
    assert admin.call("POST", f"{USERS}/{BOB}/undelete", {"orgUnitPath": "/"}).status == 404
    assert admin.call("POST", f"{USERS}/{user_id}/undelete", {"orgUnitPath": "/"}).status == 204
    assert admin.directory(f"users/{BOB}").json["id"] == user_id


def test_only_a_super_administrator_makes_another(world: World, admin: Person, bob: Person) -> None:
    """A.6"""
    world.control("PATCH", f"users/{BOB}", {"privileges": ["USERS_ALL"]})
    path = f"{USERS}/{ALICE}/makeAdmin"
    assert bob.call("POST", path, {"status": True}).status == 403
    assert admin.call("POST", path, {"status": True}).status == 204
    assert admin.directory(f"users/{ALICE}").json["isAdmin"] is True


def test_aliases_are_added_listed_and_taken_away(admin: Person) -> None:
    """B.3"""
    path = f"{USERS}/{BOB}/aliases"
    assert "aliases" not in admin.call("GET", path).json
    assert admin.call("POST", path, {"alias": "bobby@bank.example"}).json["primaryEmail"] == BOB
    assert [row["alias"] for row in admin.call("GET", path).json["aliases"]] == ["bobby@bank.example"]
    assert admin.call("POST", f"{USERS}/{ALICE}/aliases", {"alias": "bobby@bank.example"}).status == 409
    assert admin.call("DELETE", f"{path}/bobby@bank.example").status == 204
    assert admin.call("POST", f"{USERS}/{ALICE}/aliases", {"alias": "bobby@bank.example"}).status == 200
    assert admin.directory("users/bobby@bank.example").json["primaryEmail"] == ALICE


def test_a_user_has_at_most_thirty_aliases(admin: Person) -> None:
    """B.3"""
    answers = [
        admin.call("POST", f"{USERS}/{BOB}/aliases", {"alias": f"b{number}@bank.example"}).status
        for number in range(31)
    ]
    assert answers == [200] * 30 + [412]


WRITES = [
    ("POST", USERS, person()),
    ("PATCH", f"{USERS}/{BOB}", {"suspended": True}),
    ("DELETE", f"{USERS}/{BOB}", None),
    ("POST", GROUPS, {"email": "new@bank.example"}),
    ("PATCH", STAFF, {"name": "All staff"}),
    ("DELETE", STAFF, None),
    ("POST", f"{STAFF}/members", {"email": CHARLIE}),
    ("DELETE", f"{STAFF}/members/{ALICE}", None),
]


@pytest.mark.parametrize(("verb", "path", "body"), WRITES)
def test_reading_is_not_writing(world: World, alice: Person, verb: str, path: str, body: Any) -> None:
    """A.6, B.4"""
    world.control("PATCH", f"users/{ALICE}", {"privileges": ["USERS_RETRIEVE", "GROUPS_RETRIEVE"]})
    answer = alice.call(verb, path, body)
    assert refusal(answer) == (403, "forbidden", "Not Authorized to access this resource/api")
    world.control("PATCH", f"users/{ALICE}", {"privileges": ["USERS_ALL", "GROUPS_ALL"]})
    assert alice.call(verb, path, body).status in {200, 204}


def test_a_group_is_made_changed_and_deleted(admin: Person) -> None:
    made = admin.call("POST", GROUPS, {"email": "new@bank.example", "name": "New", "description": "of late"}).json
    assert (made["email"], made["directMembersCount"], made["description"]) == ("new@bank.example", "0", "of late")
    assert admin.call("PATCH", f"{GROUPS}/{made['id']}", {"name": "Newer"}).json["name"] == "Newer"
    assert admin.call("POST", GROUPS, {"email": "new@bank.example"}).status == 409
    assert admin.call("DELETE", f"{GROUPS}/new@bank.example").status == 204
    assert admin.call("GET", f"{GROUPS}/{made['id']}").status == 404


def test_members_come_change_their_role_and_go(admin: Person) -> None:
    """B.2"""
    added = admin.call("POST", f"{TELLERS}/members", {"email": CHARLIE, "role": "MANAGER"}).json
    assert (added["email"], added["role"], added["type"]) == (CHARLIE, "MANAGER", "USER")
    again = admin.call("POST", f"{TELLERS}/members", {"email": CHARLIE})
    assert refusal(again) == (409, "duplicate", "Member already exists.")
    assert admin.call("PATCH", f"{TELLERS}/members/{CHARLIE}", {"role": "OWNER"}).json["role"] == "OWNER"
    assert admin.call("DELETE", f"{TELLERS}/members/{CHARLIE}").status == 204
    assert admin.call("DELETE", f"{TELLERS}/members/{CHARLIE}").status == 404


def test_an_address_from_outside_is_a_user_and_the_customers_id_is_everybody(admin: Person) -> None:
    """B.2"""
    outside = admin.call("POST", f"{TELLERS}/members", {"email": "guest@elsewhere.example"}).json
    everybody = admin.call("POST", f"{TELLERS}/members", {"id": "C0bank"}).json
    assert (outside["type"], everybody["type"], "email" in everybody) == ("USER", "CUSTOMER", False)


def test_a_cycle_of_groups_is_refused_by_the_api_too(admin: Person) -> None:
    """B.2"""
    answer = admin.call("POST", f"{TELLERS}/members", {"email": "staff@bank.example"})
    assert refusal(answer) == (400, "invalid", "Cyclic memberships not allowed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email=staff@bank.example", ["staff"]),
        ("email:s*", ["staff"]),
        ("name:Te*", ["tellers"]),
        (f"memberKey={BOB}", ["tellers"]),
        ("name='Nobody'", []),
    ],
)
def test_the_query_selects_groups(admin: Person, query: str, found: list[str]) -> None:
    groups = admin.directory("groups", customer="my_customer", query=query).json.get("groups", [])
    assert [group["email"].split("@")[0] for group in groups] == found


def test_groups_are_ordered_as_asked(admin: Person) -> None:
    answer = admin.directory("groups", customer="my_customer", orderBy="email", sortOrder="DESCENDING")
    assert [group["email"].split("@")[0] for group in answer.json["groups"]] == ["tellers", "staff", "all"]
