"""Two runs on the same environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlws.ansible.lock import held
from dlws.ansible.run import run
from dlws.errors import DlwsError

from .conftest import MakeProject


def about(directory: Path, environment: Path) -> Path:
    """A run directory about this environment."""
    directory.mkdir(exist_ok=True)
    (directory / "vars.json").write_text(json.dumps({"python_env_directory": str(environment)}))
    return directory


def test_a_second_run_on_the_same_environment_is_refused_and_one_after_it_is_not(tmp_path: Path) -> None:
    environment = tmp_path / "it's ünder a space" / "envs" / "torch-cpu"
    one, two = (about(tmp_path / name, environment) for name in ("one", "two"))
    with held(one):
        with pytest.raises(DlwsError, match="another run is changing"), held(two):
            pytest.fail("two runs at once")
        with held(about(tmp_path / "three", environment.with_name("torch-cu130"))):
            pass
    with held(two):
        pass


def test_the_lock_outlives_a_dlws_that_was_killed(tmp_path: Path) -> None:
    directory = about(tmp_path / "run", tmp_path / "envs" / "torch-cpu")
    with held(directory) as inherited:
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=inherited
        )
    with pytest.raises(DlwsError), held(directory):
        pytest.fail("Ansible still runs")
    child.communicate()
    with held(directory):
        pass


def test_a_run_is_refused_where_a_dry_run_is_not(project: MakeProject, tmp_path: Path) -> None:
    directory = about(project([{"name": "Fine", "ansible.builtin.command": "true"}]), tmp_path / "torch-cpu")
    with held(directory):
        with pytest.raises(DlwsError, match="another run"):
            run(directory)
        assert run(directory, check=True).succeeded
    assert run(directory).succeeded


def test_a_place_that_cannot_be_written_to_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DlwsError, match="where environments are made") as caught,
        held(about(tmp_path / "run", tmp_path / "file" / "envs" / "torch-cpu")),
    ):
        pytest.fail("there is no such directory")
    assert "--data-dir" in (caught.value.fix or "")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"python_env_directory": 3}', "\udcff"])
def test_a_project_without_an_environment_has_no_lock(tmp_path: Path, text: str) -> None:
    (tmp_path / "vars.json").write_bytes(os.fsencode(text))
    with held(tmp_path) as inherited:
        assert inherited == ()
    assert [one.name for one in tmp_path.iterdir()] == ["vars.json"]
