"""The set-up guide: values to paste, ticks that follow the check, and the page for somebody without a log-in."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.cast import Company
from tests.web.conftest import EmulatedGoogle

from lockstep import wiring
from lockstep.store.models import AuditEntry, Connection, Organisation

GSUITE = "/settings/integrations/gsuite/"
HTMX = {"HX-Request": "true"}
CALENDAR = "https://www.googleapis.com/auth/calendar"
USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
GROUPS = "https://www.googleapis.com/auth/admin.directory.group.readonly"
TYPED = {"directory_user": "alice@small.example", "directory_group": ""}


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-guide="(\w+)" data-state="(\w+)"', page))


def whole(page: str) -> str:
    """A value may be broken over lines behind its commas; what is copied has no break in it."""
    return page.replace("<wbr>", "")


def delegate(google: EmulatedGoogle, *scopes: str) -> None:
    workspace = wiring.workspace()
    assert workspace is not None
    request = urllib.request.Request(
        f"{google.url}/emulator/v1/delegations/{workspace.client_id}",
        data=json.dumps({"scopes": scopes}).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture
def unbound(bank: Company) -> Company:
    """Bound to no Google customer yet."""
    Organisation.objects.update(google_customer_id="")
    return bank


@pytest.mark.parametrize(("group", "scopes"), [("yes", f"{CALENDAR},{USERS},{GROUPS}"), ("no", f"{CALENDAR},{USERS}")])
def test_the_scopes_are_those_that_the_way_of_taking_part_needs(
    google: EmulatedGoogle, admin: Client, group: str, scopes: str
) -> None:
    page = whole(admin.get(GSUITE, {"group": group}).content.decode())
    workspace = wiring.workspace()
    assert workspace is not None
    assert f'<code id="client-id">{workspace.client_id}</code>' in page
    assert f'<code id="scopes">{scopes}</code>' in page
    assert ("group" in states(page)) == (group == "yes")
    assert set(states(page).values()) == {"unknown"}


def test_check_ticks_what_is_done_and_stores_nothing(google: EmulatedGoogle, unbound: Company, admin: Client) -> None:
    page = admin.post(f"{GSUITE}try/", TYPED).content.decode()
    assert states(page) == {"cloud": "done", "delegation": "done", "role": "done"}
    assert "Everything is there. Press Connect" in page
    assert not Connection.objects.exists()
    assert not AuditEntry.objects.exists()


def test_each_step_is_blamed_for_its_own_fault_alone(google: EmulatedGoogle, unbound: Company, admin: Client) -> None:
    page = admin.post(f"{GSUITE}try/", TYPED | {"directory_group": "nobody@small.example"}).content.decode()
    assert states(page) == {"cloud": "done", "delegation": "done", "role": "done", "group": "missing"}
    assert "There is no group with this address" in page


def test_a_tick_appears_when_the_step_was_done_without_a_reload(
    google: EmulatedGoogle, unbound: Company, admin: Client
) -> None:
    delegate(google, USERS, GROUPS)
    try:
        panel = admin.post(f"{GSUITE}try/", TYPED, headers=HTMX)
        assert panel["HX-Trigger-After-Swap"] == "checked"
        before = admin.get(f"{GSUITE}guide/", headers=HTMX).content.decode()
        assert states(before)["delegation"] == "missing"
        assert "This scope is missing" in before
        version = re.search(r"version=([\w-]+)", before)
        assert version
        assert admin.get(f"{GSUITE}guide/", {"version": version[1]}, headers=HTMX).status_code == 204
    finally:
        delegate(google, CALENDAR, USERS, GROUPS)
    after = admin.get(f"{GSUITE}guide/", {"version": version[1]}, headers=HTMX).content.decode()
    assert states(after)["delegation"] == "done"
    # With everything ticked there is nothing left to look for.
    assert "data-live" not in after


def printed_path(admin: Client, group: str = "yes") -> str:
    page = whole(admin.get(GSUITE, {"group": group}).content.decode())
    found = re.search(r'<code id="printed-url">([^<]+)</code>', page)
    assert found
    return urlsplit(found[1]).path


def test_the_printable_page_needs_no_log_in_and_shows_no_secret(google: EmulatedGoogle, admin: Client) -> None:
    answer = Client().get(printed_path(admin))
    page = whole(answer.content.decode())
    workspace = wiring.workspace()
    assert workspace is not None
    assert workspace.client_id in page
    assert f"{CALENDAR},{USERS},{GROUPS}" in page
    key = json.loads(google.key_file.read_text())
    assert key["private_key_id"] not in page
    assert key["private_key"][40:80] not in page
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert page.count('role="img"') == 4


class _LongAgo(signing.TimestampSigner):
    """Signs as if it were two weeks and a day ago."""

    def timestamp(self) -> str:
        return signing.b62_encode(int((timezone.now() - timedelta(days=15)).timestamp()))


def test_the_link_ends_after_two_weeks_with_a_sentence(google: EmulatedGoogle, bank: Company) -> None:
    content = {"o": bank.organisation.uuid.hex, "g": True}
    answer = Client().get(f"/google/set-up/{_LongAgo(salt='google-set-up').sign_object(content)}/")
    assert (answer.status_code, "This link has ended" in answer.content.decode()) == (410, True)


@pytest.mark.parametrize("content", ["x", {"o": "nobody", "g": True}, {"o": "0" * 32, "g": True}, {}])
def test_a_link_that_was_not_given_out_leads_nowhere(db: None, content: object) -> None:
    forged = signing.dumps(content, salt="google-set-up") if content != "x" else "x"
    assert Client().get(f"/google/set-up/{forged}/").status_code == 404


def test_no_link_leads_anywhere_once_the_operator_switched_gsuite_off(google: EmulatedGoogle, admin: Client) -> None:
    path = printed_path(admin)
    Organisation.objects.update(gsuite_enabled=False)
    assert Client().get(path).status_code == 404
