"""`workspace-emulator import`: an .ics file into a person's calendar of a running emulator, through its HTTP API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import urllib3

from workspace_emulator.ics.reading import ChangedInstance, read
from workspace_emulator.json_values import Json


class ImportFailed(Exception):
    """Nothing can be taken; one sentence says why and what to do."""


class _Refused(Exception):
    """The emulator's answer to one call, in its own words."""


def import_file(path: Path, user: str, url: str) -> Iterator[str]:
    """What was taken and what was not, line by line. Raises: ImportFailed."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}.") from None
    api = _Api.opened(url.rstrip("/"), user)
    try:
        contents = read(text, api.time_zone, api.addresses)
    except ValueError:
        raise ImportFailed(f"{path} is not an iCalendar file.") from None
    taken: dict[str, str] = {}
    series = 0
    missed = list(contents.skipped)
    for body in contents.events:
        try:
            made = api.call("POST", "/calendar/v3/calendars/primary/events/import", body)
        except _Refused as refusal:
            missed.append(f"The event with UID {body['iCalUID']}: {refusal}")
            continue
        taken[body["iCalUID"]] = made["id"]
        series += "recurrence" in made
    changed = 0
    for change in contents.changed:
        try:
            api.change(change, taken.get(change.uid))
            changed += 1
        except _Refused as refusal:
            missed.append(f"The changed instance of {change.original:%Y-%m-%d} with UID {change.uid}: {refusal}")
    yield f"Taken: {len(taken)} events ({series} of them series) and {changed} changed instances."
    if missed:
        yield f"Not taken: {len(missed)}."
    yield from (f"- {line}" for line in missed)


@dataclass(slots=True)
class _Api:
    """The emulator as this program sees it."""

    url: str
    token: str
    time_zone: str
    addresses: set[str]
    pool: urllib3.PoolManager

    @classmethod
    def opened(cls, url: str, user: str) -> "_Api":
        pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=60))
        try:
            answer = pool.request("POST", f"{url}/emulator/v1/page-token", json={"user": user})
            state = pool.request("GET", f"{url}/emulator/v1/state")
            if answer.status == 404 and "error" in answer.json():
                people = ", ".join(row["email"] for row in state.json()["users"])
                raise ImportFailed(f"The emulator has no user {user}; there are {people}.")
            token = answer.json()["access_token"]
            rows = [row for row in state.json()["users"] if user.lower() in _addresses(row)]
        except (urllib3.exceptions.HTTPError, ValueError, KeyError):
            sentence = f"No emulator answers at {url}; start it with `workspace-emulator serve`, or give its --url."
            raise ImportFailed(sentence) from None
        return cls(url, token, rows[0]["time_zone"], _addresses(rows[0]), pool)

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Raises: _Refused and ImportFailed."""
        headers = {"authorization": f"Bearer {self.token}"}
        try:
            response = self.pool.request(method, self.url + path, headers=headers, json=body)
        except urllib3.exceptions.HTTPError:
            raise ImportFailed(f"The emulator at {self.url} stopped answering.") from None
        if response.status >= 400:
            raise _Refused(str(response.json()["error"]["message"]))
        return response.json()

    def change(self, change: ChangedInstance, master_id: str | None) -> None:
        """Lay an exception over its instance. Raises: _Refused."""
        if master_id is None:
            raise _Refused("Its series is not in the file or was not taken.")
        path = f"/calendar/v3/calendars/primary/events/{quote(master_id)}"
        query = urlencode(_search(change.original, self.time_zone))
        found = self.call("GET", f"{path}/instances?showDeleted=true&{query}")["items"]
        instance = next((item for item in found if _starts_at(item, change.original)), None)
        if instance is None:
            raise _Refused("The series has no instance at that time.")
        changes = {name: value for name, value in change.changes.items() if name not in {"organizer", "attendees"}}
        for side in ("start", "end"):
            # Nulls, because a patch merges into what is there.
            changes[side] = {"date": None, "dateTime": None, "timeZone": None} | changes[side]
        self.call("PATCH", f"/calendar/v3/calendars/primary/events/{quote(instance['id'])}", changes)


def _addresses(row: Json) -> set[str]:
    return {address.lower() for address in (row["email"], *row["aliases"])}


def _search(original: date | datetime, zone_name: str) -> dict[str, str]:
    """Parameters that find the instance by its original start; by its day, where the file tells no more."""
    if isinstance(original, datetime):
        return {"originalStart": original.isoformat()}
    noon = datetime.combine(original, time(12), ZoneInfo(zone_name)).astimezone(UTC)
    bounds = {"timeMin": noon - timedelta(days=2), "timeMax": noon + timedelta(days=2)}
    return {name: bound.strftime("%Y-%m-%dT%H:%M:%SZ") for name, bound in bounds.items()}


def _starts_at(item: Json, original: date | datetime) -> bool:
    held = item["originalStartTime"]
    if "date" in held:
        day = original.date() if isinstance(original, datetime) else original
        return bool(held["date"] == day.isoformat())
    moment = datetime.fromisoformat(held["dateTime"])
    if not isinstance(original, datetime):
        return moment.astimezone(ZoneInfo(held["timeZone"])).date() == original
    return moment == original
