"""What somebody reads whose machine lacks something, before any of Lockstep can run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lockstep.cli import preflight

SCRIPT = Path(__file__).parents[2] / "scripts" / "preflight.sh"
OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] && { echo "Python 3.9.2"; exit 0; }\nexit 1\n'
PYTHON_WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *version_info*) exit 0;; *) exit 1;; esac\n'


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the few programs that the script needs, and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("rm", "dirname"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def run_with(tools: Path, folder: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), str(folder)],
        env={"PATH": str(tools), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_new_enough_is_found_and_named(tools: Path, tmp_path: Path) -> None:
    python = program(tools / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    ran = run_with(tools, tmp_path)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, str(python), "")


def test_a_newer_python_beside_an_old_python3_is_found(tools: Path, tmp_path: Path) -> None:
    program(tools / "python3", OLD_PYTHON)
    newer = program(tools / "python3.12", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    assert run_with(tools, tmp_path).stdout.strip() == str(newer)


def test_without_python_the_sentence_says_what_to_install(tools: Path, tmp_path: Path) -> None:
    ran = run_with(tools, tmp_path)
    assert ran.returncode == 1
    assert "needs Python 3.11 or newer, and there is no python3 here" in ran.stderr
    assert "apt install python3 python3-venv" in ran.stderr


def test_an_old_python_is_named_with_its_version(tools: Path, tmp_path: Path) -> None:
    old = program(tools / "python3", OLD_PYTHON)
    ran = run_with(tools, tmp_path)
    assert ran.returncode == 1
    assert f"{old} is Python 3.9.2" in ran.stderr


def test_a_python_without_the_module_venv_names_the_package_to_install(tools: Path, tmp_path: Path) -> None:
    program(tools / "python3", PYTHON_WITHOUT_VENV)
    ran = run_with(tools, tmp_path)
    assert ran.returncode == 1
    assert "apt install python3-venv" in ran.stderr


def test_a_python_that_was_asked_for_and_is_not_there_is_named(tools: Path, tmp_path: Path) -> None:
    ran = run_with(tools, tmp_path, python="/nowhere/python3")
    assert "there is no /nowhere/python3 here" in ran.stderr


def test_a_folder_that_cannot_be_written_is_named(tools: Path, tmp_path: Path) -> None:
    program(tools / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    folder = Path("/proc") if os.geteuid() == 0 else Path("/usr")  # root may write anywhere but to such a file system
    ran = run_with(tools, folder)
    assert ran.returncode == 1
    assert str(folder) in ran.stderr


def test_the_command_refuses_an_old_python_with_what_to_do() -> None:
    with pytest.raises(preflight.PythonTooOld, match=r"needs Python 3\.11 or newer, and this is 3\.10\.4"):
        preflight.check_python((3, 10, 4))


def test_missing_packages_are_all_named() -> None:
    with pytest.raises(preflight.PackagesMissing, match="no_such_package, nor_this"):
        preflight.check_packages(["sys", "no_such_package", "nor_this"])
