"""The companies that the emulator can start with: `named(NAME, today)` gives a `Seed`. Imports nothing else of ours."""

from workspace_emulator.seed.companies import NAMES, named

__all__ = ["NAMES", "named"]
