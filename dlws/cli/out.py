"""Printing: results on standard output, everything else on standard error."""

import os
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

import typer

from .. import codec
from ..model.document import Document

COMMAND = re.compile(
    r"(?<![\w/.-])dlws (?=(?:up|inventory|size|check|render|apply|smoke|verify|report|snapshot|explain|workloads)\b)"
)
"""A dlws command in a text, up to its verb."""


def now() -> str:
    """Local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def document(one: Document) -> None:
    """Print one JSON document, as the only thing on standard output."""
    sys.stdout.buffer.write(codec.encode(one) + b"\n")


def text(lines: str) -> None:
    """Print a result for a person."""
    typer.echo(_printable(lines, sys.stdout))


def say(line: str) -> None:
    """Tell a person how far things are."""
    typer.echo(_printable(line, sys.stderr), err=True)


def _printable(lines: str, stream: TextIO | None) -> str:
    """Text with commands as this user calls them. Letters that the terminal lacks become question marks."""
    program = os.environ.get("DLWS_PROGRAM")
    if program:
        lines = COMMAND.sub(lambda _: f"{program} ", lines)
    encoding = getattr(stream, "encoding", None) or "ascii"
    return lines.encode(encoding, "replace").decode(encoding)


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def color() -> bool:
    """True if standard output is a terminal and nobody asked for plain text (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    path = path.absolute()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
