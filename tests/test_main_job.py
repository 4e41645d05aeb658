"""The main job from an installed wheel, far from the checkout: from nothing to a verdict, then once more."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.slow


class Installed:
    """dlws in a clean environment, with places of its own to write to."""

    def __init__(self, python: Path, home: Path) -> None:
        self.python = python
        self.home = home

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("PIP_", "SSL_", "http", "no_"))
        }
        env = {**kept, "HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        return subprocess.run(
            [self.python, "-m", "dlws", *words],
            cwd=self.home,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(REPOSITORY)],
        check=True,
        capture_output=True,
    )
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a new environment."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    python = place / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    (place / "home").mkdir()
    return Installed(python, place / "home")


@pytest.fixture(scope="module")
def first(installed: Installed) -> dict[str, Any]:
    """The first run."""
    done = installed.run("up", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def statuses(document: dict[str, Any], check: str) -> set[str]:
    return {one["status"] for one in document["findings"] if one["check"] == check}


def test_it_ends_with_a_verdict_that_rests_on_a_trained_network(first: dict[str, Any]) -> None:
    assert (first["schema"], first["kind"]) == ("dlws/1", "findings")
    assert statuses(first, "smoke.accuracy") == {"ok"}
    assert statuses(first, "framework.present") == {"ok"}
    assert first["summary"]["fail"] == 0
    assert [step["role"] for step in first["plan"]["steps"]][-1] == "python_env"
    assert first["outcome"]["complete"] and first["outcome"]["changed"] > 0


def test_the_report_stands_alone(first: dict[str, Any]) -> None:
    page = Path(first["report"]).read_text(encoding="utf-8")
    assert "LeNet-5" in page
    assert "src=" not in page and "<link" not in page


def test_the_project_can_be_run_by_hand(installed: Installed, first: dict[str, Any]) -> None:
    done = subprocess.run(
        [installed.python, "-m", "ansible", "playbook", "site.yml"],
        cwd=first["directory"],
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(installed.home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed=0" in done.stdout


def test_a_second_run_changes_nothing(installed: Installed, first: dict[str, Any]) -> None:
    assert first["outcome"]["complete"]
    done = installed.run("up", "--yes", "--json")
    second = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert "python_env" not in [step["role"] for step in second["plan"].get("steps", ())]
    assert second.get("outcome", {"changed": 0})["changed"] == 0


def test_a_saved_verdict_makes_every_kind_of_report(installed: Installed, first: dict[str, Any]) -> None:
    saved = Path(first["report"]).with_suffix(".json")
    for form, sign in (
        ("text", "Good"),
        ("junit", "<testsuite"),
        ("prometheus", "dlws_"),
        ("html", "<!doctype"),
    ):
        done = installed.run("report", str(saved), "--format", form)
        assert done.returncode == 0, done.stderr
        assert sign.lower() in done.stdout.lower(), form
