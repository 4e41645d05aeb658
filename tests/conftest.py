"""What several test files share."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def captures() -> Path:
    """Captured outputs of real machines, which are not part of the project; skips visibly where absent."""
    place = Path(os.environ.get("DLWS_CAPTURES", REPOSITORY.parent / "shared" / "captures"))
    if not place.is_dir():
        pytest.skip("no captured machines: set DLWS_CAPTURES to the folder that holds them")
    return place
