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

STANDINS = Path(__file__).parent.parent / "standin"

Run = Callable[[str, str], Any]


@pytest.fixture(scope="session")
def nvml_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a libnvidia-ml.so.1; skips visibly without a C compiler."""
    return _compiled(STANDINS / "nvml.c", tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1")


@pytest.fixture(scope="session")
def amdsmi_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a libamd_smi.so.25; skips visibly without a C compiler."""
    return _compiled(STANDINS / "amdsmi.c", tmp_path_factory.mktemp("amdsmi") / "libamd_smi.so.25")


def _compiled(source: Path, library: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip(f"no C compiler: the stand-in {library.name} cannot be built")
    options = ("-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1")
    subprocess.run([compiler, *options, "-o", str(library), str(source)], check=True)
    return library.parent


@pytest.fixture
def on_standin(nvml_library: Path, tmp_path: Path) -> Run:
    """Runs a Python program on the stand-in for NVML with these answers; gives back the JSON that it prints.

    The program finds the answers' file in the environment, so it may change them as it goes.
    """
    return _runner(nvml_library, tmp_path / "answers", "STANDIN_NVML")


@pytest.fixture
def on_amd(amdsmi_library: Path, tmp_path: Path) -> Run:
    """The same on the stand-in for AMD SMI."""
    return _runner(amdsmi_library, tmp_path / "answers", "STANDIN_AMDSMI")


def _runner(library: Path, file: Path, variable: str) -> Run:
    def run(answers: str, program: str) -> Any:
        file.write_text(answers)
        environ = {**os.environ, "LD_LIBRARY_PATH": str(library), variable: str(file)}
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
