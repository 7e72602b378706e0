"""No page is served with a key that everybody knows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("key", "starts"), [("", False), ("long and random", True)], ids=["without", "with"])
def test_the_web_application_starts_only_with_a_secret_key(key: str, starts: bool) -> None:
    environment = {**os.environ, "LOCKSTEP_SECRET_KEY": key, "DJANGO_SETTINGS_MODULE": "lockstep.config.settings"}
    tried = subprocess.run(
        [sys.executable, "-c", "import lockstep.config.wsgi"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (tried.returncode == 0) is starts
    assert ("LOCKSTEP_SECRET_KEY is not set" in tried.stderr) is not starts
