"""The README names what there is, and each command line in it and in our advice can be pasted."""

import ast
import re
import shlex
from collections.abc import Iterator

import pytest
import typer.core
import typer.main

from dlws import checks
from dlws.cli.app import app
from dlws.errors import ExitCode
from dlws.host.attachments import KINDS
from dlws.model.finding import Status
from dlws.plan.settings import FLAGS

from .conftest import REPOSITORY
from .test_layers import PACKAGE, TREES

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
NAMES = [str(one.name) for one in app.registered_commands]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)
INLINE = re.findall(r"`(dlws [^`]+)`", README)
COMMAND = re.compile(rf"(?<![\w/.-])(?<!\ba )(?:dlws|\./bootstrap) +((?:{'|'.join(NAMES)})\b[^;|&>#()`\n]*)")
"""A dlws command in a text, up to where the shell ends it; "a dlws snapshot" is a thing."""
PLACEHOLDER = "x"


def commands(text: str) -> list[str]:
    return [found.strip() for found in COMMAND.findall(text)]


def advice() -> Iterator[str]:
    """Texts of all ``fix=`` in the code, with what is filled in when it runs replaced by a word."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "fix" and file.is_relative_to(PACKAGE):
                yield from texts(node.value)


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else PLACEHOLDER for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def parse(line: str) -> None:
    """Let the real parser read a command line, and run nothing. Raises what it has to complain about."""
    words = shlex.split(line.replace("[", "").replace("]", ""))
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.commands[words[0]]
    with command.make_context(words[0], [word.rstrip(",:") for word in words[1:]]):
        pass


PASTED = sorted({line for text in (*BLOCKS, *INLINE) for line in commands(re.sub(r"#.*", "", text))})
ADVISED = sorted({line.rstrip(".") for text in advice() for line in commands(text)})


@pytest.mark.parametrize("line", PASTED)
def test_a_command_in_the_readme_can_be_pasted(line: str) -> None:
    parse(line)


@pytest.mark.parametrize("line", ADVISED)
def test_a_command_in_our_advice_can_be_pasted(line: str) -> None:
    parse(line)


def test_there_are_command_lines_to_try() -> None:
    assert len(PASTED) > 10
    assert len(ADVISED) > 5


@pytest.mark.parametrize("line", ["size --nosuch 8B", "check a b c", "verify --level 9", "report"])
def test_the_parser_does_complain(line: str) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        parse(line)
    assert type(caught.value).__module__.startswith("typer")


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_each_command(name: str) -> None:
    assert re.search(rf"`dlws {name}\b", README)


def test_the_readme_names_each_check_and_no_other() -> None:
    areas = "|".join(sorted({one.id.split(".")[0] for one in checks.ALL}))
    named = set(re.findall(rf"`((?:{areas})\.[a-z0-9_]+)`", README))
    assert named == {one.id for one in checks.ALL}


def test_the_readme_names_each_role() -> None:
    roles = [one.name for one in (REPOSITORY / "playbooks" / "roles").iterdir() if one.is_dir()]
    assert roles
    assert [name for name in roles if f"| `{name}` |" not in README] == []


@pytest.mark.parametrize("code", [int(one) for one in ExitCode])
def test_the_readme_names_each_exit_code(code: int) -> None:
    assert re.search(rf"^\| {code} \| \S", README, re.M)


@pytest.mark.parametrize("status", [one.value for one in Status])
def test_the_readme_names_each_status(status: str) -> None:
    assert f"`{status}`" in README


def test_the_readme_names_each_variable() -> None:
    """Those of dlws that the code asks for, and no other."""
    code = "\n".join(file.read_text(encoding="utf-8") for file in TREES)
    settings = {f"DLWS_{name.upper()}" for name in FLAGS}
    asked = set(re.findall(r"\"(DLWS_[A-Z_]+)\"", code)) | settings
    told = set(re.findall(r"`(DLWS_[A-Z_]+)`", README))
    tests = {"DLWS_CAPTURES", "DLWS_FACTS", "DLWS_REQUIRE_GPU", "DLWS_TEST_TORCH_PYTHON"}
    assert asked - told <= {"DLWS_PROGRAM", "DLWS_EVENTS"}, "these are between our own programs"
    assert told - tests <= asked


def test_the_readme_names_each_program_whose_output_is_read() -> None:
    told = re.search(r"`--from` knows .*?\n\nSeveral", README, re.S)
    kinds = [re.search(r"(?:output|JSON|XML|CSV|table) of (?:hwloc's )?([\w-]+)", one.name) for one in KINDS]
    programs = {found[1] for found in kinds if found}
    assert told
    assert len(programs) > 20
    assert [name for name in sorted(programs) if not re.search(rf"(?<![\w-]){name}(?![\w-])", told[0])] == []


def test_files_that_the_readme_names_are_there() -> None:
    for name in re.findall(r"`((?:dlws|tests|playbooks|benchmarks|templates)/[\w./]*)`", README):
        assert "NAME" in name or (REPOSITORY / name).exists(), name
