"""``dlws workloads``."""

from typing import Annotated

import typer

from ..errors import DlwsError
from . import out


def run(
    name: Annotated[
        str | None, typer.Argument(help="Print this one, as a start for a file of your own.")
    ] = None,
) -> None:
    """The workloads that dlws knows by name."""
    from ..catalog import workloads
    from ..sizing import load
    from ..suggest import closest

    names = workloads.names()
    if name is None:
        out.text(out.names((one, load.workload(one).description or "") for one in names))
        return
    if name not in names:
        near = closest(name, names)
        raise DlwsError(
            f"there is no workload `{name}`",
            fix=f"did you mean: dlws workloads {near}" if near else "list all workloads: dlws workloads",
        )
    out.text(workloads.path(name).read_text(encoding="utf-8").rstrip())
