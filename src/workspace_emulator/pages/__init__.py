"""The emulator's pages: start, calendars, admin console. Clients of its public APIs; they import none of its state."""

from workspace_emulator.pages.routes import routes

__all__ = ["routes"]
