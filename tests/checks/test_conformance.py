"""What holds for every check."""

import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import pytest
import typer.main
from hypothesis import HealthCheck, given, settings

from dlws import checks
from dlws.checks.base import Check, ask
from dlws.cli.app import app
from dlws.model.case import Case
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory

from . import test_driver, test_fit, test_framework, test_gpu, test_host, test_kernel_log, test_storage
from .arbitrary import inventories, spoilt
from .machines import GOOD, STACK, need

ROLES = Path(__file__).parent.parent.parent / "playbooks" / "roles"
COMMAND = re.compile(r"\bdlws ([a-z][^;,()&]*)")
TABLES = [
    *test_fit.TABLE, *test_gpu.TABLE, *test_driver.TABLE, *test_framework.TABLE, *test_host.TABLE,
    *test_kernel_log.TABLE, *test_storage.TABLE,
]  # fmt: skip
FOUND = [finding for one in TABLES for finding in ask(one.check, one.case)]


def defined() -> list[Check]:
    """Every check in the files of dlws.checks."""
    modules = [
        importlib.import_module(f"{checks.__name__}.{one.name}")
        for one in pkgutil.iter_modules(checks.__path__)
    ]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Check)]


def test_every_check_is_listed_exactly_once() -> None:
    assert sorted(one.id for one in checks.ALL) == sorted(one.id for one in defined())
    assert len({one.id for one in checks.ALL}) == len(checks.ALL)


@pytest.mark.parametrize("check", checks.ALL, ids=lambda check: check.id)
def test_a_check_says_what_it_asks_and_why(check: Check) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", check.id)
    assert check.question.endswith("?")
    assert len(check.rationale.split()) > 5
    assert checks.find(check.id) is check


def test_an_unknown_id_finds_nothing() -> None:
    assert checks.find("gpu.nothing") is None


JUDGING = [one for one in checks.ALL if one.id != "gpu.present" and not one.id.startswith("smoke.")]
"""Those that can turn out badly, and whose tables are here."""


@pytest.mark.parametrize("check", JUDGING, ids=lambda check: check.id)
def test_the_tables_try_each_check_with_good_and_bad(check: Check) -> None:
    told = {finding.status for finding in FOUND if finding.check == check.id}
    assert Status.OK in told
    assert told & {Status.WARN, Status.FAIL}


def bad(findings: list[Finding]) -> list[Finding]:
    """Those that ask somebody to do something."""
    return [one for one in findings if one.status in (Status.WARN, Status.FAIL)]


def test_what_is_bad_says_why_and_what_to_do() -> None:
    assert [one for one in bad(FOUND) if not one.why or not one.fix] == []
    assert [one for one in FOUND if one.status is Status.UNKNOWN and not one.why] == []


def test_a_role_that_is_named_exists() -> None:
    assert {one.role for one in FOUND if one.role} <= {place.name for place in ROLES.iterdir()}


def test_every_command_of_dlws_in_a_fix_can_be_typed() -> None:
    program = typer.main.get_command(app)
    assert isinstance(program, typer.core.TyperGroup)
    commands = {text.strip() for one in bad(FOUND) for text in COMMAND.findall(one.fix or "")}
    assert commands
    for text in commands:
        name, *arguments = shlex.split(text)
        program.commands[name].make_context(name, arguments)


def test_a_good_machine_has_nothing_bad_and_nothing_unknown() -> None:
    found = checks.run(Case(have=GOOD, need=need(), stack=STACK))
    assert [one for one in found if one.status not in (Status.OK, Status.SKIP)] == []


def test_an_empty_machine_breaks_nothing() -> None:
    for case in (Case(have=Inventory()), Case(have=Inventory(), need=need(), stack=STACK)):
        assert [one for one in checks.run(case) if "broken" in one.what] == []


def test_without_a_workload_an_empty_machine_is_not_unknown() -> None:
    """A fact that merely needs root must not make every ordinary user's verdict "could not find out"."""
    assert Status.UNKNOWN not in {one.status for one in checks.run(Case(have=Inventory()))}


@given(inventories() | spoilt(GOOD))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_machine_breaks_a_check(have: Inventory) -> None:
    found = checks.run(Case(have=have, need=need(), stack=STACK))
    assert [one for one in found if one.what == "this check is broken"] == []
    assert [one for one in bad(list(found)) if not one.why or not one.fix] == []
