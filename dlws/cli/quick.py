"""``dlws inventory --json`` without the weight of a command line: other programs ask it again and again."""

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model.inventory import Inventory

ARGUMENTS = ["inventory", "--json"]
"""The one call that is answered here; with any other option Typer reads the command line."""


def run() -> None:
    """Print the inventory of this machine and end the program."""
    gc.disable()  # nearly all that is made lives until the end, which is near
    from .guard import guarded

    guarded(_answer)()
    os._exit(0)  # taking the modules apart one by one takes longer than reading the machine


def _answer() -> None:
    modules: dict[str, Any] = sys.modules
    modules.setdefault(
        "typing_extensions", None
    )  # msgspec does without it, and it takes half as long to load
    from ..host import Live
    from ..probes import inventory

    tell(inventory.take(Live()))


def tell(have: "Inventory") -> None:
    """Print an inventory as a document."""
    from ..model.document import Document
    from . import out

    out.document(Document(kind="inventory", made_at=out.now(), inventory=have))
