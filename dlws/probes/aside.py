"""Runs what waits for a driver or a command beside the rest."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """A call in a thread of its own; without ``waits`` it is made at once, for threads that only compute
    take turns and lose time by it.

    Small on purpose: concurrent.futures takes longer to load than the machine to read.
    """

    def __init__(self, call: Callable[[], T], waits: bool) -> None:
        self._call = call
        self._answer: list[T] = []
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start() if waits else self._run()

    def _run(self) -> None:
        try:
            self._answer.append(self._call())
        except Exception as error:
            self._error = error

    def result(self) -> T:
        """Waits for the call; raises what it raised."""
        if self._thread.ident is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer[0]
