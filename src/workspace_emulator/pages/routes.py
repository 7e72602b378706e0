"""Which address shows which page. The pages are shells: their scripts fetch everything from the emulator's own APIs."""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from workspace_emulator.pages import shell
from workspace_emulator.pages.headers import PageHeaders


def routes() -> list[BaseRoute]:
    """The pages for the server's root: `/`, `/ui/admin`, `/ui/calendar/{email}` and the files below `/ui/static`."""
    guarded = [Middleware(PageHeaders)]
    files = StaticFiles(packages=[("workspace_emulator.pages", "static")])
    return [
        Route("/", _start, middleware=guarded),
        Route("/ui/admin", _admin, middleware=guarded),
        Route("/ui/calendar/{email}", _calendar, middleware=guarded),
        Mount("/ui/static", files, name="ui-static", middleware=guarded),
    ]


async def _start(_request: Request) -> HTMLResponse:
    return HTMLResponse(shell.page("start", title="Workspace emulator", script="start"))


async def _admin(_request: Request) -> HTMLResponse:
    return HTMLResponse(shell.page("admin", title="Admin console", script="admin"))


async def _calendar(request: Request) -> HTMLResponse:
    email = request.path_params["email"]
    return HTMLResponse(shell.page("calendar", title=f"Calendar of {email}", script="calendar", user=email))
