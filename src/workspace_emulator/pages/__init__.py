"""The emulator's pages for people: the admin console and a calendar per user, as clients of its own HTTP API."""
