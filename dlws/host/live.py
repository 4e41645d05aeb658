"""The machine that dlws runs on."""

import contextlib
import errno
import os
from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING, Any

from . import linker, nvml_calls
from .host import MISSING, TIMED_OUT, Host, Output, Usage

if TYPE_CHECKING:
    import subprocess

LIMIT_BYTES = 16 * 2**20

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Searched after the user's PATH: /usr/sbin holds dmidecode and the like, and users rarely have it."""


class Live(Host):
    """Answers from the running system, as it is at one moment: the same thing is asked for once."""

    def __init__(self) -> None:
        self._nvml: dict[str, Any] | None = None
        self._amdsmi: dict[str, Any] | None = None
        self._lock = Lock()  # probes run side by side, and NVML needs to be asked only once
        self._files: dict[str, bytes | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._outputs: dict[tuple[str, ...], Output] = {}
        self._running: dict[tuple[str, ...], Lock] = defaultdict(Lock)

    def read_bytes(self, path: str) -> bytes | None:
        if path not in self._files:
            self._files[path] = _content(path)
        return self._files[path]

    def list(self, path: str) -> list[str]:
        if path not in self._names:
            self._names[path] = _names(path)
        return [*self._names[path]]

    def link(self, path: str) -> str | None:
        try:
            return os.readlink(path)  # noqa: PTH115 - as written, without normalisation
        except (OSError, ValueError):
            return None

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        with self._running[argv]:
            if argv not in self._outputs:
                self._outputs[argv] = _run(argv, timeout_s)
            return self._outputs[argv]

    def usage(self, path: str) -> Usage | None:
        try:
            found = os.statvfs(path)
        except (OSError, ValueError):
            return None
        return Usage(total=found.f_blocks * found.f_frsize, free=found.f_bavail * found.f_frsize)

    def affinity(self) -> tuple[int, ...] | None:
        return tuple(sorted(os.sched_getaffinity(0)))

    def machine(self) -> str | None:
        return os.uname().machine

    def environ(self, name: str) -> str | None:
        return os.environ.get(name)

    def is_root(self) -> bool | None:
        return os.geteuid() == 0

    def waits(self) -> bool:
        """A driver wakes its cards, journalctl searches gigabytes, disks answer smartctl; files come at once."""
        journal = self.list("/var/log/journal") or self.list("/run/log/journal")
        disks = self.is_root() and [one for one in self.list("/sys/block") if one.startswith(("nvme", "sd"))]
        return bool(journal or disks) or linker.may_find(nvml_calls.LIBRARY, nvml_calls.PLACES)

    def nvml(self) -> dict[str, Any]:
        with self._lock:
            if self._nvml is None:
                self._nvml = _nvml()
            return self._nvml

    def amdsmi(self) -> dict[str, Any]:
        with self._lock:
            if self._amdsmi is None:
                self._amdsmi = _amdsmi()
            return self._amdsmi

    def vram(self, node: str, driver: str) -> int | None:
        from . import drm_memory

        return drm_memory.size(node, driver)


def _amdsmi() -> dict[str, Any]:
    from . import amdsmi_calls

    if not any(linker.may_find(name, amdsmi_calls.PLACES) for name in amdsmi_calls.LIBRARIES):
        return {"error": amdsmi_calls.LIBRARY_NOT_FOUND}
    from . import amdsmi

    return amdsmi.ask()


def _nvml() -> dict[str, Any]:
    if not linker.may_find(nvml_calls.LIBRARY, nvml_calls.PLACES):
        return {"error": nvml_calls.LIBRARY_NOT_FOUND}
    from . import nvml

    return nvml.ask()


def _content(path: str) -> bytes | None:
    try:
        # One unbuffered descriptor, never blocking: /dev/kmsg and some drivers' files would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        return _drain(handle)
    finally:
        os.close(handle)


def _names(path: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(path)))  # noqa: PTH208 - names only; Path objects cost time for /sys
    except (OSError, ValueError):
        return ()


def _run(argv: tuple[str, ...], timeout_s: float) -> Output:
    import shutil  # here, for most machines tell everything without a command
    import subprocess

    path = os.environ.get("PATH", "")
    search = f"{path}:{SYSTEM_PATH}" if path else SYSTEM_PATH
    program = shutil.which(argv[0], path=search)
    if program is None:
        return Output(MISSING, "", f"{argv[0]}: not found")
    try:
        process = subprocess.Popen(
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C", "PATH": search},
        )
    except OSError as error:
        return Output(MISSING, "", f"{argv[0]}: {error.strerror}")
    try:
        stdout, stderr = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        _abandon(process)
        return Output(TIMED_OUT, "", f"{argv[0]}: no answer within {timeout_s:g} s")
    return Output(process.returncode, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"))


def _abandon(process: "subprocess.Popen[bytes]") -> None:
    """End a command without waiting for it: one that hangs in a driver cannot be killed (state D in ps(1))."""
    import subprocess

    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=1)


def _drain(handle: int) -> bytes | None:
    """Everything a descriptor holds now, at most LIMIT_BYTES."""
    parts: list[bytes] = []
    size = 0
    while size < LIMIT_BYTES:
        try:
            part = os.read(handle, min(max(1 << 16, size), LIMIT_BYTES - size))
        except BlockingIOError:  # /dev/kmsg: no more records
            break
        except OSError as error:
            if error.errno == errno.EPIPE:  # /dev/kmsg: records were overwritten while we read; go on
                continue
            return b"".join(parts) if parts else None
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)
