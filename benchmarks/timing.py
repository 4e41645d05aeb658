"""Wall-clock times of whole processes, taken in turn, so that a busy moment of the machine meets all alike."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence

Command = Sequence[str]


def medians(commands: Mapping[str, Command], runs: int) -> dict[str, float]:
    """Median seconds of each command after one warm-up run: A B C A B C ..."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            took = _seconds(command)
            if turn:
                times[name].append(took)
    return {name: statistics.median(all_of_it) for name, all_of_it in times.items()}


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


def _seconds(command: Command) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    return time.perf_counter() - began
