"""A live machine that saves each answer, so that what is asked is what is recorded: there is no list of paths."""

import posixpath
from pathlib import Path
from threading import RLock
from typing import Any

import msgspec

from .answers import ANSWERS, Answers, key
from .host import Host, Output, Usage


class Recorder(Host):
    """Asks another host and keeps each answer, redacted, below a directory.

    The caller gets the redacted answer too: what a probe sees now is what it will see in the replay.
    """

    def __init__(self, host: Host, directory: Path) -> None:
        from .redact import Redactor  # whoever only reads a machine needs none of its patterns

        self._host = host
        self._directory = directory
        self._answers = Answers(affinity=host.affinity(), machine=host.machine(), root=host.is_root())
        self._redact = Redactor(host)
        self._lock = RLock()  # probes run side by side
        self._fault: OSError | None = None

    def read_bytes(self, path: str) -> bytes | None:
        path, real = self._names(path)
        data = self._host.read_bytes(real)
        if data is None:
            return None
        with self._lock:
            clean = self._redact.file(real, data)
            self._save(path, clean)
        return clean

    def list(self, path: str) -> list[str]:
        path, real = self._names(path)
        names = self._host.list(real)
        with self._lock:
            clean = sorted(self._redact.text(name) for name in names)
            self._answers.listings[path] = tuple(clean)
        return clean

    def link(self, path: str) -> str | None:
        path, real = self._names(path)
        target = self._host.link(real)
        if target is not None:
            with self._lock:
                self._answers.links[path] = target = self._redact.text(target)
        return target

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        names = [self._names(word) for word in argv]
        output = self._host.run(*(real for _, real in names), timeout_s=timeout_s)
        with self._lock:
            clean = Output(output.code, self._redact.text(output.stdout), self._redact.text(output.stderr))
            self._answers.commands[key(tuple(word for word, _ in names))] = clean
        return clean

    def usage(self, path: str) -> Usage | None:
        path, real = self._names(path)
        found = self._host.usage(real)
        if found is not None:
            with self._lock:
                self._answers.usage[path] = found
        return found

    def affinity(self) -> tuple[int, ...] | None:
        return self._answers.affinity

    def machine(self) -> str | None:
        return self._answers.machine

    def environ(self, name: str) -> str | None:
        value = self._host.environ(name)
        if value is not None:
            with self._lock:
                self._answers.environ[name] = value = self._redact.text(value)
        return value

    def waits(self) -> bool:
        return self._host.waits()

    def is_root(self) -> bool | None:
        return self._answers.root

    def nvml(self) -> dict[str, Any]:
        with self._lock:
            if self._answers.nvml is None:
                self._answers.nvml = self._redact.data(self._host.nvml())
            return self._answers.nvml

    def amdsmi(self) -> dict[str, Any]:
        with self._lock:
            if self._answers.amdsmi is None:
                self._answers.amdsmi = self._redact.data(self._host.amdsmi())
            return self._answers.amdsmi

    def vram(self, node: str, driver: str) -> int | None:
        size = self._host.vram(node, driver)
        if size is not None:
            with self._lock:
                self._answers.vram[node] = size
        return size

    def close(self) -> None:
        """Write the answers that are not files. Raises OSError if anything could not be saved."""
        with self._lock:
            if self._fault is not None:
                raise self._fault
            self._directory.mkdir(parents=True, exist_ok=True)
            (self._directory / ANSWERS).write_bytes(
                msgspec.json.format(msgspec.json.encode(self._answers), indent=1)
            )

    def _names(self, path: str) -> tuple[str, str]:
        """A path or word as it may be saved, and as the machine knows it."""
        with self._lock:
            return self._redact.text(path), self._redact.restore(path)

    def _save(self, path: str, data: bytes) -> None:
        place = self._directory / posixpath.normpath("/" + path).lstrip("/")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        except OSError as error:  # a probe must not see it: a host never raises
            self._fault = self._fault or error
