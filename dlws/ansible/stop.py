"""Ends an Ansible run and everything that it started."""

import signal
import subprocess

import psutil

PATIENCE_S = 10


def stop(process: "subprocess.Popen[bytes]") -> None:
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
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()
    _end([one for one in started if one.is_running()])


def _end(processes: list[psutil.Process]) -> None:
    for one in processes:
        _signal(one, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    for one in alive:
        _signal(one, signal.SIGKILL)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return  # it ended meanwhile, or became another user's
