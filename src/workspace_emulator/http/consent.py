"""The consent page of three-legged OAuth: whom to sign in, and for which scopes.

Source: the guide to OAuth for installed applications. Choosing a person leads to the application's address with a code.
"""

from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import parse_qs, urlencode

from workspace_emulator.clock import Clock
from workspace_emulator.http.message import Request, Response
from workspace_emulator.http.scopes import is_known
from workspace_emulator.state.consents import CODE_LIFETIME_MS, OUT_OF_BAND, Code, OAuthClient
from workspace_emulator.state.directory import User
from workspace_emulator.state.workspace import Workspace, milliseconds

PATHS = frozenset({"/o/oauth2/v2/auth", "/o/oauth2/auth"})
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "access_type",
    "nonce",
)
"""What the form sends back."""


class Unauthorised(Exception):
    """A request that must not be sent back to the address it names: the page says why."""

    def __init__(self, status: int, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.error = error


def answer(workspace: Workspace, request: Request, clock: Clock) -> Response:
    """The page, or the way back to the application."""
    asked = dict(request.query)
    if request.method == "POST":
        asked = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    try:
        client = _client(workspace, asked)
    except Unauthorised as refusal:
        return _page("consent-refused", refusal.status, error=refusal.error, sentence=str(refusal))
    if (error := _mistake(asked)) is not None:
        return _back(asked, error=error)
    user = workspace.user_of(asked.get("user") or asked.get("login_hint") or "")
    if request.method == "POST":
        return _back(asked, error="access_denied") if user is None else _granted(workspace, client, user, asked, clock)
    if user is not None and workspace.switches.consent_without_page:
        return _granted(workspace, client, user, asked, clock)
    return _choice(workspace, client, asked, user)


def _client(workspace: Workspace, asked: dict[str, str]) -> OAuthClient:
    client = workspace.credentials.consents.clients.get(asked.get("client_id", ""))
    if client is None:
        raise Unauthorised(401, "invalid_client", "The OAuth client was not found.")
    if client.state != "enabled":
        raise Unauthorised(401, f"{client.state}_client", f"The OAuth client was {client.state}.")
    address = asked.get("redirect_uri", "")
    if address == OUT_OF_BAND:
        raise Unauthorised(400, "invalid_request", "The out-of-band flow has been blocked.")
    if not client.redirects_to(address):
        raise Unauthorised(400, "redirect_uri_mismatch", "The redirect address is not one of this client's.")
    return client


def _mistake(asked: dict[str, str]) -> str | None:
    """The error that goes back to the application."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    scopes = asked.get("scope", "").split()
    if not scopes or not all(is_known(scope) for scope in scopes):
        return "invalid_scope"
    return None if asked.get("code_challenge_method", "plain") in {"plain", "S256"} else "invalid_request"


def _granted(workspace: Workspace, client: OAuthClient, user: User, asked: dict[str, str], clock: Clock) -> Response:
    if user.suspended:
        sentence = f"The account {user.primary_email} is suspended."
        return _page("consent-refused", 403, error="disabled_account", sentence=sentence)
    code = f"4/emulated-{workspace.new_event_id()}{workspace.new_event_id()}"
    scopes = tuple(dict.fromkeys(asked["scope"].split()))
    workspace.credentials.consents.codes[code] = Code(
        client.client_id,
        user.id,
        scopes,
        asked["redirect_uri"],
        milliseconds(clock.now()) + CODE_LIFETIME_MS,
        asked.get("code_challenge") or None,
        asked.get("code_challenge_method", "plain"),
        # An installed application always gets a refresh token, a web application only if it asks.
        offline=not client.redirect_uris or asked.get("access_type") == "offline",
        nonce=asked.get("nonce") or None,
    )
    return _back(asked, code=code, scope=" ".join(scopes))


def _back(asked: dict[str, str], **answers: str) -> Response:
    if "state" in asked:
        answers = {"state": asked["state"]} | answers
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    headers = {"location": f"{asked['redirect_uri']}{joint}{urlencode(answers)}", "cache-control": "no-store"}
    return Response(302, headers)


def _choice(workspace: Workspace, client: OAuthClient, asked: dict[str, str], hinted: User | None) -> Response:
    people = sorted(workspace.directory.users.values(), key=lambda user: (user is not hinted, user.primary_email))
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _KEPT if name in asked
    )
    buttons = "".join(
        f'<li><button name="user" value="{escape(user.primary_email)}">'
        f"{escape(f'{user.given_name} {user.family_name}'.strip())}<br><small>{escape(user.primary_email)}</small>"
        "</button></li>"
        for user in people
    )
    scopes = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked["scope"].split())
    values = {"client": escape(client.client_id), "scopes": scopes}
    return _page("consent", 200, raw={"hidden": hidden, "people": buttons, **values})


def _page(name: str, status: int, *, raw: dict[str, str] | None = None, **texts: str) -> Response:
    template = (files("workspace_emulator.http") / "templates" / f"{name}.html").read_text(encoding="utf-8")
    values = {key: escape(text) for key, text in texts.items()} | (raw or {})
    return Response(status, dict(_HEADERS), Template(template).substitute(values).encode())
