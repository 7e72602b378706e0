"""google-api-python-client with a service account and domain-wide delegation: `official_client.py KEY USER ADMIN`."""

import json
import sys

from google.auth.exceptions import RefreshError
from google.oauth2.service_account import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

AUTH = "https://www.googleapis.com/auth/"
key, user, admin = sys.argv[1:]


def service(name, version, scope, subject):
    credentials = Credentials.from_service_account_file(key, scopes=[AUTH + scope], subject=subject)
    return build(name, version, credentials=credentials)


calendar = service("calendar", "v3", "calendar", user)
events = calendar.events()
body = {
    "summary": "Weekly",
    "start": {"dateTime": "2026-10-19T10:00:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-10-19T11:00:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
}
series = events.insert(calendarId="primary", body=body).execute()
instances = events.instances(calendarId="primary", eventId=series["id"]).execute()["items"]
told = {"instances": [item["start"]["dateTime"] for item in instances]}

told["batch"] = {}


def remember(request_id, answer, refusal):
    told["batch"][request_id] = refusal.resp.status if refusal else answer.get("summary", answer.get("id"))


batch = calendar.new_batch_http_request(callback=remember)
for number in range(60):
    day = {"date": f"2026-11-{number % 28 + 1:02d}"}
    made = events.insert(calendarId="primary", body={"summary": f"Day {number}", "start": day, "end": day})
    batch.add(made, request_id=f"day{number}")
batch.add(events.get(calendarId="primary", eventId="missing"), request_id="missing")
batch.add(calendar.calendars().get(calendarId="primary"), request_id="calendar")
batch.execute()

listed = []
request = events.list(calendarId="primary", maxResults=25, q="x" * 2100)
told["long"] = request.execute()["items"]
request = events.list(calendarId="primary", maxResults=25)
while request is not None:
    page = request.execute()
    listed += page["items"]
    request = events.list_next(request, page)
told["listed"] = len(listed)
events.delete(calendarId="primary", eventId=series["id"]).execute()
changes = events.list(calendarId="primary", syncToken=page["nextSyncToken"]).execute()
told["changes"] = [(item["id"] == series["id"], item["status"]) for item in changes["items"]]
try:
    events.get(calendarId="primary", eventId="missing").execute()
except HttpError as refusal:
    told["refusal"] = [refusal.resp.status, refusal.reason]
try:
    service("calendar", "v3", "gmail.send", user).events().list(calendarId="primary").execute()
except RefreshError as refusal:
    told["undelegated"] = type(refusal).__name__
directory = service("admin", "directory_v1", "admin.directory.user.readonly", admin)
told["people"] = [row["primaryEmail"] for row in directory.users().list(customer="my_customer").execute()["users"]]
print(json.dumps(told))
