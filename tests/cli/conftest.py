"""dlws as a user starts it: a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from dlws.host import Output, Usage
from dlws.host.answers import ANSWERS, Answers

COMMAND = (sys.executable, "-m", "dlws")
Done = subprocess.CompletedProcess[str]
Dlws = Callable[..., Done]

FILES = {
    "/proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold 6226R CPU\n"
    "physical id\t: 0\ncore id\t\t: 0\ncpu cores\t: 1\nflags\t\t: fpu avx avx2 fma f16c\n",
    "/proc/meminfo": "MemTotal:  16384000 kB\nMemAvailable: 12000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    "/proc/self/mountinfo": "20 1 253:0 / / rw - ext4 /dev/vda1 rw\n",
    "/proc/sys/kernel/osrelease": "6.8.0-52-generic\n",
    "/etc/os-release": 'ID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nNAME="Ubuntu"\n',
    "/sys/devices/system/cpu/online": "0-7\n",
    "/sys/devices/system/cpu/present": "0-7\n",
}


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
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small healthy server without a GPU, captured."""
    place = tmp_path_factory.mktemp("tree")
    for path, content in FILES.items():
        file = place / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    answers = Answers(
        commands={"dmesg": Output(0, "[    0.000000] Linux version 6.8.0\n")},
        usage={"/": Usage(total=10**12, free=8 * 10**11)},
        machine="x86_64",
        root=False,
    )
    (place / ANSWERS).write_bytes(msgspec.json.encode(answers))
    return place


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
