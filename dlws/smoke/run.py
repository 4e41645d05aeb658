"""Starts jobs and turns what they say into measurements."""

import os
from collections.abc import Callable
from pathlib import Path

from dlws.errors import DlwsError
from dlws.model.measurement import Measurement

from .child import Child
from .told import Told

JOBS = Path(__file__).parent / "jobs"
DEVICES = ("auto", "cpu", "cuda", "xpu")
NO_PYTHON = ("there is no environment with a framework", "dlws apply has made none, and --python names none")


def names() -> tuple[str, ...]:
    """Jobs that there are."""
    return ("lenet5", "matmul")


def run(
    jobs: tuple[str, ...],
    python: Path | None,
    *,
    progress: Callable[[str], None],
    timeout_s: float = 600,
    device: str = "auto",
) -> tuple[Measurement, ...]:
    """Run jobs one after another under a Python that has the framework.

    Every job yields a measurement ``JOB.ran``, 1 or 0, and those that it got to. One that could not run says
    in the conditions ``what`` and ``why``. ``timeout_s`` limits each job; ``device`` is one of
    ``DEVICES``. Without a Python no job runs, which is an answer too. Ctrl-C ends the running job and is
    passed on.
    """
    for job in jobs:
        if job not in names():
            raise DlwsError(f"there is no smoke job {job!r}", why="jobs are " + ", ".join(names()))
    if python is None:
        return tuple(one for job in jobs for one in Told(job, progress).measurements(*NO_PYTHON))
    commands = {job: [str(python), "-B", str(JOBS / f"{job}.py"), "--device", device] for job in jobs}
    return tuple(one for job in jobs for one in run_command(job, commands[job], progress, timeout_s))


def run_command(
    job: str, argv: list[str], progress: Callable[[str], None], timeout_s: float
) -> tuple[Measurement, ...]:
    """Run one command that speaks as :mod:`dlws.smoke.events` describes."""
    progress(f"{job}: starting")
    told = Told(job, progress)
    try:
        child = Child(argv, _environment(), timeout_s)
    except OSError as error:
        return told.measurements("it could not be started", f"{argv[0]}: {error.strerror}")
    with child:
        for line in child.lines():
            told.hear(line)
        code = None if child.timed_out else child.wait()
        if code is None:
            return told.measurements("it took too long", f"it was ended after {timeout_s:g} s")
        return told.measurements(*told.fault(code, child.last_words()))


def _environment() -> dict[str, str]:
    """Ours, but the script must find its neighbours, which a set PYTHONSAFEPATH forbids."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
