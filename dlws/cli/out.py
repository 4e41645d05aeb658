"""Printing: results on standard output, everything else on standard error."""

import contextlib
import functools
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from ..errors import DlwsError
from ..pattern import pattern

if TYPE_CHECKING:
    from pathlib import Path

    from ..model.document import Document

COMMAND = pattern(
    r"(?<![\w/.-])dlws (?=(?:up|inventory|size|check|render|apply|smoke|verify|report|snapshot|explain|workloads)\b)"
)
"""A dlws command in a text, up to its verb."""


def now() -> str:
    """Local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def document(one: "Document") -> None:
    """Print one JSON document, as the only thing on standard output."""
    from .. import codec

    sys.stdout.buffer.write(codec.encode(one) + b"\n")


def text(lines: str) -> None:
    """Print a result for a person."""
    _print(lines, sys.stdout)


def say(line: str) -> None:
    """Tell a person how far things are. That nobody reads it any more stops no work."""
    try:
        _print(line, sys.stderr)
    except OSError:
        drop(2)


def drop(descriptor: int) -> None:
    """Lead a stream that takes nothing more to nowhere: what is buffered would fail once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def as_called(lines: str) -> str:
    """Text whose dlws commands are written as this user calls the program, so that they can be pasted."""
    program = os.environ.get("DLWS_PROGRAM")
    return COMMAND.sub(lambda _: f"{program} ", lines) if program else lines


def _print(lines: str, stream: TextIO | None) -> None:
    """Text with commands as this user calls them. Letters that the terminal lacks become question marks."""
    if stream is None:  # the shell's 2>&-
        return
    encoding = getattr(stream, "encoding", None) or "ascii"
    stream.write(f"{as_called(lines)}\n".encode(encoding, "replace").decode(encoding))
    stream.flush()


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def names(some: Iterable[tuple[str, str]]) -> str:
    """Names and what they are: side by side where the terminal is wide enough, else one under the other."""
    import textwrap

    pairs = tuple(some)
    longest = max((len(name) for name, _ in pairs), default=0)
    lines = [f"{name:<{longest}}  {what}".rstrip() for name, what in pairs]
    if max(map(len, lines), default=0) > width():
        wrap = functools.partial(
            textwrap.fill, width=width(), initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
        lines = [f"{name}\n{wrap(what)}" for name, what in pairs]
    return "\n".join(lines)


def paragraphs(prose: str) -> str:
    """Paragraphs, filled to the width of the terminal."""
    import textwrap

    return "\n\n".join(textwrap.fill(part, width(), break_on_hyphens=False) for part in prose.split("\n\n"))


def color() -> bool:
    """True if standard output is a terminal and nobody asked for plain text (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(path: "Path", text: str | bytes) -> None:
    """Write a file whole or not at all. What is no file (/dev/stdout, a named pipe) is written into."""
    if path.is_dir():
        raise DlwsError(f"{path} is a directory", fix=f"name a file in it: -o {path / 'report.html'}")
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        _remove(draft)
        raise OSError(error.errno, error.strerror, str(path)) from None
    except BaseException:
        _remove(draft)
        raise


def _remove(draft: "Path") -> None:
    with contextlib.suppress(OSError):
        draft.unlink()
