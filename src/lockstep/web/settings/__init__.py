"""The admin's settings. May import operations and wiring, never google."""
