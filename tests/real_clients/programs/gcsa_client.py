"""gcsa, a Pythonic client: `gcsa_client.py KEY USER`."""

import json
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gcsa.event import Event
from gcsa.google_calendar import GoogleCalendar
from gcsa.recurrence import WEEKLY, Recurrence
from google.oauth2.service_account import Credentials

key, user = sys.argv[1:]
scopes = ["https://www.googleapis.com/auth/calendar"]
mine = GoogleCalendar(credentials=Credentials.from_service_account_file(key, scopes=scopes, subject=user))
berlin = ZoneInfo("Europe/Berlin")
lunch = mine.add_event(Event("Lunch", start=datetime(2026, 11, 24, 12, tzinfo=berlin), minutes_before_popup_reminder=5))
mine.add_event(Event("Fair", start=date(2026, 11, 25), end=date(2026, 11, 27)))
weekly = Recurrence.rule(freq=WEEKLY, count=3)
start = datetime(2026, 10, 19, 9, tzinfo=berlin)
series = mine.add_event(
    Event("Series", start=start, end=start + timedelta(hours=1), recurrence=weekly, timezone="Europe/Berlin")
)
lunch.location = "Canteen"
lunch = mine.get_event(mine.update_event(lunch).id)
window = {"time_min": date(2026, 10, 1), "time_max": date(2026, 12, 1)}
ordered = [event.summary for event in mine.get_events(**window, order_by="startTime", single_events=True)]
instances = [event.start.isoformat() for event in mine.get_instances(series, **window)]
busy = mine.get_free_busy(
    time_min=datetime(2026, 11, 24, tzinfo=berlin), time_max=datetime(2026, 11, 25, tzinfo=berlin)
)
mine.delete_event(series)
left = sorted(event.summary for event in mine.get_events(**window))
print(
    json.dumps(
        {
            "lunch": [lunch.summary, lunch.location, lunch.end.isoformat()],
            "reminders": [reminder.minutes_before_start for reminder in lunch.reminders],
            "ordered": ordered,
            "instances": instances,
            "busy": [span.start.isoformat() for span in next(iter(busy.calendars.values()))],
            "left": left,
            "zone": mine.get_calendar().timezone,
            "settings": mine.get_settings().timezone,
        }
    )
)
