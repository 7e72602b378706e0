"""Service accounts, delegations, tokens and consents as JSON and back. What older files lack is at its default."""

from dataclasses import asdict
from datetime import datetime

from workspace_emulator.json_values import Json
from workspace_emulator.state.consents import Code, Consents, OAuthClient, RefreshToken
from workspace_emulator.state.credentials import AccountKey, Credentials, Delegation, Grant, ServiceAccount


def credentials_json(credentials: Credentials) -> Json:
    consents = credentials.consents
    return {
        "service_account": asdict(credentials.service_account),
        "further_accounts": [asdict(account) for account in credentials.further_accounts],
        "delegations": {client_id: _delegation_json(held) for client_id, held in credentials.delegations.items()},
        "grants": {
            token: {
                "subject_id": grant.subject_id,
                "client_id": grant.client_id,
                "scopes": sorted(grant.scopes),
                "expires_at": grant.expires_at.isoformat(),
                "refresh_token": grant.refresh_token,
            }
            for token, grant in credentials.grants.items()
        },
        "clients": [asdict(client) for client in consents.clients.values()],
        "codes": {code: asdict(held) for code, held in consents.codes.items()},
        "refresh_tokens": {token: asdict(held) for token, held in consents.refresh_tokens.items()},
    }


def credentials_of(value: Json) -> Credentials:
    credentials = Credentials(_account(value["service_account"]))
    credentials.further_accounts = [_account(row) for row in value.get("further_accounts", ())]
    credentials.delegations = {client_id: _delegation(row) for client_id, row in value["delegations"].items()}
    credentials.grants = {
        token: Grant(
            row["subject_id"],
            row["client_id"],
            frozenset(row["scopes"]),
            datetime.fromisoformat(row["expires_at"]),
            row.get("refresh_token"),
        )
        for token, row in value["grants"].items()
    }
    clients = [OAuthClient(**row) for row in value.get("clients", ())]
    credentials.consents = Consents(
        {client.client_id: client for client in clients},
        {code: Code(**{**row, "scopes": tuple(row["scopes"])}) for code, row in value.get("codes", {}).items()},
        {
            token: RefreshToken(row["client_id"], row["user_id"], tuple(row["scopes"]))
            for token, row in value.get("refresh_tokens", {}).items()
        },
    )
    return credentials


def _account(row: Json) -> ServiceAccount:
    keys = [AccountKey(**key) for key in row.get("further_keys", ())]
    # Snapshots of earlier versions held privileges with each account.
    kept = {name: value for name, value in row.items() if name != "privileges"}
    return ServiceAccount(**{**kept, "further_keys": keys})


def _delegation_json(held: Delegation) -> Json:
    return asdict(held) | {"scopes": sorted(held.scopes), "scopes_before": sorted(held.scopes_before)}


def _delegation(row: Json) -> Delegation:
    scopes = {name: frozenset(row[name]) for name in ("scopes", "scopes_before")}
    return Delegation(**{**row, **scopes})
