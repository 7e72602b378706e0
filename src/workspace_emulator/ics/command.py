"""placeholder"""

from collections.abc import Iterator
from pathlib import Path


class ImportFailed(Exception):
    """x"""


def import_file(path: Path, user: str, url: str) -> Iterator[str]:
    raise ImportFailed("Not there yet.")
