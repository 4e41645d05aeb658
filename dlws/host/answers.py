"""Answers that are not files, as a recording keeps them in ``answers.json``."""

from typing import Any

from msgspec import Struct

from .host import Output, Usage

ANSWERS = "answers.json"
"""Name of the file, at the top of a recorded tree."""

SEPARATOR = "\x1f"
"""Between the words of a command, so that a key is one string (the ASCII unit separator)."""


class Answers(Struct, kw_only=True):
    """What a machine said, by question. A question that is not there was not asked."""

    commands: dict[str, Output] = {}
    usage: dict[str, Usage] = {}
    listings: dict[str, tuple[str, ...]] = {}
    """Names in a directory; also those of entries that nobody read."""
    links: dict[str, str] = {}
    """Kept here rather than as links, so that a recording survives git, zip files and a hostile archive."""
    environ: dict[str, str] = {}
    affinity: tuple[int, ...] | None = None
    machine: str | None = None
    root: bool | None = None
    nvml: dict[str, Any] | None = None
    amdsmi: dict[str, Any] | None = None
    vram: dict[str, int] = {}


def key(argv: tuple[str, ...]) -> str:
    """The key of a command."""
    return SEPARATOR.join(argv)
