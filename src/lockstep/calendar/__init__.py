"""WHAT AN EVENT IS, pure: half-open intervals, event times, recurrence, attendance, and what takes time.

May import the standard library and python-dateutil; no framework, network, database, logging or clock.
"""
