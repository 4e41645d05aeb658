"""Runs a run directory through ansible-playbook and tells what happened, from its events."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from ..credentials import hidden
from ..errors import DlwsError, ExitCode
from ..model.outcome import Event, Outcome
from .events import Follower, outcome
from .lock import held
from .stop import stop

EVENTS = "events.jsonl"
LOG = "ansible.log"
LOOK_EVERY_S = 0.1


def run(
    directory: Path,
    *,
    check: bool = False,
    diff: bool = False,
    progress: Callable[[Event], None] = lambda event: None,
) -> Outcome:
    """Run the project in a directory; ``progress`` sees each event as it comes.

    Ctrl-C ends Ansible and everything that it started, except that a package manager may finish first. The
    Outcome says so, and the run can be repeated. While another run changes the same environment, this one is
    refused; a dry run changes nothing and is not.
    """
    directory = directory.absolute()
    with nullcontext(()) if check else held(directory) as inherited:
        return _run(directory, check=check, diff=diff, progress=progress, inherited=inherited)


def _run(
    directory: Path,
    *,
    check: bool,
    diff: bool,
    progress: Callable[[Event], None],
    inherited: tuple[int, ...],
) -> Outcome:
    begun = time.monotonic()
    follower = Follower(directory / EVENTS, progress)
    interrupted = False
    process = _start(directory, check=check, diff=diff, inherited=inherited)
    try:
        while process.poll() is None:
            follower.look()
            time.sleep(LOOK_EVERY_S)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        stop(process, lambda text: progress(Event(kind="stopping", message=text)))
    follower.look()
    for name in (LOG, EVENTS):  # pip tells the addresses that it was given
        path = directory / name
        path.write_text(hidden(path.read_text("utf-8", "replace")), "utf-8")
    return outcome(
        follower.events,
        directory=directory,
        log=directory / LOG,
        check=check,
        interrupted=interrupted,
        duration_s=time.monotonic() - begun,
    )


def command(check: bool, diff: bool) -> list[str]:
    """The ansible-playbook that came with dlws, whatever PATH says."""
    flags = [flag for flag, wanted in (("--check", check), ("--diff", diff)) if wanted]
    return [sys.executable, "-m", "ansible", "playbook", "site.yml", *flags]


def environment(directory: Path) -> dict[str, str]:
    """The user's environment, with pip and proxies as the user has them, but without Ansible settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    own = directory / ".ansible"
    return {
        **kept,
        "LC_ALL": "C.UTF-8",  # ansible-core refuses to start in a locale that is not UTF-8
        "ANSIBLE_CONFIG": str(directory / "ansible.cfg"),
        "ANSIBLE_HOME": str(own),  # the home directory may be missing or read-only
        "ANSIBLE_LOCAL_TEMP": str(own / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(own / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
        "DLWS_EVENTS": str(directory / EVENTS),
    }


def _start(
    directory: Path, *, check: bool, diff: bool, inherited: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    try:
        (directory / EVENTS).write_bytes(b"")
        with (directory / LOG).open("wb") as log:
            return subprocess.Popen(
                command(check, diff),
                cwd=directory,
                env=environment(directory),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=inherited,
                start_new_session=True,  # a terminal's Ctrl-C reaches dlws alone, which ends the rest
            )
    except OSError as error:
        raise DlwsError(
            f"can't run the project in {directory}",
            why=(error.strerror or str(error)).lower(),
            fix="render it again: dlws render",
            code=ExitCode.UNKNOWN,
        ) from error
