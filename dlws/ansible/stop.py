"""Ends an Ansible run and everything that it started."""

import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

import psutil

PATIENCE_S = 10
PACKAGE_PATIENCE_S = 600

PACKAGE_MANAGERS = frozenset(("apt-get", "dpkg"))
"""They ignore interrupts while they unpack; ended in the middle, they leave half a package."""


def stop(process: "subprocess.Popen[bytes]", tell: Callable[[str], None]) -> None:
    """Interrupt a run that goes on, wait for it, and end what it leaves behind.

    Ansible hands the interrupt on to the programs that its workers run (pip, apt-get). Those that ignore it
    would live on alone, in sessions of their own: they are found by descent, before their parents are gone.
    """
    if process.poll() is not None:
        return
    try:
        started = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        started = []
    with suppress(KeyboardInterrupt):  # a second Ctrl-C ends the patience
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
        _let_packages_finish(started, tell)
    process.kill()
    process.wait()
    _end([one for one in started if one.is_running()])


def _let_packages_finish(started: list[psutil.Process], tell: Callable[[str], None]) -> None:
    busy = [one for one in started if _name(one) in PACKAGE_MANAGERS]
    if busy:
        tell(f"waiting for {_name(busy[0])}, so that no package stays half-installed; Ctrl-C again ends it")
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
