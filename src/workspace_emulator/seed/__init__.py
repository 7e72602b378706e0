"""The companies that the emulator can start with: `named(NAME, today)` gives a `Seed`. Imports nothing but the model."""
