"""What a Workspace customer consists of and how it changes, pure: no IO, no clock, no framework.

`now` is always an argument. May import json_values and seed.model, the standard library, dateutil and cryptography.
"""
