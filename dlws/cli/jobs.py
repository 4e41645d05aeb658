"""Runs smoke jobs for the commands that need them."""

import os
from pathlib import Path

from .. import paths
from ..model.measurement import Measurement
from . import out

QUICK = ("matmul",)
ALL = ("lenet5", "matmul")
OF_LEVEL = {1: QUICK, 2: ALL}
"""Level 1 takes seconds, level 2 up to a minute or two."""


def measure(
    jobs: tuple[str, ...], python: Path | None, device: str = "auto", timeout_s: float = 600
) -> tuple[Measurement, ...]:
    """Figures of these jobs, under the given Python or the newest environment that dlws made."""
    from ..smoke import environments, run

    found = environments.find_python(python, paths.data(os.environ))
    return run.run(
        jobs, found, progress=lambda line: out.say(f"  {line}"), device=device, timeout_s=timeout_s
    )
