"""Closed pipes, full disks, narrow terminals, old locales, and Ctrl-C."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import COMMAND, Dlws, complains, environment

SLOW_PYTHON = """\
#!/bin/sh
echo '{"event":"start","job":"matmul","device":"cpu"}'
touch "$HOME/began"
exec sleep 60
"""


def shell(line: str, home: Path, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """A line of bash in which $DLWS is the command."""
    return subprocess.run(
        ["bash", "-c", "set -o pipefail; " + line],
        env=environment(home, DLWS=" ".join(COMMAND), **variables),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def wait_for(path: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.02)


@pytest.mark.parametrize("command", ["inventory --json", "inventory", "explain", "size 8B --json"])
def test_a_pipe_that_nobody_reads(command: str, home: Path) -> None:
    (home / "closed").mkdir()
    done = shell(f"$DLWS {command} | exec true", home)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 3), "0: it was written before the reader went"
    assert done.returncode == 0 or "not read to its end" in done.stderr


def test_a_pipe_that_is_closed_from_the_start(home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, "explain"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
        check=False,
    )
    os.close(writer)
    assert done.returncode == 3
    assert done.stderr.startswith("error: the output was not read to its end\n")
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "command", ["inventory --json", "inventory", "size 8B", "explain", "--help", "--version"]
)
def test_a_full_disk_behind_standard_output(command: str, home: Path) -> None:
    done = shell(f"$DLWS {command} > /dev/full", home)
    complains(done, 3, "no space left")
    assert "Exception ignored" not in done.stderr


def test_streams_that_are_closed(home: Path) -> None:
    complains(shell("$DLWS inventory --json >&-", home), 2, "standard output is closed")
    complains(shell("$DLWS check -i - <&-", home), 2, "standard input", "closed")
    assert shell("$DLWS explain 2>&-", home).returncode == 0
    assert shell("$DLWS size nothing 2>&-", home).returncode == 2
    assert shell("$DLWS size nothing 2>/dev/full", home).returncode == 2
    assert shell("$DLWS explain <&-", home).returncode == 0


@pytest.mark.parametrize("place", ["file", "/proc/nothing", "/dev/full"])
def test_a_state_directory_that_takes_nothing(place: str, dlws: Dlws, home: Path, tree: Path) -> None:
    (home / "file").write_text("I am a file")
    complains(dlws("render", "--root", tree, DLWS_STATE_DIR=place), 3, "DLWS_STATE_DIR")
    assert [one.name for one in home.iterdir()] == ["file"]
    assert (home / "file").read_text() == "I am a file"


@pytest.fixture
def small_disk(tmp_path: Path) -> str:
    """A command that goes before another in a shell: it mounts 16 KiB in a namespace of its own."""
    place = tmp_path / "small"
    place.mkdir()
    prefix = f"unshare --user --map-root-user --mount sh -c 'mount -t tmpfs -o size=16k none {place} && "
    if subprocess.run(f"{prefix} true'", shell=True, capture_output=True, check=False).returncode:
        prefix = prefix.replace("--user --map-root-user ", "")
        if subprocess.run(f"{prefix} true'", shell=True, capture_output=True, check=False).returncode:
            pytest.skip("no small file system can be mounted here")
    return prefix


def test_a_full_disk_behind_the_state_directory(small_disk: str, home: Path, tree: Path) -> None:
    place = home.parent / "small"
    done = shell(f"{small_disk} $DLWS render --root {tree}; code=$?; ls -A {place}/runs; exit $code'", home,
                 DLWS_STATE_DIR=str(place))  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "no space left" in done.stderr
    assert "  fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "", "no project is left by halves"


def test_output_goes_into_a_device_and_does_not_take_its_place(home: Path, tree: Path) -> None:
    done = shell(f"$DLWS inventory --root {tree} --json | $DLWS report - -f html -o /dev/stdout", home)
    assert done.returncode == 0
    assert done.stdout.lower().startswith("<!doctype html>")
    assert Path("/dev/stdout").is_symlink()


def test_a_report_does_not_take_the_place_of_what_is_read_from(home: Path, tree: Path) -> None:
    made = shell(f"$DLWS inventory --root {tree} --json > m.json", home)
    assert made.returncode == 0
    complains(shell("$DLWS report - -f html -o m.json < m.json", home), 2, "is the document itself")
    assert (home / "m.json").read_bytes().startswith(b'{"schema"')


WIDE = ("$", "dlws ", "http", "/")
"""A line with these may be longer than the terminal: what can be pasted is not broken up."""


@pytest.mark.parametrize(
    "words",
    [["inventory"], ["check"], ["size", "llama-3.1-8b-lora"], ["explain"], ["explain", "fit.vram"], ["workloads"],
     ["smoke"], ["render"], ["--help"], ["check", "--help"]],
    ids=" ".join,
)  # fmt: skip
def test_a_terminal_of_40_columns(words: list[str], dlws: Dlws) -> None:
    done = dlws(*words, COLUMNS="40")
    assert done.stdout
    lines = done.stdout.splitlines()
    assert [line for line in lines if len(line) > 40 and not any(mark in line for mark in WIDE)] == []


@pytest.mark.parametrize(
    "words", [["inventory"], ["size", "8B"], ["check"], ["render", "--json"]], ids=" ".join
)
def test_a_locale_of_c(words: list[str], dlws: Dlws, home: Path) -> None:
    state = home / "zustände"
    done = dlws(
        *words,
        LC_ALL="C",
        PYTHONCOERCECLOCALE="0",
        PYTHONUTF8="0",
        DLWS_STATE_DIR=str(state),
        DLWS_DATA_DIR="/nö",
    )
    assert done.returncode in (0, 1, 3)
    assert "Traceback" not in done.stderr
    assert "dlws broke" not in done.stderr
    assert done.stdout


@pytest.mark.parametrize("home_is", [None, "", "/nowhere", "relative"])
def test_without_a_home(home_is: str | None, dlws: Dlws, tree: Path) -> None:
    done = dlws("check", "--root", tree, "--json", HOME=home_is)
    assert done.returncode in (0, 1, 3)
    assert "dlws broke" not in done.stderr
    assert done.stdout.startswith('{"schema":"dlws/1"')


def on_terminal(home: Path, words: list[str], answer: bytes | None, **variables: str) -> tuple[int, str]:
    """Exit code and everything shown by a command on a terminal, where a user types an answer when asked."""
    variables = environment(home, **{"TERM": "xterm", **variables})
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the process becomes dlws
        os.chdir(home)
        os.execve(sys.executable, [*COMMAND, *words], variables)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says EIO when the other side is gone
            break
        if not part:
            break
        shown += part
        if answer is not None and shown.endswith(b": "):
            time.sleep(0.2)  # a signal between input()'s prompt and its read would wait for the next key
            os.write(terminal, answer)
            answer = None
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace")


def test_no_means_no(home: Path) -> None:
    code, shown = on_terminal(home, ["apply"], b"n\n")
    assert "Change this machine as planned?" in shown
    assert "nothing was changed" in shown
    assert code == 0
    assert list(home.iterdir()) == []


def test_no_to_the_whole_way_is_no_fault_of_the_machine(home: Path) -> None:
    code, shown = on_terminal(home, ["up"], b"n\n")
    assert "nothing was changed" in shown
    assert "Not good" not in shown
    assert "7/7 report" in shown
    assert code in (0, 3), "3: a machine may have what cannot be found out"
    assert not (home / ".local/share/dlws").exists()


def test_ctrl_c_at_the_question(home: Path) -> None:
    code, shown = on_terminal(home, ["apply"], b"\x03")
    assert code == 130
    assert "error: interrupted" in shown
    assert list(home.iterdir()) == []


def test_colour_is_for_terminals_and_for_who_wants_it(home: Path, dlws: Dlws) -> None:
    _, colourful = on_terminal(home, ["check", "llama-3.1-8b-lora"], None)
    assert "\x1b[" in colourful
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        child = on_terminal(home, ["check", "llama-3.1-8b-lora"], None, **variables)[1]
        assert "\x1b[" not in child
    assert "\x1b[" not in dlws("check", "llama-3.1-8b-lora").stdout


def test_ctrl_c_in_a_job(home: Path) -> None:
    fake = home / "python"
    fake.write_text(SLOW_PYTHON)
    fake.chmod(0o755)
    running = subprocess.Popen(
        [*COMMAND, "smoke", "matmul", "--python", str(fake), "--json"],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_for(home / "began")
    running.send_signal(signal.SIGINT)
    shown, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert shown == ""
    assert "error: interrupted" in told
    assert "Traceback" not in told


def test_ctrl_c_at_any_moment(home: Path, tree: Path) -> None:
    """While modules are loaded, while probes run, while the answer is printed."""
    for wait_s in (0.02, 0.06, 0.1, 0.15, 0.2, 0.3):
        running = subprocess.Popen(
            [*COMMAND, "check", "--json"],
            env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(wait_s)
        running.send_signal(signal.SIGINT)
        shown, told = running.communicate(timeout=30)
        assert running.returncode in (0, 1, 3, 130, -signal.SIGINT), told
        assert running.returncode == 130 or wait_s < 0.1 or shown
