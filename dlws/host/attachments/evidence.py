"""What a text says about a machine, put as files and commands that probes ask for."""

import posixpath
from collections.abc import Callable

from msgspec import Struct, field

ANY = "*"
"""In place of a command's arguments: whatever they are, this is the answer."""


class Evidence(Struct, kw_only=True):
    """Files and answers, gathered by readers. What was said first stays."""

    files: dict[str, bytes] = field(default_factory=dict)
    commands: dict[tuple[str, ...], str] = field(default_factory=dict)
    machine: str | None = None

    def file(self, path: str, text: str) -> None:
        """A file of the machine, by its usual path."""
        self.files.setdefault(posixpath.normpath(path), text.encode())

    def command(self, *argv: str, text: str) -> None:
        """What a command printed there."""
        self.commands.setdefault(argv, text)


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of text that people send each other."""

    name: str
    """With its article, as in "FILE is ..."."""
    matches: Callable[[str], object]
    """Truthy if the text holds this kind; it may hold others too."""
    read: Callable[[str, Evidence], None]
    alone: bool = False
    """True for a kind whose parts are not to be recognised again by themselves."""
