"""The stand-in NVML library, compiled once a session."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent.parent / "standin" / "nvml.c"

Run = Callable[[str, str], Any]


@pytest.fixture(scope="session")
def nvml_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a libnvidia-ml.so.1; skips visibly without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler: the stand-in for libnvidia-ml.so.1 cannot be built")
    folder = tmp_path_factory.mktemp("nvml")
    library = folder / "libnvidia-ml.so.1"
    command = [
        compiler,
        "-Wall",
        "-Wextra",
        "-Werror",
        "-shared",
        "-fPIC",
        "-O1",
        "-o",
        str(library),
        str(SOURCE),
    ]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture
def on_standin(nvml_library: Path, tmp_path: Path) -> Run:
    """Runs a Python program on the stand-in with these answers; gives back the JSON that it prints.

    The program finds the answers' file in the environment, so it may change them as it goes.
    """

    def run(answers: str, program: str) -> Any:
        file = tmp_path / "answers"
        file.write_text(answers)
        environ = {**os.environ, "LD_LIBRARY_PATH": str(nvml_library), "STANDIN_NVML": str(file)}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
