"""What several test files share."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` writes golden files anew."""
    parser.addoption("--update", action="store_true", help="write tests/machines/*/inventory.json anew")


@pytest.fixture(scope="session")
def captures() -> Path:
    """Captured outputs of real machines, which are not part of the project; skips visibly where absent."""
    place = Path(os.environ.get("DLWS_CAPTURES", REPOSITORY.parent / "shared" / "captures"))
    if not place.is_dir():
        pytest.skip("no captured machines: set DLWS_CAPTURES to the folder that holds them")
    return place


@pytest.fixture(scope="session")
def gpu() -> None:
    """An NVIDIA GPU whose driver answers. Skips without one, fails instead under DLWS_REQUIRE_GPU=1."""
    if (
        shutil.which("nvidia-smi")
        and subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode == 0
    ):
        return
    if os.environ.get("DLWS_REQUIRE_GPU") == "1":
        pytest.fail("DLWS_REQUIRE_GPU is set and there is no NVIDIA GPU that answers")
    pytest.skip("no NVIDIA GPU that answers")
