"""How long ``dlws inventory --json`` takes from a cold start, next to other tools that look at a machine.

    .venv/bin/python benchmarks/inventory.py --runs 11 --torch-python ~/envs/torch/bin/python

Tools that are not on PATH are named and left out. A fact is a value in a tool's JSON that is not empty:
texts, numbers and true or false at any depth, but not null, nor an empty text, list or object.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from timing import Command, measure, output, table

DLWS = "dlws inventory --json"
OTHERS = ("lshw -json", "inxi -Fxxxz", "llmfit --json system", "gpustat")
COLLECT_ENV = "python -m torch.utils.collect_env"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description="Cold inventories by dlws and by other tools.")
    arguments.add_argument("--runs", type=int, default=11, help="runs of each tool (default: 11)")
    arguments.add_argument("--torch-python", metavar="PATH", help="an interpreter that has PyTorch")
    given = arguments.parse_args()
    commands, absent = installed(given.torch_python)
    took = measure(commands, given.runs)
    rows = [("tool", "median ms", "of dlws", "facts", "exit")]
    for name, one in took.items():
        facts = str(count(parsed(output(commands[name])))) if "json" in name else "-"
        ratio = one.seconds / took[DLWS].seconds
        rows.append((name, f"{one.seconds * 1000:.0f}", f"{ratio:.2f}", facts, one.exits))
    rows += [(name, "not installed", "-", "-", "-") for name in absent]
    print(table(rows))


def installed(torch_python: str | None) -> tuple[dict[str, Command], list[str]]:
    """Commands that can be run here, and names of those that cannot."""
    commands: dict[str, Command] = {DLWS: [program("dlws"), "inventory", "--json"]}
    absent = []
    for line in OTHERS:
        name, *rest = line.split()
        if (path := shutil.which(name)) is None:
            absent.append(line)
        else:
            commands[line] = [path, *rest]
    if torch_python is None:
        absent.append(COLLECT_ENV)
    else:
        commands[COLLECT_ENV] = [torch_python, "-m", "torch.utils.collect_env"]
    return commands, absent


def program(name: str) -> str:
    """The program as a user starts it, from the environment that this runs in."""
    return str(Path(sys.executable).with_name(name))


def parsed(text: bytes) -> Any:
    """A JSON document; nothing where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def count(value: Any) -> int:
    """Facts in a document."""
    if isinstance(value, dict):
        return sum(count(item) for item in value.values())
    if isinstance(value, list):
        return sum(count(item) for item in value)
    return value is not None and value != ""


if __name__ == "__main__":
    main()
