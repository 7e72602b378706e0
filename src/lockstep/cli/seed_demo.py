"""Fills in the demo's company, where it is not there yet; prints its places and log-ins as one line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

import django
from django.conf import settings
from django.utils import timezone


def main() -> None:
    django.setup()
    from lockstep.operations.demo_company import SLUG, found_company

    log_ins = found_company(now=timezone.now())
    places = [
        {"title": "Staff sign in", "url": f"{settings.PUBLIC_URL}/desk/"},
        {"title": "Clients book", "url": f"{settings.PUBLIC_URL}/book/{SLUG}/"},
        {"title": "Clients' e-mails", "url": f"{settings.PUBLIC_URL}/mail/"},
        {
            "title": "Connect Google",
            "url": f"{settings.PUBLIC_URL}/settings/integrations/gsuite/",
        },
    ]
    print(json.dumps({"places": places, "log_ins": [asdict(each) for each in log_ins]}), flush=True)


if __name__ == "__main__":
    main()
