"""How long the Users tab takes with 10,000 people, as a whole page and as the table that a search brings."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection as database
from django.test import Client
from django.utils import timezone

from bench.figures import Figure, percentiles, say, timed_ms
from lockstep.store.models import CalendarLink, Connection, Organisation, StaffMember, User

PEOPLE = 10_000
USERS = "/settings/integrations/gsuite/users/"


def run() -> list[Figure]:
    """p50 and p95 of a page in the middle, and p50 of a search."""
    say(f"settings: loading {PEOPLE:,} people")
    client = _signed_in(_load())

    def page() -> None:
        _ok(client, {"page": "100"}, {})

    def search() -> None:
        _ok(client, {"search": "05000"}, {"HX-Request": "true"})

    return [
        *percentiles("settings.users_page", timed_ms(40, page), 50, 95),
        *percentiles("settings.users_search", timed_ms(40, search), 50),
    ]


def _ok(client: Client, values: dict[str, str], headers: dict[str, str]) -> None:
    answer = client.get(USERS, values, headers=headers, secure=True)
    if answer.status_code != 200 or b"person-" not in answer.content:
        raise RuntimeError(f"No people but {answer.status_code}: the benchmark would measure nothing.")


def _load() -> Organisation:
    organisation = Organisation.objects.create(name="Bench", slug="bench", gsuite_enabled=True)
    now = timezone.now()
    connection = Connection.objects.create(
        organisation=organisation,
        state=Connection.State.LIVE,
        directory_user="d@bench.example",
        customer_id="C1",
        connected_at=now,
        people_imported_at=now,
    )
    people = StaffMember.objects.bulk_create(
        StaffMember(
            organisation=organisation,
            name=f"Person {number:05}",
            email=f"p{number:05}@bench.example",
            google_email=f"p{number:05}@bench.example",
            google_user_id=str(number),
        )
        for number in range(PEOPLE)
    )
    CalendarLink.objects.bulk_create(
        CalendarLink(
            staff=person,
            connection=connection,
            state="current",
            verified_at=now,
            fresh_until=now + timedelta(days=1),
        )
        for person in people
    )
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return organisation


def _signed_in(organisation: Organisation) -> Client:
    admin = User.objects.create_user(
        "ada@bench.example", "correct horse battery", name="Ada", role="admin", organisation=organisation
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
