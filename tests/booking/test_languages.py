"""English and French for clients: chosen by them, else by their browser; staff read English whatever theirs says."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.booking.walking import Walk
from tests.web.conftest import signed_in

from lockstep.mail.messages import DjangoMailer
from lockstep.operations.links import manage_path
from lockstep.operations.telling import tell_client
from lockstep.store.models import Appointment

ROOT = Path(__file__).parents[2]
FRENCH = Client(headers={"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"})


@pytest.fixture(scope="module")
def translations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts" / "translations.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def french(walk: Walk) -> Walk:
    walk.browser = FRENCH
    return walk


def test_a_french_browser_reads_french(french: Walk) -> None:
    french.open("/book/cedar/")
    assert french.heading == "De quoi s’agit-il ?"
    assert '<html lang="fr">' in french.page
    assert french.headers["Content-Language"] == "fr"


def test_a_browser_of_another_language_reads_english(walk: Walk) -> None:
    walk.browser = Client(headers={"accept-language": "ja"})
    assert walk.open("/book/cedar/").heading == "What is it about?"


def test_what_the_client_chooses_counts_and_stays_on_the_way(walk: Walk) -> None:
    walk.open("/book/cedar/")
    walk.open(f"/book/cedar/{walk.link('Français')}")
    walk.at_the_branch(lang="fr")
    assert walk.heading == "Quand cela vous convient-il ?"
    walk.hold(walk.times[0])
    assert walk.heading == "Comment pouvons-nous vous joindre ?"


def test_days_and_hours_are_written_as_the_french_write_them(french: Walk) -> None:
    french.at_the_branch()
    assert re.search(r"mardi \d+ ", french.page)
    assert "14:30" in french.page
    assert "pm" not in french.page


def test_mistakes_and_refusals_are_french_too(french: Walk) -> None:
    french.at_the_branch()
    french.hold(french.times[0]).confirm(email="dana")
    assert "Cette adresse e-mail n’est pas complète" in french.page


def test_a_client_is_written_to_in_the_language_in_which_they_booked(french: Walk) -> None:
    french.at_the_branch()
    french.hold(french.times[0]).confirm()
    appointment = Appointment.objects.get()
    tell_client(appointment.pk, mailer=DjangoMailer(), now=timezone.now())
    assert mail.outbox[0].subject.startswith("Réservé : Advice")


def test_the_page_behind_the_link_speaks_it_whatever_the_browser_does(french: Walk) -> None:
    french.at_the_branch()
    french.hold(french.times[0]).confirm()
    page = Client().get(manage_path(Appointment.objects.get())).content.decode()
    assert "Votre rendez-vous est pris" in page


def test_staff_read_english(walk: Walk) -> None:
    admin = signed_in(walk.company.admin)
    page = admin.get("/desk/", headers={"accept-language": "fr"}).content.decode()
    assert ("Calendar" in page, "Agenda" in page) == (True, False)


def test_every_text_that_clients_read_is_translated(translations: ModuleType) -> None:
    catalog = translations.updated("fr")
    assert [message.id for message in catalog if message.id and not translations._is_translated(message)] == []


def test_the_files_are_as_the_tool_writes_them(translations: ModuleType) -> None:
    folder = ROOT / "src" / "lockstep" / "locale" / "fr" / "LC_MESSAGES"
    assert (folder / "django.po").read_bytes() == translations.po_text(translations.updated("fr"))
    with (folder / "django.po").open("rb") as file:
        assert (folder / "django.mo").read_bytes() == translations.mo_bytes(read_po(file, locale="fr"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def pairs(translations: ModuleType) -> Iterator[tuple[str, str]]:
    for message in translations.updated("fr"):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        yield from zip(ids, strings, strict=True)


def test_no_translation_loses_or_invents_a_placeholder(translations: ModuleType) -> None:
    wrong = [(text, said) for text, said in pairs(translations) if text and placeholders(text) != placeholders(said)]
    assert wrong == []
