"""The pages of import and export."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Company

from lockstep.store.models import StaffMember

TEXT = "id,name,email\nP1,Dana,dana@cedar.example\n"


def upload(client: Client, text: str, kind: str = "staff") -> str:
    file = SimpleUploadedFile("staff.csv", text.encode(), "text/csv")
    return client.post("/setup/files/check/", {"kind": kind, "file": file}).content.decode()


def token_in(page: str) -> str:
    return page.split('name="token" value="')[1].split('"')[0]


def test_a_file_is_shown_before_it_is_written(bank: Company, admin: Client) -> None:
    page = upload(admin, TEXT)
    before = StaffMember.objects.count()
    admin.post("/setup/files/write/", {"token": token_in(page)})
    assert "Dana" in page
    assert (before, StaffMember.objects.count()) == (3, 4)


def test_only_who_chose_the_file_writes_it(bank: Company, admin: Client, stranger: Client) -> None:
    token = token_in(upload(admin, TEXT))
    stranger.post("/setup/files/write/", {"token": token})
    assert not StaffMember.objects.filter(name="Dana").exists()


def test_errors_are_shown_by_line(bank: Company, admin: Client) -> None:
    page = upload(admin, TEXT.replace("dana@cedar.example", "dana"))
    assert "1 thing to mend; nothing was written" in page
    assert "Write an e-mail address" in page


def test_an_export_is_a_file(bank: Company, admin: Client) -> None:
    answer = admin.get("/setup/files/staff.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="staff.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfid,name,email")


def test_what_is_no_file_is_asked_for_again(bank: Company, admin: Client) -> None:
    page = admin.post("/setup/files/check/", {"kind": "staff"}).content.decode()
    assert "Choose what the file holds, and the file." in page
