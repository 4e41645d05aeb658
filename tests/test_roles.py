"""What holds for every role."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlws import assets
from dlws.ansible.render import variables
from dlws.ansible.run import environment
from dlws.model.finding import Finding, Status
from dlws.model.stack import PythonEnvironment, Stack
from dlws.plan.plan import ORDER, make

ROLES = assets.path("playbooks") / "roles"


def load(path: Path) -> Any:
    """A YAML file; empty if it is not there."""
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None


def tasks(role: str) -> list[dict[str, Any]]:
    """All tasks and handlers of a role."""
    files = [*(ROLES / role / "tasks").glob("*.yml"), *(ROLES / role / "handlers").glob("*.yml")]
    return [task for file in sorted(files) for task in load(file)]


@pytest.mark.parametrize("role", ORDER)
def test_every_variable_has_a_default_and_is_explained(role: str) -> None:
    main = load(ROLES / role / "meta" / "argument_specs.yml")["argument_specs"]["main"]
    defaults = load(ROLES / role / "defaults" / "main.yml")
    assert {name: option["default"] for name, option in main["options"].items()} == defaults
    assert all(option["description"] and option["type"] for option in main["options"].values())
    assert main["short_description"] and main["description"]


@pytest.mark.parametrize("role", ORDER)
def test_every_variable_carries_the_roles_name(role: str) -> None:
    named = {*load(ROLES / role / "defaults" / "main.yml"), *(load(ROLES / role / "vars" / "main.yml") or {})}
    for task in tasks(role):
        named |= {task["register"]} if "register" in task else set()
        named |= set(task.get("ansible.builtin.set_fact", ())) | set(task.get("vars", ()))
    assert [name for name in named if not name.startswith(f"{role}_")] == []


@pytest.mark.parametrize("role", ORDER)
def test_only_modules_that_come_with_ansible_core(role: str) -> None:
    for task in tasks(role):
        dotted = [key for key in task if "." in key]
        assert len(dotted) == 1, f"{task['name']}: name the module in full"
        assert dotted[0].startswith("ansible.builtin.")


@pytest.mark.parametrize("role", ORDER)
def test_the_main_file_is_a_table_of_contents(role: str) -> None:
    main = load(ROLES / role / "tasks" / "main.yml")
    imported = [
        task["ansible.builtin.import_tasks"] for task in main if "ansible.builtin.import_tasks" in task
    ]
    others = {path.name for path in (ROLES / role / "tasks").glob("*.yml")} - {"main.yml"}
    assert sorted(imported) == sorted(others)
    assert all(re.match(r"[A-Z]", task["name"]) for task in tasks(role))


def test_what_dlws_sets_is_what_a_role_knows() -> None:
    findings = [Finding(check="a.b", subject="m", status=Status.FAIL, what="x", role=role) for role in ORDER]
    python = PythonEnvironment(directory="/d", interpreter="/p", packages=("torch==1",))
    known = {name for role in ORDER for name in load(ROLES / role / "defaults" / "main.yml")}
    assert set(variables(make(findings, True), Stack(environment="e", python=python))) <= known


def test_ansible_reads_all_roles(tmp_path: Path) -> None:
    play = {"hosts": "localhost", "gather_facts": False, "roles": list(ORDER)}
    (tmp_path / "site.yml").write_text(yaml.safe_dump([play]))
    (tmp_path / "ansible.cfg").write_text(f"[defaults]\nroles_path = {ROLES}\n")
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", "--syntax-check", "-i", "localhost,", "site.yml"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
