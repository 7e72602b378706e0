"""gcal-sync, an independent synchronisation engine: `gcal_sync_client.py TOKEN CALENDAR`.

Each line that it reads is one synchronisation, after which it prints what its store holds.
"""

import asyncio
import json
import sys

import aiohttp
from gcal_sync.api import GoogleCalendarService
from gcal_sync.auth import AbstractAuth
from gcal_sync.store import InMemoryCalendarStore
from gcal_sync.sync import CalendarEventSyncManager

token, calendar_id = sys.argv[1:]


class Auth(AbstractAuth):
    async def async_get_access_token(self):
        return token


async def main():
    async with aiohttp.ClientSession(trust_env=True) as session:
        store = InMemoryCalendarStore()
        manager = CalendarEventSyncManager(GoogleCalendarService(Auth(session)), calendar_id, store)
        while await asyncio.to_thread(sys.stdin.readline):
            await manager.run()
            held = (await store.async_load())["event_sync"][calendar_id]
            print(json.dumps(held["items"]), flush=True)


asyncio.run(main())
