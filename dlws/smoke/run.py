"""Starts jobs and turns what they say into measurements."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from dlws.errors import DlwsError
from dlws.model.measurement import Measurement

from .child import Child
from .events import Conditions, Error, Event, Measured, Progress, Start, parse

JOBS = Path(__file__).parent / "jobs"
DEVICES = ("auto", "cpu", "cuda", "xpu")
SIGNALS = {
    signal.SIGSEGV: "a memory access error in native code",
    signal.SIGILL: "an instruction that this CPU does not have",
    signal.SIGBUS: "a bus error: often a full /dev/shm",
    signal.SIGKILL: "killed from outside: often the kernel, because memory ran out",
}
"""What usually stands behind the signals that end a job."""


def names() -> tuple[str, ...]:
    """Jobs that there are."""
    return ("lenet5", "matmul")


def run(
    jobs: tuple[str, ...],
    python: Path,
    *,
    progress: Callable[[str], None],
    timeout_s: float = 600,
    device: str = "auto",
) -> tuple[Measurement, ...]:
    """Run jobs one after another under a Python that has the framework.

    Every job yields a measurement ``JOB.ran``, 1 or 0, and those that it got to. One that could not run says
    in the conditions ``what`` and ``why``. ``timeout_s`` limits each job; ``device`` is one of
    ``DEVICES``. Ctrl-C ends the running job and is passed on.
    """
    for job in jobs:
        if job not in names():
            raise DlwsError(f"there is no smoke job {job!r}", why="jobs are " + ", ".join(names()))
    commands = {job: [str(python), "-B", str(JOBS / f"{job}.py"), "--device", device] for job in jobs}
    return tuple(one for job in jobs for one in run_command(job, commands[job], progress, timeout_s))


def run_command(
    job: str, argv: list[str], progress: Callable[[str], None], timeout_s: float
) -> tuple[Measurement, ...]:
    """Run one command that speaks as :mod:`dlws.smoke.events` describes."""
    progress(f"{job}: starting")
    told = Told(job, progress)
    try:
        with Child(argv, _environment(), timeout_s) as child:
            for line in child.lines():
                told.hear(line)
            code = None if child.timed_out else child.wait()
            if child.timed_out:
                return told.measurements("it took too long", f"it was ended after {timeout_s:g} s")
            if code != 0 or not told.done:
                return told.measurements(*_why(told, code or 0, child.last_words()))
    except OSError as error:
        return told.measurements("it could not be started", f"{argv[0]}: {error.strerror}")
    return told.measurements(None, None)


class Told:
    """What one job has said so far."""

    def __init__(self, job: str, progress: Callable[[str], None]) -> None:
        self.done = False
        self.error: Error | None = None
        self.garbage = 0
        self._job = job
        self._progress = progress
        self._start = Start(job=job, device="unknown")
        self._figures: list[Measured] = []

    def hear(self, line: bytes) -> None:
        """Take one line of the job's output."""
        event: Event | None = parse(line)
        if event is None:
            self.garbage += bool(line.strip())
        elif isinstance(event, Start):
            self._start = event
            self._progress(f"{self._job}: on {event.device_name or event.device}")
        elif isinstance(event, Progress):
            loss = "" if event.loss is None else f", loss {event.loss:.4g}"
            self._progress(f"{self._job}: {event.doing or 'step'} {event.step}/{event.steps}{loss}")
        elif isinstance(event, Measured):
            self._figures.append(event)
        elif isinstance(event, Error):
            self.error = event
        else:
            self.done = True

    def measurements(self, what: str | None, why: str | None) -> tuple[Measurement, ...]:
        """All figures, after one that says whether the job ran (``what`` is None) or what went wrong."""
        wrong: Conditions = {} if what is None else {"what": what, "why": why}
        ran = self._measurement(f"{self._job}.ran", 1.0 if what is None else 0.0, "yes=1", wrong)
        self._progress(f"{self._job}: {'done' if what is None else what}")
        return (ran, *(self._measurement(it.name, it.value, it.unit, it.conditions) for it in self._figures))

    def _measurement(self, name: str, value: float | None, unit: str, conditions: Conditions) -> Measurement:
        return Measurement(
            name=name,
            value=value,
            unit=unit,
            device=self._start.device,
            device_name=self._start.device_name,
            conditions={**self._start.conditions, **conditions},
        )


def _environment() -> dict[str, str]:
    """Ours, but the script must find its neighbours, which a set PYTHONSAFEPATH forbids."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}


def _why(told: Told, code: int, last_words: str | None) -> tuple[str, str]:
    """What went wrong, and why, with a job that failed or fell silent."""
    if told.error is not None:
        return told.error.what, told.error.why
    if code < 0:
        known = {each.value: each.name for each in signal.Signals}
        usual = next((text for number, text in SIGNALS.items() if number == -code), None)
        return (
            f"it was ended by {known.get(-code, f'signal {-code}')}",
            usual or last_words or "it gave no reason",
        )
    if code:
        return f"it ended with exit code {code}", last_words or "it gave no reason"
    spoke = f"{told.garbage} lines were no events" if told.garbage else "its output just ends"
    return "it ended without a result", spoke
