"""The command `lockstep`: demo, serve, worker, migrate, doctor.

Owns: starting, watching and stopping programs, and telling the person at the terminal what happens. May import:
everything below it and the database server; nothing of Django at the top of a module, so that `--help` is instant and
a sentence about a wrong Python or a full disk does not need an installation that works.
"""
