"""The two commands of a newcomer, in a copy of the checkout."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from .conftest import REPOSITORY

QUICK_S = 5.0
"""A second run installs nothing; the program alone takes a fraction of this on an idle machine."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a fresh clone holds, at a path with a space in it."""
    place = tmp_path_factory.mktemp("new comer") / "dlws"
    place.mkdir()
    for name in ("bootstrap", "pyproject.toml", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md"):
        shutil.copy2(REPOSITORY / name, place / name)
    for name in ("dlws", "playbooks", "templates"):
        shutil.copytree(REPOSITORY / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    return place


def bootstrap(checkout: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", str(checkout / "bootstrap"), *words],
        env={**os.environ, **env},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def programs(place: Path, python: str) -> str:
    """A PATH that holds only what the script needs, and a python3 of our own making."""
    place.mkdir()
    for name in ("dirname", "cat", "cksum", "cut", "tr", "rm"):
        (place / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    if python:
        (place / "python3").write_text(python)
        (place / "python3").chmod(0o755)
    return str(place)


def test_without_python_it_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    script = (checkout / "bootstrap").read_text(encoding="utf-8")
    alone = tmp_path / "checkout"
    alone.mkdir()
    # The fixed places are outside any PATH that a test can empty.
    (alone / "bootstrap").write_text(script.replace("/usr/bin/python3 /usr/local/bin/python3", ""))
    (alone / "pyproject.toml").touch()
    done = bootstrap(alone, "up", PATH=programs(tmp_path / "bin", "#!/bin/sh\nexit 1\n"))
    assert done.returncode == 3
    assert "error: no Python 3.10 or newer" in done.stderr
    assert "fix: sudo apt-get install python3" in done.stderr
    assert not (alone / ".venv").exists()


def test_without_venv_it_says_what_to_install(tmp_path: Path) -> None:
    alone = tmp_path / "checkout"
    alone.mkdir()
    shutil.copy2(REPOSITORY / "bootstrap", alone / "bootstrap")
    (alone / "pyproject.toml").touch()
    refuses = 'echo "ensurepip is not available" >&2; exit 1'
    no_venv = f'#!/bin/sh\ncase "$*" in *venv*) {refuses};; *) echo Python 3.11;; esac\n'
    done = bootstrap(alone, "up", PATH=programs(tmp_path / "bin", no_venv))
    assert done.returncode == 3
    assert "why: ensurepip is not available" in done.stderr
    assert "fix: sudo apt-get install python3-venv" in done.stderr
    assert not (alone / ".venv").exists()


@pytest.mark.slow
def test_it_sets_up_once_and_passes_its_arguments_on(checkout: Path) -> None:
    first = bootstrap(checkout, "workloads")
    assert first.returncode == 0, first.stderr
    assert "lenet5-train" in first.stdout
    assert "installing dlws" in first.stderr
    begun = time.monotonic()
    second = bootstrap(checkout, "explain", "framework.present")
    assert time.monotonic() - begun < QUICK_S
    assert second.stdout.startswith("framework.present: ")
    assert second.stderr == ""
    assert bootstrap(checkout, "check", "no-such-workload").returncode == 2


@pytest.mark.slow
def test_an_interrupted_set_up_is_done_again(checkout: Path) -> None:
    assert bootstrap(checkout, "workloads").returncode == 0
    (checkout / ".venv" / ".dlws-installed").unlink()
    again = bootstrap(checkout, "workloads")
    assert again.returncode == 0
    assert "installing dlws" in again.stderr
