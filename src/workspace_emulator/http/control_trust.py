"""Control of who is trusted: delegations, service accounts with their keys, OAuth clients."""

from dataclasses import replace

from workspace_emulator.applications import new_client, secrets_file
from workspace_emulator.http.control_order import Order, Refused, Route
from workspace_emulator.json_values import Json
from workspace_emulator.seeding import key_file, new_service_account
from workspace_emulator.state.credentials import AccountKey, ServiceAccount
from workspace_emulator.state.workspace import milliseconds

_STATES = ("enabled", "disabled", "deleted")


def put_delegation(order: Order) -> Json:
    body = order.body()
    wanted = body.get("scopes")
    if not isinstance(wanted, list) or not all(isinstance(scope, str) for scope in wanted):
        raise Refused(400, "The body needs 'scopes', a list of texts.")
    delay, by_user = body.get("propagation_seconds", 0), body.get("propagation_by_user", {})
    if not _is_duration(delay):
        raise Refused(400, "'propagation_seconds' is a number of seconds.")
    if not isinstance(by_user, dict) or not all(_is_duration(value) for value in by_user.values()):
        raise Refused(400, "'propagation_by_user' has a number of seconds for each address.")
    spread, flips = _flag(body, "spread"), _flag(body, "flips")
    now_ms = milliseconds(order.core.clock.now())
    moments = {order.user(email).id: now_ms + int(seconds * 1000) for email, seconds in by_user.items()}
    credentials = order.workspace.credentials
    delegation = credentials.delegate(order.names[0], frozenset(wanted), now_ms, int(delay * 1000))
    delegation.effective_ms_of, delegation.spread, delegation.flips = moments, spread, flips
    return {"client_id": order.names[0], "scopes": sorted(wanted), "propagation_seconds": delay}


def delete_delegation(order: Order) -> Json:
    """Tokens issued before go on until they end, as with Google."""
    if order.workspace.credentials.delegations.pop(order.names[0], None) is None:
        raise Refused(404, f"The client {order.names[0]} has no delegation.")
    return {}


def patch_first_account(order: Order) -> Json:
    enabled = order.body().get("key_enabled")
    if not isinstance(enabled, bool):
        raise Refused(400, "The body needs 'key_enabled', true or false.")
    order.workspace.credentials.service_account.key_enabled = enabled
    return {"key_enabled": enabled}


def list_accounts(order: Order) -> Json:
    return {"service_accounts": [_account_json(order, account) for account in order.workspace.credentials.accounts()]}


def add_account(order: Order) -> Json:
    """A further service account of the project; the answer is its key file."""
    credentials, email = order.workspace.credentials, order.text("email")
    if credentials.account(email) is not None:
        raise Refused(409, f"The service account {email} exists.")
    account = new_service_account(email, f"1{order.workspace.random.randrange(10**20):020d}")
    credentials.further_accounts.append(account)
    return key_file(account, _url(order))


def patch_account(order: Order) -> Json:
    account, body = _account(order), order.body()
    known = {"enabled", "privileges", "token_creators"}
    if unknown := set(body) - known:
        raise Refused(400, f"Unknown field {sorted(unknown)[0]!r}. Known: {', '.join(sorted(known))}.")
    enabled = _flag(body, "enabled", default=account.enabled)
    creators = _texts(body, "token_creators", account.token_creators)
    if "privileges" in body:
        privileges = order.privileges(_texts(body, "privileges", []))
        order.workspace.directory.roles.give_exactly(account.client_id, privileges)
    account.enabled, account.token_creators = enabled, creators
    return _account_json(order, account)


def delete_account(order: Order) -> Json:
    credentials, account = order.workspace.credentials, _account(order)
    if account is credentials.service_account:
        raise Refused(400, "The first service account cannot be deleted.")
    credentials.further_accounts.remove(account)
    order.workspace.directory.roles.forget(account.client_id)
    return {}


def add_key(order: Order) -> Json:
    """A further key; the answer is its key file."""
    account = _account(order)
    made = new_service_account(account.email, account.client_id)
    account.further_keys.append(AccountKey(made.private_key_id, made.private_key_pem))
    first = replace(account, private_key_id=made.private_key_id, private_key_pem=made.private_key_pem)
    return key_file(first, _url(order))


def patch_key(order: Order) -> Json:
    account, enabled = _account(order), _flag(order.body(), "enabled", default=None)
    key_id = _key_id(account, order.names[1])
    if key_id == account.private_key_id:
        account.key_enabled = enabled
    for key in account.further_keys:
        key.enabled = enabled if key.id == key_id else key.enabled
    return _account_json(order, account)


def delete_key(order: Order) -> Json:
    """The first key stays in its file, but is of no use any more: it gives way to the next one, or is disabled."""
    account = _account(order)
    key_id = _key_id(account, order.names[1])
    if key_id != account.private_key_id:
        account.further_keys = [key for key in account.further_keys if key.id != key_id]
    elif account.further_keys:
        heir = account.further_keys.pop(0)
        account.private_key_id, account.private_key_pem = heir.id, heir.private_key_pem
        account.key_enabled = heir.enabled
    else:
        account.key_enabled = False
    return _account_json(order, account)


def add_client(order: Order) -> Json:
    """An installed application, or with `redirect_uris` a web application; the answer is its secrets file."""
    client = new_client(_texts(order.body(), "redirect_uris", []))
    credentials = order.workspace.credentials
    credentials.consents.clients[client.client_id] = client
    return secrets_file(client, credentials.service_account.project_id, _url(order))


def list_clients(order: Order) -> Json:
    rows = order.workspace.credentials.consents.clients.values()
    shown = [{"client_id": row.client_id, "redirect_uris": row.redirect_uris, "state": row.state} for row in rows]
    return {"oauth_clients": shown}


def patch_client(order: Order) -> Json:
    client = order.workspace.credentials.consents.clients.get(order.names[0])
    if client is None:
        raise Refused(404, f"There is no OAuth client {order.names[0]}.")
    state = order.text("state")
    if state not in _STATES:
        raise Refused(400, f"'state' is one of {', '.join(_STATES)}.")
    client.state = state
    return {"client_id": client.client_id, "state": state}


def _account(order: Order) -> ServiceAccount:
    account = order.workspace.credentials.account(order.names[0])
    if account is None:
        raise Refused(404, f"There is no service account {order.names[0]}.")
    return account


def _key_id(account: ServiceAccount, key_id: str) -> str:
    if key_id not in {key.id for key in account.all_keys()}:
        raise Refused(404, f"{account.email} has no key {key_id}.")
    return key_id


def _account_json(order: Order, account: ServiceAccount) -> Json:
    return {
        "client_email": account.email,
        "client_id": account.client_id,
        "enabled": account.enabled,
        "privileges": sorted(order.workspace.directory.roles.privileges_of(account.client_id)),
        "token_creators": account.token_creators,
        "keys": [{"id": key.id, "enabled": key.enabled} for key in account.all_keys()],
    }


def _url(order: Order) -> str:
    return f"http://{order.request.headers.get('host', 'localhost')}"


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _flag(body: Json, name: str, *, default: bool | None = False) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise Refused(400, f"{name!r} is true or false.")
    return value


def _texts(body: Json, name: str, default: list[str]) -> list[str]:
    values = body.get(name, default)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refused(400, f"{name!r} is a list of texts.")
    return list(values)


ROUTES: tuple[Route, ...] = (
    ("PUT", ("delegations", "*"), put_delegation),
    ("DELETE", ("delegations", "*"), delete_delegation),
    ("PATCH", ("service-account",), patch_first_account),
    ("GET", ("service-accounts",), list_accounts),
    ("POST", ("service-accounts",), add_account),
    ("PATCH", ("service-accounts", "*"), patch_account),
    ("DELETE", ("service-accounts", "*"), delete_account),
    ("POST", ("service-accounts", "*", "keys"), add_key),
    ("PATCH", ("service-accounts", "*", "keys", "*"), patch_key),
    ("DELETE", ("service-accounts", "*", "keys", "*"), delete_key),
    ("GET", ("oauth-clients",), list_clients),
    ("POST", ("oauth-clients",), add_client),
    ("PATCH", ("oauth-clients", "*"), patch_client),
)
