"""MESSAGES to clients and their iCalendar files, and the demo's mail catcher."""
