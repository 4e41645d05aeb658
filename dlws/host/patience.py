"""Asking a driver's library, which can hang inside a call for ever."""

import copy
import threading
import time
from abc import ABC, abstractmethod
from typing import Any

Data = dict[str, Any]

PATIENCE = 6
"""All answers together may take this many times the limit of one: a driver without persistence mode needs
seconds to wake each of eight GPUs, and that is slow but not hung."""


class Asker(ABC):
    """Fills ``answer``. Every write holds the lock, so that a copy can be taken while a call hangs."""

    def __init__(self) -> None:
        self.answer: Data = {}
        self.last = time.monotonic()
        self.asking = "loading the library"
        """The call that is under way."""
        self.lock = threading.Lock()

    @abstractmethod
    def run(self) -> None:
        """Ask everything. May raise; sets ``asking`` before and ``last`` after each call."""

    def put(self, into: Data, key: str, value: Any) -> None:
        """One answer."""
        with self.lock:
            into[key] = value

    def guarded(self) -> None:
        """The same as ``run`` but never raises."""
        try:
            self.run()
        except Exception as error:  # a library that is damaged or a stranger's must not break the inventory
            self.put(self.answer, "error", f"{type(error).__name__}: {error}")

    def abandoned(self, timeout_s: float) -> Data:
        """What was answered before a call hung."""
        with self.lock:
            return {
                **copy.deepcopy(self.answer),
                "error": f"no answer within {timeout_s:g} s: {self.asking}",
            }


def ask(asker: Asker, timeout_s: float) -> Data:
    """Everything it learns. Never raises, and never waits longer than ``timeout_s`` for one answer.

    A daemon thread asks, which is left behind where a call hangs; what it learned before is kept.
    """
    thread = threading.Thread(target=asker.guarded, daemon=True, name=type(asker).__module__)
    thread.start()
    end = time.monotonic() + timeout_s * PATIENCE
    while (wait := min(asker.last + timeout_s, end) - time.monotonic()) > 0:
        thread.join(wait)
        if not thread.is_alive():
            return asker.answer
    return asker.abandoned(timeout_s)
