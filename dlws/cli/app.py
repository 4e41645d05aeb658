"""All commands, in the order in which a machine meets them."""

from typing import Annotated

import typer

from .. import __version__
from . import (
    apply,
    check,
    explain,
    inventory,
    out,
    render,
    report,
    size,
    smoke,
    snapshot,
    up,
    verify,
    workloads,
)
from .guard import guarded

MAX_HELP_WIDTH = 100

app = typer.Typer(
    help='From "what deep learning machine do I need?" to "mine works, and here is the proof".',
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "terminal_width": min(out.width(), MAX_HELP_WIDTH),
    },
)

for command in (
    up,
    inventory,
    size,
    check,
    render,
    apply,
    smoke,
    verify,
    report,
    snapshot,
    explain,
    workloads,
):
    app.command(name=command.__name__.rpartition(".")[2])(guarded(command.run))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dlws {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """From "what deep learning machine do I need?" to "mine works, and here is the proof"."""
