"""The architecture: which package may import which. A new arrow is a decision, and is made here."""

import ast
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path

import msgspec
import pytest

import dlws.model

PACKAGE = Path(dlws.__file__).parent
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(PACKAGE.rglob("*.py"))}

MAY_IMPORT: dict[str, set[str]] = {
    # What everything else is said in.
    "model": set(),
    "errors": set(),
    "suggest": set(),
    "pattern": set(),
    "credentials": {"pattern"},
    "catalog": {"errors", "pattern", "suggest"},
    "assets": {"errors"},
    "paths": {"errors"},
    "codec": {"errors", "model"},
    # The machine, and what it has.
    "host": {"credentials", "errors", "pattern"},
    "probes": {"host", "model", "catalog", "pattern"},
    # Pure: from plain data to plain data.
    "sizing": {"model", "catalog", "errors", "suggest"},
    "checks": {"model", "catalog"},
    "plan": {"model", "catalog", "errors", "paths", "suggest"},
    "report": {"model", "errors", "assets", "catalog"},
    # What changes or loads a machine.
    "ansible": {"model", "credentials", "errors", "assets", "__version__"},
    "smoke": {"model", "errors"},
    # What binds all of it together; nothing imports it but the program itself.
    "cli": {
        "__version__", "ansible", "catalog", "checks", "codec", "errors", "host", "model", "paths", "pattern",
        "plan", "probes", "report", "sizing", "smoke", "suggest",
    },
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip

TOUCHES_THE_MACHINE = {"os", "shutil", "subprocess", "socket", "platform", "glob", "psutil", "pynvml"}
MAY_TOUCH: dict[str, set[str]] = {
    "host": {"os", "shutil", "subprocess", "psutil", "pynvml"},
    "ansible": {"os", "shutil", "subprocess", "psutil"},  # runs ansible-playbook, and ends what it started
    "smoke": {"os", "subprocess"},  # runs jobs under another Python
    "plan": {"platform"},  # the version of the Python that dlws runs under, a default of the settings
    "cli": {"os", "shutil"},  # its own environment, terminal and files
}

THIRD_PARTIES: dict[str, set[str]] = {
    "host": {"msgspec", "psutil", "pynvml"},
    "sizing": {"msgspec", "yaml"},
    "report": {"msgspec", "jinja2", "yaml"},
    "ansible": {"msgspec", "jinja2", "psutil"},
    "cli": {"msgspec", "typer"},
    "__main__": {"typer"},
}
"""Elsewhere only msgspec."""

JOBS = PACKAGE / "smoke" / "jobs"
RUN_ELSEWHERE = {*JOBS.glob("*.py"), PACKAGE / "probes" / "software" / "ask_frameworks.py"}
"""Scripts that another Python runs; nothing here imports them."""
MAX_LINES = 250


def room(file: Path) -> str:
    """The package or module directly below dlws that a file belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> Iterator[tuple[str, ...]]:
    """Dotted names that a file imports anywhere, relative ones made absolute."""
    here = ("dlws", *file.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            yield from ((*module, alias.name) for alias in node.names)


def ours(file: Path) -> set[str]:
    """Packages of dlws that a file imports, its own left out."""
    return {name[1] for name in imported(file) if name[0] == "dlws" and len(name) > 1} - {room(file)}


def others(file: Path) -> set[str]:
    """Top-level modules of the standard library and of third parties."""
    return {name[0] for name in imported(file)} - {"dlws"}


@pytest.mark.parametrize("name", sorted({room(file) for file in TREES}))
def test_a_package_imports_only_what_its_layer_may(name: str) -> None:
    wrong = {
        f"{file.relative_to(PACKAGE)} imports {one}"
        for file in TREES
        if room(file) == name
        for one in ours(file) - MAY_IMPORT[name]
    }
    assert not wrong


@pytest.mark.parametrize("name", sorted({room(file) for file in TREES}))
def test_only_few_packages_reach_the_machine_or_third_parties(name: str) -> None:
    allowed = MAY_TOUCH.get(name, set()) | THIRD_PARTIES.get(name, {"msgspec"})
    wrong = {
        f"{file.relative_to(PACKAGE)} imports {one}"
        for file in TREES
        if room(file) == name and file not in RUN_ELSEWHERE
        for one in others(file) - allowed
        if one in TOUCHES_THE_MACHINE or one not in sys.stdlib_module_names
    }
    assert not wrong


def test_scripts_for_another_python_need_nothing_but_torch() -> None:
    siblings = {file.stem for file in JOBS.glob("*.py")}
    assert siblings
    for file in sorted(RUN_ELSEWHERE):
        assert not any(name[0] == "dlws" for name in imported(file)), file
        assert others(file) <= {"torch", *siblings, *sys.stdlib_module_names}, file


def test_the_names_of_the_layers_are_those_that_exist() -> None:
    assert set(MAY_IMPORT) == {room(file) for file in TREES}


def structs() -> list[type[msgspec.Struct]]:
    """Every Struct that a module of dlws.model defines."""
    modules = [import_module(f"dlws.model.{one.name}") for one in pkgutil.iter_modules(dlws.model.__path__)]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, msgspec.Struct)
        and thing.__module__ == module.__name__
    ]


def test_the_nouns_are_frozen_keyword_only_and_described() -> None:
    assert structs()
    for struct in structs():
        assert struct.__struct_config__.frozen, struct
        kinds = {one.kind for one in signature(struct).parameters.values()}
        assert kinds <= {Parameter.KEYWORD_ONLY}, struct
        assert (struct.__doc__ or "").strip(), struct


def test_no_file_is_long() -> None:
    lines = {
        file.relative_to(PACKAGE).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for file in TREES
    }
    assert not {name: count for name, count in lines.items() if count > MAX_LINES}
