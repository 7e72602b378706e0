"""What others made is kept unchanged, and all of it is listed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import lockstep.web

VENDOR = Path(lockstep.web.__file__).parent / "static" / "vendor"
OWN_NOTES = {"VENDOR.md", "vendor.json"}


def listed() -> dict[str, str]:
    entries = json.loads((VENDOR / "vendor.json").read_text())
    return {name: digest for entry in entries for name, digest in entry["files"].items()}


def test_every_vendored_file_is_listed_with_its_hash() -> None:
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in OWN_NOTES
    }

    assert found == listed()


def test_every_entry_names_its_version_source_and_licence() -> None:
    entries = json.loads((VENDOR / "vendor.json").read_text())

    assert all(entry[key] for entry in entries for key in ("name", "version", "source", "licence"))
