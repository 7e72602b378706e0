"""Walks through the booking pages as a browser without scripts does: links followed, forms sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone
from tests.cast import Company

TYPED = {"name": "Dana Diaz", "email": "dana@client.example", "phone": "+1 902 555 0100", "notes": "By bus."}


def a_tuesday() -> date:
    """A working day that is at least a week away."""
    day = timezone.now().date() + timedelta(days=7)
    return day + timedelta(days=(1 - day.weekday()) % 7)


@dataclass
class Walk:
    """One client in one window: where they are, and what they see."""

    company: Company
    browser: Client = field(default_factory=Client)
    address: str = ""
    status: int = 0
    page: str = ""
    headers: Any = None

    def open(self, address: str) -> Walk:
        return self._seen(self.browser.get(address, follow=True), address)

    def send(self, address: str, **fields: str) -> Walk:
        return self._seen(self.browser.post(address, fields, follow=True), address)

    def choose(self, **answers: str) -> Walk:
        """The page for these answers, on `a_tuesday` where it shows times."""
        query = "&".join(f"{name}={value}" for name, value in {"day": str(a_tuesday()), **answers}.items())
        return self.open(f"/book/{self.company.organisation.slug}/?{query}")

    def at_the_branch(self, **more: str) -> Walk:
        """The times for advice at the branch with anyone."""
        service, location = str(self.company.service.uuid), str(self.company.branch.uuid)
        answers = {"service": service, "location": location, "method": "at_location", "staff": "anyone"}
        return self.choose(**{**answers, **more})

    def hold(self, starts_at: datetime) -> Walk:
        """Press the button of that time."""
        return self.send(self.address, starts_at=starts_at.isoformat())

    def confirm(self, **typed: str) -> Walk:
        """Fill in the form of the page and press Confirm."""
        return self.send(self.address, starts_at=self.hidden("starts_at"), **{**TYPED, **typed})

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found.group(1))).strip() if found else ""

    @property
    def times(self) -> list[datetime]:
        """The times that can be chosen."""
        values = re.findall(r'name="(?:starts_at|to)" value="([^"]+)">\s*<time', self.page)
        return [datetime.fromisoformat(unescape(each)).astimezone(UTC) for each in values]

    @property
    def days(self) -> list[str]:
        """The days of the month that can be chosen."""
        return re.findall(r'class="day" id="day-([\d-]+)"', self.page)

    def hidden(self, name: str) -> str:
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.page)
        return unescape(found.group(1)) if found else ""

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        links = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        said = [(unescape(href), " ".join(re.sub(r"<[^>]+>", " ", inner).split())) for href, inner in links]
        return next(href for href, inner in said if words in inner)

    def link_of_times(self) -> str:
        """Where the buttons of the times lead."""
        found = re.search(r'<form method="post" action="([^"]+)" data-busy>', self.page)
        return unescape(found.group(1)) if found else self.address

    def _seen(self, response: Any, address: str) -> Walk:
        self.address = response.redirect_chain[-1][0] if response.redirect_chain else address
        self.status, self.page, self.headers = response.status_code, response.content.decode(), response.headers
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.address).path
