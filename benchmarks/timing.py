"""Wall-clock times of whole processes, taken in turn, so that a busy moment of the machine meets all alike."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Command = Sequence[str]


class Took(NamedTuple):
    """What many runs of one command took."""

    seconds: float
    """The median."""
    exits: str
    """Exit codes that occurred: the time of a command that fails says nothing."""


def measure(commands: Mapping[str, Command], runs: int) -> dict[str, Took]:
    """Each command so many times after one warm-up run: A B C A B C ..."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    exits: dict[str, set[int]] = {name: set() for name in commands}
    for turn in range(max(runs, 1) + 1):
        for name, command in commands.items():
            seconds, code = _run(command)
            exits[name].add(code)
            if turn:
                times[name].append(seconds)
    return {
        name: Took(statistics.median(times[name]), ",".join(map(str, sorted(exits[name]))))
        for name in commands
    }


def output(command: Command) -> bytes:
    """What a command prints."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment()).stdout


def environment() -> dict[str, str]:
    """Ours, but Python may keep its compiled files, as it does for everybody who has not forbidden it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns: the first to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _run(command: Command) -> tuple[float, int]:
    began = time.perf_counter()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    return time.perf_counter() - began, done.returncode
