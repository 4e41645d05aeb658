"""A process that is read line by line, within a time limit, and never outlives its reader."""

import os
import queue
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping
from threading import Event, Thread
from types import TracebackType
from typing import IO

LONGEST_LINE = 1 << 20
"""Longer lines come in parts: output without line breaks must not fill the memory."""
GRACE_S = 5


class Child:
    """Use it in a ``with`` statement: on leaving, however that happens, the process and its children end."""

    def __init__(self, argv: list[str], environment: Mapping[str, str], timeout_s: float) -> None:
        self.timed_out = False
        self._until = time.monotonic() + timeout_s
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=1000)
        self._errors: deque[str] = deque(maxlen=30)
        self._left = Event()
        # Its own session: Ctrl-C reaches us alone, and we end the whole group in order.
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        assert self._process.stdout and self._process.stderr
        self._readers = (
            Thread(target=self._read, args=(self._process.stdout,), daemon=True),
            Thread(target=self._read_errors, args=(self._process.stderr,), daemon=True),
        )

    def __enter__(self) -> "Child":
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._left.set()
        try:
            self._end(signal.SIGTERM)
        finally:
            self._end(signal.SIGKILL)
        for reader in self._readers:
            reader.join(1)

    def lines(self) -> Iterator[bytes]:
        """Standard output until its end or the time limit, which sets ``timed_out``."""
        while True:
            left = self._until - time.monotonic()
            try:
                line = self._lines.get(timeout=max(left, 0.001))
            except queue.Empty:
                self.timed_out = True
                return
            if line is None:
                return
            yield line

    def wait(self) -> int | None:
        """Exit status, negative for a signal; None if the process has to be ended."""
        try:
            return self._process.wait(max(self._until - time.monotonic(), 0.001))
        except subprocess.TimeoutExpired:
            self.timed_out = True
            return None

    def last_words(self) -> str | None:
        """The last line of standard error that says something."""
        self._readers[1].join(1)
        return next((line for line in reversed(self._errors) if line.strip()), None)

    def _end(self, number: signal.Signals) -> None:
        """Signal process and children, and wait a while: one that hangs in a driver cannot be ended."""
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(GRACE_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            return

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(LONGEST_LINE):
                self._put(line)
        self._put(None)

    def _put(self, line: bytes | None) -> None:
        """Hand a line over; a reader that is slow slows the process down, one that has left does not."""
        while not self._left.is_set():
            try:
                self._lines.put(line, timeout=0.2)
                return
            except queue.Full:
                continue

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(LONGEST_LINE):
                self._errors.append(line.decode("utf-8", "replace").strip()[:500])
