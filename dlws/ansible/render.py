"""From a Plan to a run directory: a complete Ansible project that a person can read and run by hand."""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2

from .. import __version__, assets
from ..errors import DlwsError, ExitCode
from ..model.inventory import Inventory
from ..model.plan import Plan
from ..model.stack import Stack

LONGEST = 300
"""Characters of one text in a comment."""

TEMPLATE_MARKS = ("{{", "{%", "{#")


def render(plan: Plan, stack: Stack, inventory: Inventory, directory: Path) -> Path:
    """Write the run directory, whole or not at all, and return its absolute path."""
    directory = directory.absolute()
    program = Path(sys.executable).with_name("ansible-playbook")
    files = {
        "site.yml": _fill("site.yml.j2", plan=plan),
        "README.txt": _fill("run_readme.txt.j2", stack=stack, directory=directory, program=program),
        "ansible.cfg": (assets.path("templates") / "ansible.cfg").read_text(encoding="utf-8"),
        "hosts.json": _json(_hosts(inventory)),
        "vars.json": _json(variables(plan, stack)),
    }
    if directory.is_dir() and any(directory.iterdir()):
        raise DlwsError(f"{directory} is not empty", fix="name a directory that is not there yet")
    trees = ["callback_plugins", *(f"roles/{step.role}" for step in plan.steps)]
    try:
        _write(directory, files, trees)
    except OSError as error:
        raise DlwsError(
            f"can't write the run directory {directory}",
            why=(error.strerror or str(error)).lower(),
            fix="name another place: export DLWS_STATE_DIR=/some/directory",
            code=ExitCode.UNKNOWN,
        ) from error
    return directory


def variables(plan: Plan, stack: Stack) -> dict[str, Any]:
    """Values of the roles' variables, by their names."""
    values: dict[str, Any] = {}
    if any(step.role == "python_env" for step in plan.steps) and stack.python is not None:
        wanted = stack.python
        values = {
            "python_env_directory": wanted.directory,
            "python_env_interpreter": wanted.interpreter,
            "python_env_packages": list(wanted.packages),
            "python_env_index_url": wanted.index_url or "",
            "python_env_extra_index_url": wanted.extra_index_url or "",
        }
    for name, value in values.items():
        if any(mark in str(value) for mark in TEMPLATE_MARKS):
            raise DlwsError(
                f"invalid {name.replace('_', ' ')} `{value}`",
                why="Ansible would take the braces in it for a template",
                fix="give it another name, without double braces",
            )
    return values


def oneline(value: object) -> str:
    """Text of a device or a user as one printable line, so that it cannot break out of a comment."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _hosts(inventory: Inventory) -> dict[str, Any]:
    # Left to itself, Ansible takes the first python3 in PATH: a pyenv shim, or conda's without python3-apt.
    system = Path("/usr/bin/python3")
    own = inventory.os.id in ("debian", "ubuntu") and system.exists()
    machine = {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(system) if own else sys.executable,
    }
    return {"workstations": {"hosts": {"localhost": machine}}}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _fill(template: str, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.path("templates")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # YAML and text; everything foreign goes through oneline
    )
    environment.filters["oneline"] = oneline
    return environment.get_template(template).render(version=__version__, **values)


def _write(directory: Path, files: dict[str, str], trees: list[str]) -> None:
    """Fill a hidden directory beside the wanted one and rename it, so that nobody ever sees half of it."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8")
        for tree in trees:
            shutil.copytree(
                assets.path("playbooks") / tree, draft / tree, ignore=shutil.ignore_patterns("__pycache__")
            )
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
