"""``dlws size``."""

from typing import Annotated, Any

import typer

from ..errors import DlwsError
from . import out
from .options import Json


def run(
    workload: Annotated[
        str,
        typer.Argument(
            metavar="WORKLOAD",
            help="A name (see dlws workloads), a file, a config.json or a size such as 8B.",
        ),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change one field, as in --set batch=4 --set lora.rank=64."
        ),
    ] = None,
    electricity: Annotated[
        str, typer.Option(metavar="REGION", help="Tariff to reckon with: EU27, DE, US, ...")
    ] = "EU27",
    json: Json = False,
) -> None:
    """What a workload needs; which GPUs would do, and what they take to buy, rent and run."""
    from ..model.document import Document
    from ..sizing import estimate, load

    need = estimate.requirements(load.workload(workload, _settings(settings or [])), electricity)
    if json:
        out.document(Document(kind="requirements", made_at=out.now(), requirements=need))
        return
    from ..report import text

    out.text(text.requirements(need, out.width(), out.color()))


def _settings(pairs: list[str]) -> dict[str, Any]:
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise DlwsError(f"invalid setting `{pair}`", fix="give a field and its value: --set batch=4")
        found[key.strip()] = value.strip()
    return found
