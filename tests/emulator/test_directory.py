"""The Directory API: FACTS.md, section B."""

from typing import Any

import pytest

from tests.emulator.world import ADMIN, ALICE, BOB, CHARLIE, Person, World


def emails(answer: Any) -> list[str]:
    return [user["primaryEmail"] for user in answer.json.get("users", [])]


def test_users_come_in_order_of_their_primary_email(admin: Person) -> None:
    """B.2"""
    assert emails(admin.directory("users", customer="my_customer")) == [ADMIN, ALICE, BOB, CHARLIE]


@pytest.mark.parametrize("key", [ALICE, ALICE.upper(), "al@bank.example", "id"])
def test_a_user_is_found_by_address_alias_and_id_whatever_the_case(admin: Person, key: str) -> None:
    """B.1"""
    user_id = admin.directory(f"users/{ALICE}").json["id"]
    answer = admin.directory(f"users/{user_id if key == 'id' else key}")
    assert (answer.status, answer.json["primaryEmail"]) == (200, ALICE)


REFUSED = [
    ("users/nobody@bank.example", {}, 404, "notFound", "Resource Not Found: userKey"),
    ("users/someone@elsewhere.example", {}, 403, "forbidden", "Not Authorized to access this resource/api"),
    ("groups/none@bank.example", {}, 404, "notFound", "Resource Not Found: groupKey"),
    ("groups/none@bank.example/members", {}, 404, "notFound", "Resource Not Found: groupKey"),
    ("groups/staff@bank.example/members/bob@bank.example", {}, 404, "notFound", "Resource Not Found: memberKey"),
    ("groups/staff@bank.example/hasMember/x@other.example", {}, 400, "invalid", "Invalid Input: memberKey"),
    ("users", {}, 400, "badRequest", "Bad Request"),
    ("users", {"domain": "other.example"}, 404, "notFound", "Domain not found."),
]


@pytest.mark.parametrize(("path", "query", "status", "reason", "message"), REFUSED)
def test_a_refusal_carries_googles_literal(
    admin: Person, path: str, query: dict[str, str], status: int, reason: str, message: str
) -> None:
    """B.4"""
    answer = admin.directory(path, **query)
    assert answer.status == status
    inner = {"message": message, "domain": "global", "reason": reason}
    assert answer.json == {"error": {"code": status, "message": message, "errors": [inner]}}


@pytest.mark.parametrize(
    ("privileges", "users", "groups"),
    [([], 403, 403), (["USERS_RETRIEVE"], 200, 403), (["USERS_RETRIEVE", "GROUPS_RETRIEVE"], 200, 200)],
)
def test_each_list_needs_its_own_admin_privilege(world: World, privileges: list[str], users: int, groups: int) -> None:
    """A.6, B.4"""
    world.control("PATCH", f"users/{BOB}", {"privileges": privileges})
    bob = world.person(BOB)
    assert bob.directory("users", customer="my_customer").status == users
    assert bob.directory("groups", customer="my_customer").status == groups
    assert bob.directory("groups/staff@bank.example/members").status == groups


def test_anybody_sees_the_public_view_without_admin_fields(bob: Person) -> None:
    """A.6"""
    answer = bob.directory("users", customer="my_customer", viewType="domain_public")
    assert len(answer.json["users"]) == 4
    assert "suspended" not in answer.json["users"][0]


def test_pages_join_to_the_whole_list(admin: Person) -> None:
    """B.1"""
    first = admin.directory("users", customer="my_customer", maxResults=3)
    second = admin.directory("users", customer="my_customer", maxResults=3, pageToken=first.json["nextPageToken"])
    assert emails(first) + emails(second) == [ADMIN, ALICE, BOB, CHARLIE]
    assert "nextPageToken" not in second.json


def test_a_page_token_ends_after_three_days_and_belongs_to_its_query(world: World, admin: Person) -> None:
    """B.1"""
    token = admin.directory("users", customer="my_customer", maxResults=1).json["nextPageToken"]
    assert admin.directory("users", customer="my_customer", query="isSuspended=true", pageToken=token).status == 400
    world.wait(days=3, minutes=1)
    assert world.person(ADMIN).directory("users", customer="my_customer", pageToken=token).status == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("isSuspended=true", [CHARLIE]),
        ("isSuspended=false isAdmin=false", [ALICE, BOB]),
        ("email:al*", [ALICE]),
        ("email=bob@bank.example", [BOB]),
        ("familyName:Coop*", [CHARLIE]),
    ],
)
def test_the_query_selects_users(world: World, admin: Person, query: str, found: list[str]) -> None:
    """B.2"""
    world.control("PATCH", f"users/{CHARLIE}", {"suspended": True})
    assert emails(admin.directory("users", customer="my_customer", query=query)) == found


def test_an_empty_list_has_no_array(admin: Person) -> None:
    """B.2"""
    answer = admin.directory("users", customer="my_customer", query="email:zzz*")
    assert set(answer.json) == {"kind", "etag"}


def test_a_rename_keeps_the_id_and_the_old_address_as_an_alias(world: World, admin: Person) -> None:
    """B.3"""
    before = admin.directory(f"users/{BOB}").json
    world.control("PATCH", f"users/{BOB}", {"primaryEmail": "robert@bank.example"})
    after = admin.directory(f"users/{BOB}").json
    assert (after["id"], after["primaryEmail"], after["aliases"]) == (before["id"], "robert@bank.example", [BOB])


def test_a_deleted_user_is_listed_only_with_show_deleted(world: World, admin: Person) -> None:
    """B.2"""
    world.control("DELETE", f"users/{BOB}")
    assert BOB not in emails(admin.directory("users", customer="my_customer"))
    assert emails(admin.directory("users", customer="my_customer", showDeleted="true")) == [BOB]
    assert admin.directory(f"users/{BOB}").status == 404


def members(answer: Any) -> list[tuple[str, str | None]]:
    return [(row["type"], row.get("email")) for row in answer.json.get("members", [])]


def test_members_are_direct_unless_derived_ones_are_asked_for(admin: Person) -> None:
    """B.2"""
    direct = admin.directory("groups/staff@bank.example/members")
    assert members(direct) == [("USER", ALICE), ("GROUP", "tellers@bank.example")]
    derived = admin.directory("groups/staff@bank.example/members", includeDerivedMembership="true")
    assert members(derived) == [("USER", ALICE), ("USER", BOB), ("GROUP", "tellers@bank.example")]


def test_roles_select_members(admin: Person) -> None:
    """B.1"""
    assert members(admin.directory("groups/staff@bank.example/members", roles="OWNER,MANAGER")) == [("USER", ALICE)]


def test_a_customer_row_has_the_customers_id_and_no_email(admin: Person) -> None:
    """B.2"""
    row = admin.directory("groups/all@bank.example/members").json["members"][0]
    assert (row["id"], row["type"]) == ("C0bank", "CUSTOMER")
    assert "email" not in row


@pytest.mark.parametrize(("key", "member"), [(BOB, True), (ALICE, True), (CHARLIE, False)])
def test_has_member_counts_nested_members(admin: Person, key: str, member: bool) -> None:
    """B.1"""
    assert admin.directory(f"groups/staff@bank.example/hasMember/{key}").json == {"isMember": member}


def test_a_cycle_of_groups_is_refused(world: World) -> None:
    """B.2"""
    answer = world.control("PUT", "groups/tellers@bank.example/members/staff@bank.example", {})
    assert (answer.status, answer.json["error"]) == (400, "Cyclic memberships not allowed")


def test_numbers_of_64_bits_are_texts(admin: Person) -> None:
    """B.2"""
    assert admin.directory("groups/staff@bank.example").json["directMembersCount"] == "2"


def test_groups_of_a_user_are_those_that_hold_it_directly(admin: Person) -> None:
    """B.1"""
    answer = admin.directory("groups", userKey=BOB)
    assert [group["email"] for group in answer.json["groups"]] == ["tellers@bank.example"]


def test_what_is_not_emulated_is_an_honest_501(admin: Person) -> None:
    answer = admin.call("PATCH", f"/admin/directory/v1/users/{BOB}", {"phones": []})
    assert (answer.status, answer.reason) == (501, "notImplemented")
