"""The language of a client's pages: the one they chose, else the one in which they booked, else their browser's.

Staff and admins read the installation's language, so no middleware chooses one for every page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def asked_language(request: HttpRequest) -> str:
    """What the address says; empty where it says nothing that there is."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


@contextmanager
def clients_language(request: HttpRequest, booked_in: str = "") -> Iterator[None]:
    """Within it every text is in the client's language. `booked_in` is that of an appointment, once there is one."""
    language = asked_language(request) or booked_in or translation.get_language_from_request(request)
    with translation.override(language):
        yield


def told_language(response: HttpResponse) -> HttpResponse:
    """Say in which language the answer is, and that another browser may get another one."""
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    patch_vary_headers(response, ["Accept-Language"])
    return response
