"""Every address of the staff's pages, for every role, for nobody, and for another organisation.

The addresses are the resolver's own, so that a new page is asked too; each says by its decorator who may open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.cast import Company, away
from tests.web.conftest import signed_in
from tests.web.making import booked, connected, in_conflict, tomorrow_at

from lockstep.scheduling.roles import Ability, Role, may
from lockstep.store.models import Category, Closure, Conflict, Question, User

OURS = ("desk", "reports", "setup", "settings")
SOMEBODY = UUID(int=1)
CLOSED = {403, 404}

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Address:
    name: str
    converters: tuple[str, ...]
    abilities: tuple[Ability, ...] | None

    def path(self, things: dict[str, Any] | None = None) -> str:
        """The address, of made-up things or of those given by the name of the address's part."""
        usual = {"kind": "staff", "way": "keep_both", "decision": "drop", "who": "all", "number": 1}
        values = {name: (things or {}).get(name, usual.get(name, SOMEBODY)) for name in self.converters}
        return reverse(self.name, kwargs=values)


def addresses() -> list[Address]:
    return sorted(_walk(get_resolver(), ""), key=lambda each: each.name)


def _walk(resolver: URLResolver, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if (entry.namespace or namespace) in OURS:
                yield from _walk(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and namespace in OURS:
            names = tuple(entry.pattern.converters)
            yield Address(f"{namespace}:{entry.name}", names, getattr(entry.callback, "abilities", None))


def answers(client: Client, path: str) -> set[int]:
    """What it answers to a look and to an empty form; that a method is not for it says nothing about who may."""
    return {client.get(path).status_code, client.post(path).status_code} - {405}


@pytest.fixture
def company(bank: Company) -> Company:
    connected(bank)
    return bank


def as_role(company: Company, role: Role) -> Client:
    User.objects.filter(pk=company.alice_user.pk).update(role=role.value)
    company.alice_user.refresh_from_db()
    return signed_in(company.alice_user)


def test_every_address_says_who_may_open_it() -> None:
    found = addresses()
    assert len(found) > 100
    assert [each.name for each in found if not each.abilities] == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_what_is_not_for_a_role_is_closed_to_it(company: Company, role: Role) -> None:
    client = as_role(company, role)
    closed = [each for each in addresses() if not any(may(role, ability) for ability in each.abilities or ())]
    assert closed
    assert [each.name for each in closed if not answers(client, each.path()) <= CLOSED] == []


@pytest.mark.parametrize("role", list(Role))
def test_what_is_for_a_role_opens(company: Company, role: Role) -> None:
    client = as_role(company, role)
    opened = [each for each in addresses() if any(may(role, ability) for ability in each.abilities or ())]
    looked = {each.name: client.get(each.path()).status_code for each in opened if not each.converters}
    assert looked
    assert {name: status for name, status in looked.items() if status in {403, 500}} == {}


def test_nobody_is_asked_to_sign_in_everywhere(company: Company, client: Client) -> None:
    wrong = []
    for each in addresses():
        path = each.path()
        for answer in (client.get(path), client.post(path)):
            if answer.status_code != 405 and not answer.headers.get("Location", "").startswith("/accounts/login/"):
                wrong.append((each.name, answer.status_code))
    assert wrong == []


def test_the_operator_opens_no_organisations_pages(company: Company, operator: Client) -> None:
    wrong = []
    for each in addresses():
        answer = operator.get(each.path())
        led_away = answer.status_code == 302 and re.match(r"/operator/|/$", answer["Location"])
        if answer.status_code not in {404, 405} and not led_away:
            wrong.append((each.name, answer.status_code))
    assert wrong == []


def _things(company: Company) -> dict[str, dict[str, Any]]:
    """A real thing of the company for each kind of address that names one."""
    appointment = booked(company, company.alice, tomorrow_at(10))
    in_conflict(appointment)
    question = Question.objects.create(service=company.service, words="Why?", kind="text")
    day = timezone.now().date()
    closure = Closure.objects.create(organisation=company.organisation, first_day=day, last_day=day)
    category = Category.objects.create(organisation=company.organisation, name="Money")
    absence = away(company.alice, tomorrow_at(13), tomorrow_at(14))
    return {
        "/appointments/": {"uuid": appointment.uuid},
        "/clients/": {"uuid": appointment.client.uuid},
        "/absences/": {"uuid": absence.uuid},
        "/conflicts/": {"number": Conflict.objects.get().pk},
        "/decisions/": {"number": Conflict.objects.get().pk},
        "/locations/": {"uuid": company.branch.uuid},
        "/closures/": {"uuid": closure.uuid},
        "/categories/": {"uuid": category.uuid},
        "/services/": {"uuid": company.service.uuid, "question": question.uuid},
        "/staff/": {"uuid": company.alice.uuid},
        "/log-ins/": {"uuid": company.alice_user.uuid},
        "/users/": {"uuid": company.alice.uuid, "appointment": appointment.uuid},
    }


def test_nothing_of_an_organisation_exists_for_another_ones_admin(company: Company, stranger: Client) -> None:
    things = _things(company)
    tried, wrong = 0, []
    for each in addresses():
        kind = next((part for part in things if part in each.path()), None)
        if kind is None or not set(each.converters) & {"uuid", "number"}:
            continue
        tried += 1
        seen = answers(stranger, each.path(things[kind]))
        # Where they have no connection of their own, they are led to making one.
        if not seen <= {404, 302} or (404 not in seen and each.name.split(":")[0] != "settings"):
            wrong.append((each.name, seen))
    assert tried > 30
    assert wrong == []
