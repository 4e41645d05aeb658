"""Ends an Ansible run and everything that it started."""

import signal
import subprocess
from collections.abc import Callable

import psutil

PATIENCE_S = 10
PACKAGE_PATIENCE_S = 600

PACKAGE_MANAGERS = frozenset(("apt-get", "dpkg"))
"""Ended in the middle, they leave the system with half a package."""


def stop(process: "subprocess.Popen[bytes]", tell: Callable[[str], None]) -> None:
    """Interrupt a run that goes on, wait for it, and end what it leaves behind.

    Ansible's workers are in sessions of their own, so a signal to Ansible's process group would not reach
    the programs that they run (pip, apt-get); those are found by descent, before their parents are gone.
    """
    if process.poll() is not None:
        return
    try:
        started = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        started = []
    try:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        _let_packages_finish(started, tell)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()
    _end([one for one in started if one.is_running()])


def _let_packages_finish(started: list[psutil.Process], tell: Callable[[str], None]) -> None:
    busy = [one for one in started if _name(one) in PACKAGE_MANAGERS]
    if busy:
        tell(
            f"waiting for {_name(busy[0])}, so that no package stays half-installed; Ctrl-C again ends it too"
        )
        psutil.wait_procs(busy, timeout=PACKAGE_PATIENCE_S)


def _end(processes: list[psutil.Process]) -> None:
    for one in processes:
        _signal(one, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    for one in alive:
        _signal(one, signal.SIGKILL)


def _name(process: psutil.Process) -> str | None:
    try:
        return process.name()
    except psutil.Error:
        return None  # it ended meanwhile


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return  # it ended meanwhile, or became another user's
