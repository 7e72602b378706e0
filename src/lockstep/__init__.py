"""Lockstep: appointment scheduling in step with Google Calendar."""
