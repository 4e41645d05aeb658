"""Real runs of ansible-playbook on this machine."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from dlws.ansible.run import run
from dlws.errors import DlwsError, ExitCode
from dlws.model.outcome import Event

from .conftest import MakeProject


def test_a_dry_run_a_first_run_and_a_second_run(
    project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "no such thing")
    monkeypatch.delenv("HOME")
    file = tmp_path / "file"
    directory = project(
        [{"name": "Write", "ansible.builtin.copy": {"content": "x", "dest": str(file), "mode": "0644"}}]
    )
    events: list[Event] = []
    dry = run(directory, check=True, diff=True, progress=events.append)
    assert (dry.changed, dry.check, file.exists()) == (1, True, False)
    assert [(one.kind, one.task, one.status) for one in events] == [
        ("task", "Write", None),
        ("result", "Write", "changed"),
        ("stats", None, None),
    ]
    first, second = run(directory), run(directory)
    assert (first.changed, first.succeeded, file.read_text()) == (1, True, "x")
    assert (second.changed, second.succeeded, second.hosts[0].ok) == (0, True, 1)
    assert "TASK [Write]" in Path(second.log or "").read_text()


def test_a_failing_task_is_told_in_its_own_words(project: MakeProject) -> None:
    told = run(
        project(
            [
                {"name": "Fine", "ansible.builtin.command": "true"},
                {"name": "Ignored", "ansible.builtin.fail": {"msg": "no matter"}, "ignore_errors": True},
                {
                    "name": "Broken",
                    "ansible.builtin.command": {"argv": ["sh", "-c", "echo because >&2; exit 3"]},
                },
                {"name": "Never", "ansible.builtin.command": "true"},
            ]
        )
    )
    (failure,) = told.failures
    assert (failure.task, failure.message) == ("Broken", "exit status 3\nbecause")
    assert (told.succeeded, told.complete, told.error) == (False, True, None)
    assert (told.hosts[0].ok, told.hosts[0].ignored, told.hosts[0].failed) == (1, 1, 1)


def test_no_token_of_an_address_is_kept(project: MakeProject) -> None:
    """The user's own pip configuration may hold some, and pip tells where it looked."""
    said = "echo https://me:pass5WORD@host.example/x?token=to5KEN >&2; exit 1"
    directory = project([{"name": "Broken", "ansible.builtin.command": {"argv": ["sh", "-c", said]}}])
    (failure,) = run(directory).failures
    assert "https://X:X@host.example/x?token=X" in failure.message
    kept = [path.read_text() for path in directory.rglob("*") if path.suffix in (".log", ".jsonl")]
    assert len(kept) == 2
    assert not [text for text in kept if "to5KEN" in text or "pass5WORD" in text]


def test_a_play_that_ansible_cannot_read_is_an_error_and_no_success(project: MakeProject) -> None:
    directory = project([])
    (directory / "site.yml").write_text("- hosts: workstations\n  roles: [no_such_role]\n")
    told = run(directory)
    assert (told.succeeded, told.complete, told.hosts) == (False, False, ())
    assert "no_such_role" in (told.error or "")


def test_ctrl_c_ends_everything_that_was_started(project: MakeProject) -> None:
    seconds = "98765.4321"
    directory = project([{"name": "Sleep", "ansible.builtin.command": f"sleep {seconds}"}])
    begun: list[psutil.Process] = []

    def sleeping() -> list[psutil.Process]:
        return [one for one in psutil.Process().children(recursive=True) if seconds in _cmdline(one)]

    def interrupt(event: Event) -> None:
        if event.task == "Sleep":
            while not begun:
                begun.extend(sleeping())
            os.kill(os.getpid(), signal.SIGINT)

    told = run(directory, progress=interrupt)
    assert (told.interrupted, told.succeeded) == (True, False)
    assert begun
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in begun)


def test_ctrl_c_lets_a_package_manager_finish(project: MakeProject, tmp_path: Path) -> None:
    program, done = tmp_path / "apt-get", tmp_path / "done"
    # The real one, too, ignores interrupts while dpkg is at work.
    program.write_text(f"#!/bin/sh\ntrap '' INT\ntouch {done}.begun\nsleep 2\ntouch {done}\n")
    program.chmod(0o755)
    events: list[Event] = []

    def interrupt(event: Event) -> None:
        events.append(event)
        if event.task == "Install":
            while not Path(f"{done}.begun").exists():
                time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGINT)

    told = run(project([{"name": "Install", "ansible.builtin.command": str(program)}]), progress=interrupt)
    assert (told.interrupted, done.exists()) == (True, True)
    assert "apt-get" in (events[-1].message or "")
    assert events[-1].kind == "stopping"


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_directory_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DlwsError) as caught:
        run(tmp_path / "nothing")
    assert caught.value.code is ExitCode.UNKNOWN
