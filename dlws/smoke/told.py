"""What one job has said, and what it means that it said no more."""

import signal
from collections.abc import Callable

from dlws.model.measurement import Measurement

from .events import Conditions, Error, Event, Measured, Progress, Start, parse

SIGNALS = {
    signal.SIGSEGV: "a memory access error in native code",
    signal.SIGILL: "an instruction that this CPU does not have",
    signal.SIGBUS: "a bus error: often a full /dev/shm",
    signal.SIGKILL: "killed from outside: often the kernel, because memory ran out",
}
"""What usually stands behind the signals that end a job."""


class Told:
    """Hears one job out."""

    def __init__(self, job: str, progress: Callable[[str], None]) -> None:
        self._done = False
        self._error: Error | None = None
        self._garbage = 0
        self._job = job
        self._progress = progress
        self._start = Start(job=job, device="unknown")
        self._figures: list[Measured] = []

    def hear(self, line: bytes) -> None:
        """Take one line of the job's output."""
        event: Event | None = parse(line)
        if event is None:
            self._garbage += bool(line.strip())
        elif isinstance(event, Start):
            self._start = event
            self._progress(f"{self._job}: on {event.device_name or event.device}")
        elif isinstance(event, Progress):
            loss = "" if event.loss is None else f", loss {event.loss:.4g}"
            self._progress(f"{self._job}: {event.doing or 'step'} {event.step}/{event.steps}{loss}")
        elif isinstance(event, Measured):
            self._figures.append(event)
        elif isinstance(event, Error):
            self._error = event
        else:
            self._done = True

    def fault(self, code: int, last_words: str | None) -> tuple[str | None, str | None]:
        """What went wrong, and why; a job that ends in order without saying that it is done broke too."""
        if code == 0 and self._done:
            return None, None
        if self._error is not None:
            return self._error.what, self._error.why
        if code < 0:
            known = {each.value: each.name for each in signal.Signals}
            usual = next((text for number, text in SIGNALS.items() if number == -code), None)
            return (
                f"it was ended by {known.get(-code, f'signal {-code}')}",
                usual or last_words or "it gave no reason",
            )
        if code:
            return f"it ended with exit code {code}", last_words or "it gave no reason"
        spoke = f"lines that are no events: {self._garbage}" if self._garbage else "its output just ends"
        return "it ended without a result", spoke

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
