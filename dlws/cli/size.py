"""``dlws size``."""

from typing import Annotated

import typer

from . import out
from .options import Json, Settings


def run(
    workload: Annotated[
        str,
        typer.Argument(
            metavar="WORKLOAD",
            help="A name (see dlws workloads), a file, a config.json or a size such as 8B.",
        ),
    ],
    settings: Settings = None,
    electricity: Annotated[
        str, typer.Option(metavar="REGION", help="Tariff to reckon with: EU27, DE, US, ...")
    ] = "EU27",
    every: Annotated[bool, typer.Option("--all", help="List every GPU that would do.")] = False,
    json: Json = False,
) -> None:
    """What a workload needs; which GPUs would do, and what they take to buy, rent and run."""
    from ..model.document import Document
    from . import judge

    need = judge.wish(workload, settings, electricity).need
    assert need is not None
    if json:
        out.document(Document(kind="requirements", made_at=out.now(), requirements=need))
        return
    from ..report import text

    out.text(text.requirements(need, out.width(), out.color(), every))
