"""Jobs that run, fail, crash, hang and babble."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.errors import DlwsError
from dlws.model.measurement import Measurement
from dlws.smoke.environments import find_python
from dlws.smoke.events import Measured, Progress, parse
from dlws.smoke.run import JOBS, names, run, run_command

START = """
import os, signal, sys, time
def say(text): print(text, flush=True)
say('{"event":"start","job":"fake","device":"cuda:0","device_name":"Card","conditions":{"seed":1}}')
say('{"event":"measurement","name":"fake.speed","value":2.5,"unit":"1/s","conditions":{"size":3}}')
"""

Fake = Callable[..., tuple[Measurement, ...]]


@pytest.fixture
def fake() -> Fake:
    """Runs a job of the given source text."""

    def start(source: str, timeout_s: float = 20) -> tuple[Measurement, ...]:
        return run_command("fake", [sys.executable, "-c", START + source], lambda line: None, timeout_s)

    return start


def test_a_job_that_runs(fake: Fake) -> None:
    ran, speed = fake("""say('{"event":"done"}')""")
    assert (ran.name, ran.value) == ("fake.ran", 1.0)
    assert (speed.name, speed.value, speed.device, speed.device_name) == ("fake.speed", 2.5, "cuda:0", "Card")
    assert speed.conditions == {"seed": 1, "size": 3}


@pytest.mark.parametrize(
    ("source", "what", "why"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV", "native code"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL", "memory ran out"),
        ("os.kill(os.getpid(), signal.SIGUSR2)", "ended by SIGUSR2", "no reason"),
        ("sys.exit('libfoo.so is missing')", "exit code 1", "libfoo.so is missing"),
        ("say('hello'); say('{\"event\":'); say('[1]')", "without a result", "lines that are no events: 3"),
        ("", "without a result", "just ends"),
        (
            """say('{"event":"error","what":"out of memory","why":"2 GiB"}'); sys.exit(1)""",
            "out of memory",
            "2 GiB",
        ),
    ],
)
def test_a_job_that_breaks_says_why_and_keeps_its_figures(
    fake: Fake, source: str, what: str, why: str
) -> None:
    ran, speed = fake(source)
    assert ran.value == 0
    assert what in str(ran.conditions["what"])
    assert why in str(ran.conditions["why"])
    assert speed.value == 2.5


def test_a_job_that_hangs_is_ended_with_its_children(fake: Fake, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    began = time.monotonic()
    ran, _ = fake(
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)",
        timeout_s=5,  # a busy machine takes a while to start the child
    )
    assert time.monotonic() - began < 30
    assert (ran.value, ran.conditions["what"]) == (0, "it took too long")
    assert not _alive(int(note.read_text()))


def test_endless_output_without_line_breaks_ends_in_time(fake: Fake) -> None:
    ran, _ = fake("while True: sys.stdout.write('x' * 100000)", timeout_s=1)
    assert ran.conditions["what"] == "it took too long"


def test_a_python_that_is_none(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("")
    (ran,) = run(("lenet5",), python, progress=lambda line: None)
    assert ran.conditions["what"] == "it could not be started"


def test_no_python_is_an_answer_for_every_job() -> None:
    found = run(names(), None, progress=lambda line: None)
    assert [one.name for one in found] == ["lenet5.ran", "matmul.ran"]
    assert {one.value for one in found} == {0}
    assert found[0].conditions["what"] == "there is no environment with a framework"


def test_an_unknown_job_is_refused() -> None:
    with pytest.raises(DlwsError, match="no smoke job 'lenet6'"):
        run(("lenet6",), Path(sys.executable), progress=lambda line: None)


def test_progress_is_told_while_the_job_runs(fake: Fake) -> None:
    heard: list[str] = []
    source = """say('{"event":"progress","step":3,"steps":9,"loss":0.25}'); say('{"event":"done"}')"""
    run_command("fake", [sys.executable, "-c", START + source], heard.append, 20)
    assert heard == ["fake: starting", "fake: on Card", "fake: step 3/9, loss 0.25", "fake: done"]


def test_ctrl_c_ends_the_job(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    job = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from dlws.smoke.run import run_command\n"
            f"run_command('fake', [sys.executable, '-c', {job!r}], print, 60)",
        ],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 20
    while not (note.exists() and note.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(20) == -signal.SIGINT
    assert not _alive(int(note.read_text()))


@given(st.binary())
def test_no_line_breaks_the_parser(line: bytes) -> None:
    parse(line)


def test_events_are_told_apart() -> None:
    assert parse(b'{"event":"progress","step":1,"steps":2}') == Progress(step=1, steps=2)
    null = parse(b'{"event":"measurement","name":"a.b","value":null,"unit":"s","conditions":{}}')
    assert null == Measured(name="a.b", value=None, unit="s")
    assert parse(b'{"event":"measurement","name":"a.b","value":NaN,"unit":"s"}') is None
    assert parse(b'{"event":"other"}') is None


def test_every_job_is_a_script_that_tells_of_a_missing_framework() -> None:
    for name in names():
        found = subprocess.run(
            [sys.executable, "-S", "-B", str(JOBS / f"{name}.py")],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert found.returncode == 1
        assert b'"PyTorch is not installed in this Python"' in found.stdout


def test_jobs_find_their_neighbours_under_safe_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    (ran,) = run_command("matmul", [sys.executable, "-S", "-B", str(JOBS / "matmul.py")], print, 60)
    assert ran.conditions["what"] == "PyTorch is not installed in this Python"


def test_find_python(tmp_path: Path) -> None:
    assert find_python(None, tmp_path) is None
    for age, name in enumerate(("new", "old", "broken")):
        python = tmp_path / "envs" / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        if name == "broken":
            python.symlink_to("/nowhere/python")
            continue
        python.write_text("")
        os.utime(python, (1e9 - age * 100, 1e9 - age * 100))
    new = tmp_path / "envs" / "new"
    assert find_python(None, tmp_path) == new / "bin" / "python"
    (tmp_path / "envs" / "new.unfinished").write_text("")
    assert find_python(None, tmp_path) == tmp_path / "envs" / "old" / "bin" / "python"
    (tmp_path / "envs" / "new.unfinished").unlink()
    assert find_python(new, tmp_path) == new / "bin" / "python"
    assert find_python(Path(sys.executable), tmp_path) == Path(sys.executable)
    with pytest.raises(DlwsError, match="no Python at"):
        find_python(tmp_path / "nothing", tmp_path)


def _alive(pid: int) -> bool:
    """True if a process runs; one that has ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
