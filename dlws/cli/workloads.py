"""``dlws workloads``."""

from typing import Annotated

import typer

from ..errors import DlwsError
from . import out
from .options import Json


def run(
    name: Annotated[
        str | None, typer.Argument(help="Print this one, as a start for a file of your own.")
    ] = None,
    json: Json = False,
) -> None:
    """The workloads that dlws knows by name."""
    from msgspec import to_builtins

    from ..catalog import workloads
    from ..model.document import Document
    from ..sizing import load
    from ..suggest import closest

    names = workloads.names()
    if name is not None and name not in names:
        near = closest(name, names)
        raise DlwsError(
            f"there is no workload `{name}`",
            fix=f"did you mean: dlws workloads {near}" if near else "list all workloads: dlws workloads",
        )
    if json:
        some = names if name is None else (name,)
        full = tuple(to_builtins(load.workload(one)) for one in some)
        out.document(Document(kind="workloads", workloads=full))
    elif name is None:
        out.text(out.names((one, load.workload(one).description or "") for one in names))
    else:
        out.text(workloads.path(name).read_text(encoding="utf-8").rstrip())
