"""How long commands of dlws take from a cold start, next to ``python -c "import typer"``.

    .venv/bin/python benchmarks/startup.py --runs 15

Every run is a process of its own. The exit code says nothing of the figures: they depend on the machine.
"""

import argparse
import sys

from timing import measure, table

BASE = 'python -c "import typer"'
COMMANDS = (
    "--help",
    "--version",
    "inventory --json",
    "explain",
    "workloads",
    "check lenet5-train",
    "size 8B",
)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="Cold starts of dlws next to that of Typer.")
    arguments.add_argument("--runs", type=int, default=11, help="runs of each command (default: 11)")
    runs = arguments.parse_args().runs
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        BASE: [sys.executable, "-c", "import typer"],
    }
    commands |= {f"dlws {line}": [sys.executable, "-m", "dlws", *line.split()] for line in COMMANDS}
    took = measure(commands, runs)
    rows = [("command", "median ms", "ratio", "exit")]
    for name, one in took.items():
        ratio = one.seconds / took[BASE].seconds
        rows.append((name, f"{one.seconds * 1000:.0f}", f"{ratio:.2f}", one.exits))
    print(table(rows))


if __name__ == "__main__":
    main()
