"""`lockstep migrate`: bring the database's tables up to date."""

from lockstep.cli.database import with_django


def run() -> int:
    """Apply what is missing; doing it again changes nothing."""
    with with_django():
        from django.core.management import call_command

        call_command("migrate", interactive=False)
        call_command("createcachetable")
    return 0
