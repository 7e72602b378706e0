"""What `pip install .` installs."""

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_SOURCE = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc")


@pytest.mark.slow
@pytest.mark.skipif(
    int(version("setuptools").split(".")[0]) < 77, reason="pyproject.toml needs setuptools 77 (requirements/build.txt)"
)
def test_the_wheel_holds_every_file_of_both_packages_and_both_commands(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    shutil.copytree(ROOT / "src", checkout / "src", ignore=NOT_SOURCE)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout / name)
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, checkout],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("lockstep-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        [commands] = [archive.read(name).decode() for name in inside if name.endswith("entry_points.txt")]
    source = checkout / "src"
    there = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    there = {name for name in there if ".egg-info" not in name}
    assert there - inside == set()
    assert "lockstep = lockstep.cli.main:main" in commands
    assert "workspace-emulator = workspace_emulator.cli:main" in commands
