"""The pages as the server sends them: escaped, without inline scripts, under a strict policy."""

import re
from collections.abc import Iterator

import pytest
import urllib3
from starlette.applications import Starlette
from tests.emulator_pages.serving import served

from workspace_emulator.pages import routes

PAGES = ["/", "/ui/admin", "/ui/calendar/alice@small.example"]
every_page = pytest.mark.parametrize("path", PAGES)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(Starlette(routes=routes())) as address:
        yield address


def get(url: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, retries=False, timeout=5)


@every_page
def test_a_page_says_that_it_is_not_google(site: str, path: str) -> None:
    assert "Emulator, not Google" in get(site + path).data.decode()


@every_page
def test_a_page_takes_scripts_and_styles_only_from_the_emulator(site: str, path: str) -> None:
    answer = get(site + path)
    html = answer.data.decode()
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\s(on\w+|style)=", html)
    assert not re.search(r"(src|href)=\"(?!/|#)", html)


@every_page
def test_every_file_that_a_page_names_exists(site: str, path: str) -> None:
    html = get(site + path).data.decode()
    named = {address.partition("#")[0] for address in re.findall(r"(?:src|href)=\"(/ui/static/[^\"]+)", html)}
    assert named
    assert {address: get(site + address).status for address in named} == dict.fromkeys(named, 200)


def test_an_address_in_the_path_is_shown_as_text_and_never_as_markup(site: str) -> None:
    html = get(f"{site}/ui/calendar/%22%3E%3Cscript%3E").data.decode()
    assert 'data-user="&quot;&gt;&lt;script&gt;"' in html


def test_files_are_asked_for_again_so_that_an_update_is_seen_at_once(site: str) -> None:
    assert get(f"{site}/ui/static/js/calendar.js").headers["cache-control"] == "no-cache"
