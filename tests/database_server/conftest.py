"""Folders for servers, and a way to be an ordinary user."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database_server.people import OrdinaryUser, ordinary_user

from lockstep.database_server.folders import remove_server_files


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may pass through; pytest's own tmp_path is closed to all but its owner."""
    folder = Path(tempfile.mkdtemp(prefix="lockstep-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_root(open_folder: Path) -> Path:
    return open_folder / "postgres"


@pytest.fixture
def closed_data_root(tmp_path: Path) -> Iterator[Path]:
    """A data root below a folder that only its owner may enter."""
    tmp_path.chmod(0o700)
    yield tmp_path / "postgres"
    remove_server_files(tmp_path / "postgres")


@pytest.fixture(scope="session")
def alice() -> Iterator[OrdinaryUser]:
    """Somebody who is not root."""
    with ordinary_user() as user:
        yield user
