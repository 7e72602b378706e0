"""Log-ins: inviting, changing, closing; passwords that are forgotten and changed."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.conftest import signed_in

from lockstep.operations import log_ins
from lockstep.operations.log_ins import LogIn, invite, send_invitation
from lockstep.scheduling.roles import Role
from lockstep.store.models import AuditEntry, StaffMember, User
from lockstep.wiring import inviter

BOB = "bob@cedar.example"
STRONG = "violet envelope harbour"


class RefusingInviter:
    def send(self, user: User) -> None:
        raise ConnectionRefusedError


def invited(bank: Company, email: str = BOB, role: Role = Role.STAFF) -> User:
    return invite(bank.organisation, LogIn("Bob Byrne", email, role), by=bank.admin, now=timezone.now())


def link_in(message: str) -> str:
    found = re.search(r"https?://[^/\s]+(/accounts/password/choose/\S+)", message)
    assert found
    return found.group(1)


def choose(client: Client, path: str, password: str) -> None:
    """Follow the link and send the form that it leads to."""
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_an_invitation_lets_somebody_choose_a_password_and_be_in(bank: Company, client: Client) -> None:
    user = invited(bank)
    send_invitation(user.pk, inviter=inviter())
    choose(client, link_in(str(mail.outbox[0].body)), STRONG)
    user.refresh_from_db()
    assert user.check_password(STRONG)
    assert client.get("/desk/").status_code == 200


def test_an_invitation_tells_no_more_than_it_must(bank: Company) -> None:
    send_invitation(invited(bank).pk, inviter=inviter())
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([BOB], "Your log-in at Cedar Bank")
    assert message.message()["Auto-Submitted"] == "auto-generated"


def test_a_link_works_once(bank: Company, client: Client) -> None:
    user = invited(bank)
    send_invitation(user.pk, inviter=inviter())
    path = link_in(str(mail.outbox[0].body))
    choose(client, path, STRONG)
    assert "no longer works" in Client().get(path, follow=True).content.decode()


def test_the_staff_member_of_that_address_is_theirs(bank: Company) -> None:
    user = invited(bank)
    assert StaffMember.objects.get(pk=bank.bob.pk).user == user


def test_an_invitation_that_fails_stays_due(bank: Company) -> None:
    user = invited(bank)
    with pytest.raises(ConnectionRefusedError):
        send_invitation(user.pk, inviter=RefusingInviter())
    assert User.objects.get(pk=user.pk).invitation_due_at is not None


def test_a_closed_log_in_gets_no_invitation(bank: Company) -> None:
    user = invited(bank)
    log_ins.close_log_in(user, by=bank.admin, now=timezone.now())
    send_invitation(user.pk, inviter=inviter())
    assert mail.outbox == []


@pytest.mark.parametrize("email", ["ada@cedar.example", "ADA@cedar.example"], ids=["same", "other case"])
def test_an_address_that_is_taken_is_said_beside_its_field(bank: Company, admin: Client, email: str) -> None:
    answer = admin.post("/settings/log-ins/invite/", {"name": "Ada", "email": email, "role": "staff"})
    assert "signs in with this e-mail address already" in answer.content.decode()
    assert 'value="Ada"' in answer.content.decode()


def test_the_page_invites_and_says_so(bank: Company, admin: Client) -> None:
    said = {"name": "Bob Byrne", "email": BOB, "role": "manager", "locations": [bank.branch.pk]}
    answer = admin.post("/settings/log-ins/invite/", said, follow=True)
    assert "on its way to bob@cedar.example" in answer.content.decode()
    assert "Invited" in answer.content.decode()
    assert list(User.objects.get(email=BOB).locations.all()) == [bank.branch]


def test_a_location_of_another_organisation_cannot_be_given(bank: Company, stranger: Client) -> None:
    said = {"name": "Eve", "email": "eve@maple.example", "role": "manager", "locations": [bank.branch.pk]}
    answer = stranger.post("/settings/log-ins/invite/", said)
    assert answer.status_code == 200
    assert not User.objects.filter(email="eve@maple.example").exists()


def test_a_changed_role_is_in_the_audit_log(bank: Company, admin: Client) -> None:
    admin.post(f"/settings/log-ins/{bank.alice_user.uuid}/", {"name": "Alice", "role": "manager"})
    entry = AuditEntry.objects.get(action="Log-in changed")
    assert (entry.actor, entry.before["role"], entry.after["role"]) == ("Ada", "staff", "manager")


def test_saving_without_a_change_is_not_a_change(bank: Company, admin: Client) -> None:
    admin.post(f"/settings/log-ins/{bank.alice_user.uuid}/", {"name": "Alice", "role": "staff"})
    assert not AuditEntry.objects.filter(action="Log-in changed").exists()


def test_a_closed_log_in_ends_where_it_is_in_use(bank: Company, admin: Client) -> None:
    alice = signed_in(bank.alice_user)
    admin.post(f"/settings/log-ins/{bank.alice_user.uuid}/close/")
    assert alice.get("/desk/")["Location"].startswith("/accounts/login/")


def test_an_opened_log_in_works_again(bank: Company, admin: Client) -> None:
    admin.post(f"/settings/log-ins/{bank.alice_user.uuid}/close/")
    admin.post(f"/settings/log-ins/{bank.alice_user.uuid}/open/")
    assert signed_in(User.objects.get(pk=bank.alice_user.pk)).get("/desk/").status_code == 200


def test_the_only_admin_stays_one(bank: Company, admin: Client) -> None:
    closed = admin.post(f"/settings/log-ins/{bank.admin.uuid}/close/", follow=True)
    changed = admin.post(f"/settings/log-ins/{bank.admin.uuid}/", {"name": "Ada", "role": "staff"})
    for answer in (closed, changed):
        assert "only administrator" in answer.content.decode()
    bank.admin.refresh_from_db()
    assert (bank.admin.role, bank.admin.is_active) == ("admin", True)


def test_log_ins_of_another_organisation_do_not_exist(bank: Company, stranger: Client) -> None:
    path = f"/settings/log-ins/{bank.alice_user.uuid}/"
    answers = [stranger.get(path), *(stranger.post(f"{path}{deed}/") for deed in ("close", "open", "invite"))]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert "alice@cedar.example" not in stranger.get("/settings/log-ins/").content.decode()


def test_the_list_is_searched(bank: Company, admin: Client) -> None:
    page = admin.get("/settings/log-ins/", {"search": "ALICE"}).content.decode()
    assert ("alice@cedar.example" in page, "ada@cedar.example</span>" in page) == (True, False)


def test_a_search_without_a_hit_says_what_to_do(bank: Company, admin: Client) -> None:
    assert "Nobody matches" in admin.get("/settings/log-ins/", {"search": "zzz"}).content.decode()


def test_who_forgot_the_password_chooses_a_new_one(bank: Company, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@cedar.example"})
    choose(client, link_in(str(mail.outbox[0].body)), STRONG)
    assert User.objects.get(pk=bank.alice_user.pk).check_password(STRONG)


def test_asking_for_a_new_password_tells_nobody_who_has_a_log_in(bank: Company, client: Client) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()
        for email in ("alice@cedar.example", "nobody@cedar.example")
    ]
    assert all("Look into your e-mail" in answer for answer in answers)
    assert [message.to for message in mail.outbox] == [["alice@cedar.example"]]


def test_a_password_is_changed_by_whoever_knows_the_old_one(bank: Company, alice: Client) -> None:
    form = {"oldpassword": "correct horse battery", "password1": STRONG, "password2": STRONG}
    alice.post("/accounts/password/change/", form)
    assert User.objects.get(pk=bank.alice_user.pk).check_password(STRONG)


def test_a_weak_password_is_refused_with_the_rule(bank: Company, alice: Client) -> None:
    form = {"oldpassword": "correct horse battery", "password1": "short", "password2": "short"}
    assert "at least 10 characters" in alice.post("/accounts/password/change/", form).content.decode()
