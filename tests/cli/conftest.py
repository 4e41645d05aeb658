"""dlws as a user starts it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "dlws")
Done = subprocess.CompletedProcess[str]
Dlws = Callable[..., Done]

MACHINES = Path(__file__).parent.parent / "machines"


def environment(home: Path, **more: str | None) -> dict[str, str]:
    """A plain user's environment; None takes a variable out."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    given = {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8", **more}
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory."""
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def dlws(home: Path) -> Dlws:
    """Runs a command; keywords are the text on standard input and variables of the environment."""

    def run(*words: str | Path, stdin: str | None = None, **variables: str | None) -> Done:
        return subprocess.run(
            [*COMMAND, *map(str, words)],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment(home, **variables),
            cwd=home,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def tree() -> Path:
    """A small healthy server without a GPU, captured."""
    return MACHINES / "made-by-hand"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine of which nothing is known."""
    return tmp_path_factory.mktemp("empty")


def complains(done: Done, code: int, *words: str) -> None:
    """Assert one clear error: what, how to mend it, the right exit code, and nothing else."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("error: ") == 1, done.stderr
    assert "  fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "dlws broke" not in done.stderr
    for word in words:
        assert word in done.stderr
