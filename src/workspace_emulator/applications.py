"""OAuth clients: how one is made, and the file by which an installed application knows it."""

from random import SystemRandom

from workspace_emulator.json_values import Json
from workspace_emulator.state.consents import OAuthClient
from workspace_emulator.state.credentials import Credentials

_PROJECT_NUMBER = "104125936281"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def new_client(redirect_uris: list[str] | None = None) -> OAuthClient:
    """A client with a fresh name and secret; with addresses it is a web application, without an installed one."""
    random = SystemRandom()
    name = "".join(random.choices(_ALPHABET, k=32))
    secret = "GOCSPX-" + "".join(random.choices(_ALPHABET + _ALPHABET.upper(), k=28))
    return OAuthClient(f"{_PROJECT_NUMBER}-{name}.apps.googleusercontent.com", secret, list(redirect_uris or ()))


def installed_client(credentials: Credentials) -> OAuthClient:
    """The first installed application; it is made if there is none."""
    clients = credentials.consents.clients
    client = next((known for known in clients.values() if not known.redirect_uris), None) or new_client()
    return clients.setdefault(client.client_id, client)


def secrets_file(client: OAuthClient, project_id: str, url: str) -> Json:
    """What Google's console gives for download, pointing to the emulator."""
    kind = "web" if client.redirect_uris else "installed"
    return {
        kind: {
            "client_id": client.client_id,
            "project_id": project_id,
            "auth_uri": f"{url}/o/oauth2/v2/auth",
            "token_uri": f"{url}/token",
            "client_secret": client.secret,
            "redirect_uris": client.redirect_uris or ["http://localhost"],
        }
    }
