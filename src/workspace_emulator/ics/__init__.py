"""Loading of .ics files into a running emulator, as a client of its HTTP API. Imports none of the emulator's state."""
