"""Sentences about what could not be read."""

BROKEN = "a probe of dlws is broken"
"""Begins the sentence about a fault of ours."""


class Problems:
    """Collects sentences; the same one is kept once. Appending is atomic, so probes may share one."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Say what is unknown, why, and where there is a way, how to find it out."""
        self._sentences.setdefault(sentence)

    def sentences(self) -> tuple[str, ...]:
        """All, in the order of adding."""
        return tuple(self._sentences)
