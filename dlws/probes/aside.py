"""Runs what waits for a driver or a command beside the rest."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """A call in a thread of its own. Small on purpose: concurrent.futures takes longer to load than to wait for."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._answer: list[T] = []
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer.append(self._call())
        except Exception as error:
            self._error = error

    def result(self) -> T:
        """Waits for the call; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer[0]
