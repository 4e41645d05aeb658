"""A command loads only what it uses."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

LOADED = re.compile(r"^import time: +\d+ \| +\d+ \| +([\w.]+)$", re.MULTILINE)
HEAVY = {"ansible", "concurrent", "ctypes", "jinja2", "psutil", "pynvml", "rich", "tarfile", "yaml"}


def loaded(*arguments: str) -> set[str]:
    """Modules that a command of dlws loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dlws", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stderr
    return set(LOADED.findall(done.stderr))


def answer(*arguments: str) -> Any:
    """The document that a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "dlws", *arguments], capture_output=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def parts(modules: set[str]) -> set[str]:
    """The packages of dlws among them."""
    return {name.split(".")[1] for name in modules if name.startswith("dlws.")}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_the_command_line_alone(option: str) -> None:
    modules = loaded(option)
    assert parts(modules) == {"cli", "errors", "pattern"}
    assert not modules & {*HEAVY, "msgspec", "pydantic"}


@pytest.mark.parametrize("arguments", [("inventory", "--help"), ("up", "--help"), ("verify", "--help")])
def test_help_of_a_command_loads_no_part_that_works(arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments)
    assert parts(modules) == {"cli", "errors", "pattern"}
    assert not modules & {*HEAVY - {"ctypes"}, "msgspec"}


INVENTORY = {"catalog", "cli", "codec", "errors", "host", "model", "pattern", "probes"}


def test_inventory_loads_no_other_stage() -> None:
    modules = loaded("inventory", "--format", "text")
    assert parts(modules) <= {*INVENTORY, "report"}
    assert not modules & (HEAVY - {"ctypes", "pynvml"})
    assert not any(name.startswith("dlws.host.attachment") for name in modules)


def test_what_other_programs_ask_again_and_again_loads_no_command_line() -> None:
    modules = loaded("inventory", "--json")
    assert parts(modules) <= INVENTORY
    assert not modules & {*HEAVY - {"ctypes", "pynvml"}, "inspect", "logging", "pathlib", "typer"}


def test_the_short_way_answers_as_the_long_one() -> None:
    """Typer reads any other spelling of the same call."""
    short, long = (answer("inventory", "--json"), answer("inventory", "--format=text", "--json"))
    assert short.keys() == long.keys()
    assert short["schema"] == long["schema"] and short["kind"] == long["kind"] == "inventory"
    assert short["inventory"].keys() == long["inventory"].keys()
    for part in ("board", "network", "problems", "not_told"):
        assert short["inventory"][part] == long["inventory"][part]


def test_explain_asks_no_machine() -> None:
    modules = loaded("explain")
    assert not parts(modules) & {"ansible", "host", "plan", "probes", "report", "sizing", "smoke"}
    assert not modules & HEAVY - {"ctypes"}


def test_size_asks_no_machine() -> None:
    assert not parts(loaded("size", "8B", "--json")) & {
        "ansible",
        "checks",
        "host",
        "plan",
        "probes",
        "smoke",
    }
