"""``dlws report``."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import DlwsError
from . import out


class Format(str, Enum):
    """Forms of a report."""

    TEXT = "text"
    HTML = "html"
    JUNIT = "junit"
    PROMETHEUS = "prometheus"


OF_SUFFIX = {".html": Format.HTML, ".htm": Format.HTML, ".xml": Format.JUNIT, ".prom": Format.PROMETHEUS}
"""What a file of that name is expected to hold."""


def run(
    document: Annotated[
        str, typer.Argument(metavar="FILE", help="A document that dlws wrote; - is standard input.")
    ],
    format: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="Form of the report.  [default: by the suffix of -o, else text]"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here.")
    ] = None,
) -> None:
    """Turn a saved document into a report: text, HTML, JUnit or Prometheus."""
    from .. import codec
    from . import forms

    expected = OF_SUFFIX.get(output.suffix.lower(), Format.TEXT) if output else Format.TEXT
    made = forms.shown(codec.read(document), format or expected)
    if output is not None and _same(document, output):
        raise DlwsError(
            f"{output} is the document itself", why="the report would take its place", fix="name another file"
        )
    if output is None:
        out.text(made.rstrip("\n"))
    else:
        out.write(output, made)
        out.say(f"wrote {output}")


def _same(document: str, output: Path) -> bool:
    """True if both are one file, whatever they are called."""
    source = Path("/dev/stdin" if document == "-" else document)
    return output.is_file() and output.samefile(source)
