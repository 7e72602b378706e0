"""Admin roles and their assignments: FACTS.md, section A.6, and Google's guide to roles."""

from typing import Any

import pytest

from tests.emulator.world import ADMIN, BOB, Person, World, account
from workspace_emulator.state import snapshot

CUSTOMER = "/admin/directory/v1/customer/my_customer"
ROLES, ASSIGNMENTS = f"{CUSTOMER}/roles", f"{CUSTOMER}/roleassignments"
SUPER = "_SEED_ADMIN_ROLE"


def privileges(*names: str) -> list[dict[str, str]]:
    return [{"privilegeName": name, "serviceId": "00haapch16h1ysv"} for name in names]


def role_of(admin: Person, name: str) -> Any:
    return next(role for role in admin.call("GET", ROLES).json["items"] if role["roleName"] == name)


def assigned(admin: Person, role_name: str, key: str) -> Any:
    body = {"roleId": role_of(admin, role_name)["roleId"], "assignedTo": key, "scopeType": "CUSTOMER"}
    return admin.call("POST", ASSIGNMENTS, body)


def reads(person: Person) -> tuple[int, int]:
    users, groups = (person.directory(kind, customer="my_customer").status for kind in ("users", "groups"))
    return users, groups


def test_every_customer_has_googles_roles_and_one_for_integrations(admin: Person) -> None:
    held = {role["roleName"]: role for role in admin.call("GET", ROLES).json["items"]}
    assert [row["privilegeName"] for row in held["Integration Account"]["rolePrivileges"]] == [
        "GROUPS_RETRIEVE",
        "USERS_RETRIEVE",
    ]
    assert held[SUPER]["isSuperAdminRole"]
    assert {name for name, role in held.items() if role["isSystemRole"]} > {SUPER}


def test_a_role_gives_what_it_holds_until_it_is_taken(admin: Person, bob: Person) -> None:
    assert reads(bob) == (403, 403)
    made = assigned(admin, "Integration Account", bob.directory(f"users/{BOB}", viewType="domain_public").json["id"])
    assert reads(bob) == (200, 200)
    assert admin.directory(f"users/{BOB}").json["isDelegatedAdmin"]
    assert admin.call("DELETE", f"{ASSIGNMENTS}/{made.json['roleAssignmentId']}").status == 204
    assert reads(bob) == (403, 403)
    assert not admin.directory(f"users/{BOB}").json["isDelegatedAdmin"]


def test_a_changed_role_changes_what_its_holders_may(admin: Person, bob: Person) -> None:
    role = admin.call("POST", ROLES, {"roleName": "Readers", "rolePrivileges": privileges("USERS_RETRIEVE")}).json
    assigned(admin, "Readers", BOB)
    assert reads(bob) == (200, 403)
    path = f"{ROLES}/{role['roleId']}"
    changed = admin.call("PATCH", path, {"rolePrivileges": privileges("GROUPS_ALL")}).json
    assert (changed["roleId"], changed["roleName"]) == (role["roleId"], "Readers")
    assert reads(bob) == (403, 200)
    emptied = admin.call("PUT", path, {"roleDescription": "none"}).json
    assert "rolePrivileges" not in emptied
    assert reads(bob) == (403, 403)


def test_the_privileges_of_several_roles_add_up(admin: Person, bob: Person) -> None:
    assigned(admin, "_GROUPS_ADMIN_ROLE", BOB)
    assigned(admin, "_USER_MANAGEMENT_ADMIN_ROLE", BOB)
    assert reads(bob) == (200, 200)
    assert len(admin.call("GET", ASSIGNMENTS, userKey=BOB).json["items"]) == 2


def test_super_administrators_hold_a_role_that_can_be_given_and_taken(admin: Person, bob: Person) -> None:
    made = assigned(admin, SUPER, BOB).json
    assert bob.call("GET", ROLES).status == 200
    holders = admin.call("GET", ASSIGNMENTS, roleId=made["roleId"]).json["items"]
    assert len(holders) == 2
    assert admin.call("DELETE", f"{ASSIGNMENTS}/{made['roleAssignmentId']}").status == 204
    assert bob.call("GET", ROLES).status == 403


def test_nobody_takes_the_last_super_administrators_role(admin: Person) -> None:
    (own,) = admin.call("GET", ASSIGNMENTS, userKey=ADMIN).json["items"]
    assert admin.call("DELETE", f"{ASSIGNMENTS}/{own['roleAssignmentId']}").status == 400


def test_a_role_that_somebody_holds_stays(admin: Person) -> None:
    role = admin.call("POST", ROLES, {"roleName": "Readers"}).json
    made = assigned(admin, "Readers", BOB).json
    assert admin.call("DELETE", f"{ROLES}/{role['roleId']}").status == 400
    admin.call("DELETE", f"{ASSIGNMENTS}/{made['roleAssignmentId']}")
    assert admin.call("DELETE", f"{ROLES}/{role['roleId']}").status == 204
    assert admin.call("GET", f"{ROLES}/{role['roleId']}").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"roleName": 5}, 400),
        ({"roleName": "integration account"}, 400),
        ({"roleName": "x", "rolePrivileges": "USERS_ALL"}, 400),
        ({"roleName": "x", "rolePrivileges": privileges("APP_ADMIN")}, 501),
    ],
    ids=["no name", "a number", "taken", "no list", "a privilege that means nothing here"],
)
def test_what_is_no_role_is_refused(world: World, admin: Person, body: Any, status: int) -> None:
    world.hears_nonsense = True
    assert admin.call("POST", ROLES, body).status == status


def test_system_roles_stay_as_they_are(admin: Person) -> None:
    path = f"{ROLES}/{role_of(admin, SUPER)['roleId']}"
    assert admin.call("PATCH", path, {"roleName": "x"}).status == 400
    assert admin.call("DELETE", path).status == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"assignedTo": "nobody@bank.example"}, 404),
        ({"roleId": "1"}, 404),
        ({"assignedTo": "staff@bank.example"}, 501),
        ({"scopeType": "ORG_UNIT", "orgUnitId": "x"}, 501),
    ],
    ids=["nobody", "no role", "a group", "an organisational unit"],
)
def test_an_assignment_is_of_a_role_to_a_person_for_the_whole_customer(admin: Person, change: Any, status: int) -> None:
    body = {"roleId": role_of(admin, "Integration Account")["roleId"], "assignedTo": BOB, "scopeType": "CUSTOMER"}
    assert admin.call("POST", ASSIGNMENTS, body | change).status == status


def test_roles_are_for_super_administrators(admin: Person, bob: Person) -> None:
    assigned(admin, "_USER_MANAGEMENT_ADMIN_ROLE", BOB)
    for path in (ROLES, ASSIGNMENTS, f"{ROLES}/ALL/privileges"):
        assert bob.call("GET", path).status == 403
    assert admin.call("GET", "/admin/directory/v1/customer/C0other/roles").status == 404


def test_roles_and_assignments_come_in_pages(admin: Person) -> None:
    first = admin.call("GET", ROLES, maxResults=3).json
    second = admin.call("GET", ROLES, maxResults=3, pageToken=first["nextPageToken"]).json
    assert (len(first["items"]), len(second["items"])) == (3, 1)
    assert "nextPageToken" not in second


def test_the_privileges_that_there_are_can_be_listed(admin: Person) -> None:
    items = admin.call("GET", f"{ROLES}/ALL/privileges").json["items"]
    assert {row["privilegeName"]: [child["privilegeName"] for child in row["childPrivileges"]] for row in items} == {
        "USERS_ALL": ["USERS_RETRIEVE"],
        "GROUPS_ALL": ["GROUPS_RETRIEVE"],
    }


def test_a_service_account_may_hold_a_role_by_its_client_id(world: World, admin: Person) -> None:
    """A.6"""
    assert assigned(admin, "Integration Account", account().client_id).json["assignedTo"] == account().client_id
    held = world.control("GET", "service-accounts").json["service_accounts"][0]
    assert held["privileges"] == ["GROUPS_RETRIEVE", "USERS_RETRIEVE"]


def test_privileges_set_by_control_are_a_role(world: World, admin: Person) -> None:
    world.control("PATCH", f"users/{BOB}", {"privileges": ["USERS_RETRIEVE", "GROUPS_RETRIEVE"]})
    state = world.control("GET", "state").json
    assert next(user for user in state["users"] if user["email"] == BOB)["roles"] == ["Integration Account"]
    world.control("PATCH", f"users/{BOB}", {"privileges": []})
    assert "items" not in admin.call("GET", ASSIGNMENTS, userKey=BOB).json


def test_an_unknown_privilege_is_explained(world: World) -> None:
    answer = world.control("PATCH", f"users/{BOB}", {"privileges": ["SWIM"]})
    assert (answer.status, "SWIM" in answer.json["error"]) == (400, True)


def test_roles_and_assignments_are_in_the_snapshot(world: World, admin: Person, bob: Person) -> None:
    admin.call("POST", ROLES, {"roleName": "Readers", "rolePrivileges": privileges("USERS_RETRIEVE")})
    assigned(admin, "Readers", BOB)
    before = world.control("GET", "snapshot").json
    world.control("POST", "reset")
    assert world.control("PUT", "snapshot", before).status == 200
    assert reads(bob) == (200, 403)


def test_privileges_in_a_snapshot_of_an_earlier_version_become_a_role(world: World) -> None:
    old = world.control("GET", "snapshot").json
    del old["directory"]["roles"]
    for row in old["directory"]["users"]:
        row["privileges"] = ["USERS_RETRIEVE"] if row["primary_email"] == BOB else []
    directory = snapshot.from_json(old).directory
    user = directory.user(BOB)
    assert user is not None
    assert directory.roles.privileges_of(user.id) == {"USERS_RETRIEVE"}


def test_a_deleted_person_holds_no_role(world: World, admin: Person) -> None:
    assigned(admin, "Integration Account", BOB)
    world.control("DELETE", f"users/{BOB}")
    items = admin.call("GET", ASSIGNMENTS).json["items"]
    assert len(items) == 1


def test_the_control_api_makes_gives_takes_and_deletes_a_role(world: World) -> None:
    role = world.control("POST", "roles", {"name": "Reader", "privileges": ["USERS_RETRIEVE"]}).json
    world.control("PUT", f"users/{BOB}/roles/{role['id']}", {})
    held = next(user for user in world.control("GET", "state").json["users"] if user["email"] == BOB)
    kept = world.control("DELETE", f"roles/{role['id']}")
    world.control("DELETE", f"users/{BOB}/roles/{role['id']}")
    gone = world.control("DELETE", f"roles/{role['id']}")
    assert (held["roles"], held["privileges"]) == (["Reader"], ["USERS_RETRIEVE"])
    assert (kept.status, gone.status) == (400, 200)
    assert "still assigned" in kept.json["error"]


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("POST", "roles", {"name": "Reader", "privileges": ["EVERYTHING"]}, 400),
        ("POST", "roles", {"privileges": []}, 400),
        ("POST", "roles", {"name": "Reader", "privileges": "USERS_RETRIEVE"}, 400),
        ("PATCH", "roles/1", {"name": "Reader"}, 404),
        ("PUT", f"users/{BOB}/roles/1", {}, 404),
    ],
    ids=["unknown privilege", "no name", "no list", "no such role", "nothing to give"],
)
def test_a_role_that_cannot_be_is_refused_with_a_sentence(
    world: World, verb: str, path: str, body: dict[str, object], status: int
) -> None:
    answer = world.control(verb, path, body)
    assert (answer.status, bool(answer.json["error"])) == (status, True)
