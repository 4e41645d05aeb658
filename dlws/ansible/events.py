"""Events of an Ansible run, as its callback writes them, and the Outcome that they add up to."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from ..credentials import hidden
from ..model.outcome import Event, HostOutcome, Outcome, TaskFailure

WRONG = ("failed", "unreachable")
PATIENCE_S = 0.5
"""Ansible says that a task begins before it looks whether it is to be skipped, which takes less than this."""


class Follower:
    """Reads a file of events while it grows. ``progress`` hears of a task once it is sure that it is not
    skipped: with its first result, or when that is not there soon."""

    def __init__(self, path: Path, progress: Callable[[Event], None]) -> None:
        self.events: list[Event] = []
        self._path = path
        self._progress = progress
        self._seen = 0
        self._held: Event | None = None
        self._held_since = 0.0

    def look(self) -> None:
        """Take in the lines that were finished since the last look."""
        with self._path.open("rb") as file:
            file.seek(self._seen)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._seen += len(whole)
        for line in whole.splitlines():
            try:
                event = msgspec.json.decode(hidden(line.decode("utf-8", "replace")), type=Event)
            except (
                msgspec.DecodeError
            ):  # cut off by a full disk; without its closing events a run is incomplete
                continue
            self.events.append(event)
            self._tell(event)
        if self._held and time.monotonic() - self._held_since > PATIENCE_S:
            self._let_go()

    def _tell(self, event: Event) -> None:
        if event.kind == "task":
            self._held, self._held_since = event, time.monotonic()
        elif event.status != "skipped":
            if event.kind == "result":
                self._let_go()
            self._progress(event)

    def _let_go(self) -> None:
        if held := self._held:
            self._held = None
            self._progress(held)


def outcome(
    events: Iterable[Event], *, directory: Path, log: Path, check: bool, interrupted: bool, duration_s: float
) -> Outcome:
    """What the events add up to. A run without its closing events did not reach its end."""
    events = tuple(events)
    results = [event for event in events if event.kind == "result" and event.host]
    complete = any(event.kind == "stats" for event in events)
    hosts = tuple(_host(name, results) for name in sorted({event.host or "" for event in results}))
    return Outcome(
        directory=str(directory),
        hosts=hosts,
        failures=tuple(_failure(event) for event in results if event.status in WRONG),
        changed=sum(host.changed for host in hosts),
        duration_s=round(duration_s, 1),
        check=check,
        complete=complete,
        interrupted=interrupted,
        error=None if complete or interrupted else _last_words(log),
        log=str(log),
    )


def _host(name: str, results: list[Event]) -> HostOutcome:
    statuses = [event.status for event in results if event.host == name]
    return HostOutcome(
        host=name,
        ok=statuses.count("ok") + statuses.count("changed"),
        changed=statuses.count("changed"),
        failed=statuses.count("failed"),
        ignored=statuses.count("ignored"),
        skipped=statuses.count("skipped"),
        unreachable=statuses.count("unreachable"),
    )


def _failure(event: Event) -> TaskFailure:
    return TaskFailure(
        host=event.host or "",
        role=event.role,
        task=event.task or "",
        message=event.message or "it failed without saying why",
    )


def _last_words(log: Path) -> str:
    """Why Ansible stopped: its error lines, which come last."""
    lines = [
        line.strip()
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
    errors = [number for number, line in enumerate(lines) if "ERROR" in line]
    told = lines[errors[0] :] if errors else lines[-5:]
    return "\n".join(told[:10]) or "Ansible ended without a word"
