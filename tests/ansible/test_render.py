"""The run directory."""

import json
import os
import resource
import stat
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dlws.ansible.render import oneline, render
from dlws.errors import DlwsError, ExitCode
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.model.plan import Plan, Step
from dlws.model.stack import Choice, PythonEnvironment, Stack
from dlws.model.system import Os

INJECTION = (
    'x }} \n- hosts: all\n\u2028  tasks: [{shell: "id"}]\r\x85{{ lookup("pipe", "id") }} # \x00\x1b[31m\ud800'
)


def finding(
    what: str = "no framework", check: str = "software.framework", subject: str = "machine"
) -> Finding:
    """A finding that asks for something."""
    return Finding(check=check, subject=subject, status=Status.FAIL, what=what)


def plan(*findings: Finding) -> Plan:
    """Both roles, for the same reasons."""
    return Plan(
        steps=(
            Step(role="base", findings=findings, needs_root=True),
            Step(role="python_env", findings=findings, needs_root=False),
        )
    )


def stack(directory: str = "/data/envs/torch-cpu") -> Stack:
    """A CPU environment."""
    return Stack(
        environment="torch-cpu",
        choices=(Choice(name="torch", version="2.13.0", why="because"),),
        conflicts=("something is missing: mend it",),
        python=PythonEnvironment(
            directory=directory, interpreter="/usr/bin/python3", packages=("torch==2.13.0+cpu",)
        ),
    )


def test_nobody_else_reads_a_run_directory(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "there").mkdir()
        for name in ("there", "new"):
            made = render(plan(finding()), stack(), Inventory(), tmp_path / name)
            assert stat.S_IMODE(made.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_everything_that_a_person_needs_is_there(tmp_path: Path) -> None:
    made = render(plan(finding()), stack(), Inventory(os=Os(id="debian")), tmp_path / "runs" / "1")
    assert made == tmp_path / "runs" / "1"
    names = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    assert {"site.yml", "hosts.json", "vars.json", "ansible.cfg", "README.txt"} <= names
    assert {
        "roles/base/tasks/main.yml",
        "roles/python_env/tasks/main.yml",
        "callback_plugins/dlws.py",
    } <= names
    assert json.loads((made / "vars.json").read_text())["python_env_packages"] == ["torch==2.13.0+cpu"]
    assert "something is missing: mend it" in (made / "README.txt").read_text()
    assert [path.name for path in made.parent.iterdir()] == ["1"], "no draft is left behind"


def test_the_play_says_which_findings_ask_for_a_role(tmp_path: Path) -> None:
    text = (
        render(plan(finding("no framework here")), stack(), Inventory(), tmp_path / "run") / "site.yml"
    ).read_text()
    lines = text.splitlines()
    reason = "    # software.framework (machine): no framework here"
    assert lines[lines.index("    - role: base") - 1] == reason
    assert lines[lines.index("    - role: python_env") - 1] == reason


def test_only_the_roles_of_the_plan_are_carried(tmp_path: Path) -> None:
    one = Plan(steps=plan(finding()).steps[1:], waiting_for_root=plan(finding("no compiler")).steps[:1])
    made = render(one, stack(), Inventory(), tmp_path / "run")
    assert [path.name for path in (made / "roles").iterdir()] == ["python_env"]
    assert "# - base: software.framework (machine): no compiler" in (made / "site.yml").read_text()


def roles(site: str) -> list[str]:
    """Roles of the only play in a site.yml."""
    (play,) = yaml.safe_load(site)
    assert set(play) == {"name", "hosts", "gather_facts", "gather_subset", "vars_files", "roles"}
    assert play["hosts"] == "workstations"
    assert all(set(role) <= {"role", "become"} for role in play["roles"])
    return [role["role"] for role in play["roles"]]


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(st.just(INJECTION), st.text()), number=st.integers(0, 10**12))
def test_no_text_of_a_device_breaks_out_of_its_comment(tmp_path: Path, text: str, number: int) -> None:
    hostile = finding(text, check=text, subject=text)
    waiting = Plan(steps=plan(hostile).steps[1:], waiting_for_root=plan(hostile).steps[:1])
    for name, wanted, expected in (
        ("all", plan(hostile), ["base", "python_env"]),
        ("user", waiting, ["python_env"]),
    ):
        made = render(
            wanted, stack(), Inventory(), tmp_path / f"{name}-{number}-{len(list(tmp_path.iterdir()))}"
        )
        assert roles((made / "site.yml").read_text(encoding="utf-8")) == expected


@given(text=st.text())
def test_a_comment_is_one_short_printable_line(text: str) -> None:
    line = oneline(text)
    assert line.isprintable()
    assert len(line) <= 300
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize("directory", ["/data/{{ lookup('pipe', 'id') }}", "/data/{% x %}"])
def test_a_template_in_a_setting_is_refused(tmp_path: Path, directory: str) -> None:
    with pytest.raises(DlwsError) as caught:
        render(plan(finding()), stack(directory), Inventory(), tmp_path / "run")
    assert caught.value.code is ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


def test_hosts_pin_an_interpreter(tmp_path: Path) -> None:
    def interpreter(os_id: str) -> str:
        made = render(plan(finding()), stack(), Inventory(os=Os(id=os_id)), tmp_path / os_id)
        hosts = json.loads((made / "hosts.json").read_text())["workstations"]["hosts"]
        assert hosts["localhost"]["ansible_connection"] == "local"
        return str(hosts["localhost"]["ansible_python_interpreter"])

    system = "/usr/bin/python3"
    assert interpreter("ubuntu") == (system if Path(system).exists() else sys.executable)
    assert interpreter("fedora") == sys.executable


def test_a_directory_in_use_is_left_alone(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine").write_text("precious")
    with pytest.raises(DlwsError) as caught:
        render(plan(finding()), stack(), Inventory(), taken)
    assert (caught.value.code, caught.value.what) == (ExitCode.USAGE, f"{taken} is not empty")
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "taken",
        "taken/mine",
    ]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    assert (render(plan(finding()), stack(), Inventory(), tmp_path) / "site.yml").exists()


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, hard))  # a write beyond it fails, as on a full disk
    try:
        with pytest.raises(DlwsError) as caught:
            render(plan(finding()), stack(), Inventory(), tmp_path / "run")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.code, bool(caught.value.why), bool(caught.value.fix)) == (
        ExitCode.UNKNOWN,
        True,
        True,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_hold_directories_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DlwsError) as caught:
        render(plan(finding()), stack(), Inventory(), tmp_path / "file" / "run")
    assert caught.value.code is ExitCode.UNKNOWN
