"""Regular expressions that cost nothing until they are used."""

import re
from typing import Any, cast


class _Pattern:
    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """As :func:`re.compile`, at the first use.

    The readers know some two hundred patterns and a machine needs a few of them: compiling all of them
    would take longer than reading the machine.
    """
    return cast("re.Pattern[str]", _Pattern(source, flags))
