"""``dlws inventory``."""

import time
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import DlwsError
from . import out
from .options import From, Json, Pythons, Root

if TYPE_CHECKING:
    from ..model.inventory import Inventory

SECONDS_BETWEEN_LOOKS = 2.0


class Format(str, Enum):
    """How an inventory is shown."""

    TEXT = "text"
    YAML = "yaml"
    MARKDOWN = "markdown"


def run(
    json: Json = False,
    source: From = None,
    root: Root = None,
    python: Pythons = None,
    format: Annotated[
        Format, typer.Option(help="yaml and markdown are for pasting into an issue.")
    ] = Format.TEXT,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show the live values again and again, until Ctrl-C.")
    ] = False,
) -> None:
    """What this machine has: processor, memory, disks, GPUs, board, system and software."""
    from . import machine, quick

    if watch:
        if json or source is not None or root is not None or format is not Format.TEXT:
            raise DlwsError("--watch is for this machine, and for people", fix="leave out the other options")
        _watch()
        return
    have = machine.inventory(source, root, python)
    if json:
        quick.tell(have)
    else:
        out.text(_shown(have, format))


def _shown(have: "Inventory", format: Format) -> str:
    if format is Format.YAML:
        import msgspec

        from ..report import yaml

        return yaml.dump({"schema": "dlws/1", "kind": "inventory", "inventory": msgspec.to_builtins(have)})
    if format is Format.MARKDOWN:
        from ..report import markdown

        return markdown.inventory(have)
    from ..report import text

    return text.inventory(have, out.width(), out.color())


def _watch() -> None:
    from ..report import live
    from . import machine

    clear = "\x1b[H\x1b[J" if out.color() else ""
    while True:
        out.text(clear + live.text(machine.inventory(None, None), out.width()))
        time.sleep(SECONDS_BETWEEN_LOOKS)
