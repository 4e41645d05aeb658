"""``dlws explain``."""

from inspect import cleandoc
from typing import Annotated

import typer

from ..errors import DlwsError
from . import out


def run(
    check: Annotated[
        str | None, typer.Argument(help="Id of a check, as findings show it; without one, all are listed.")
    ] = None,
) -> None:
    """Why a check exists and what it asks."""
    from .. import checks
    from ..suggest import closest

    if check is None:
        out.text(out.names((one.id, one.question) for one in checks.ALL))
        return
    found = checks.find(check)
    if found is None:
        near = closest(check, [one.id for one in checks.ALL])
        raise DlwsError(
            f"there is no check `{check}`",
            fix=f"did you mean: dlws explain {near}" if near else "list all checks: dlws explain",
        )
    out.text(out.paragraphs(f"{found.id}: {found.question}\n\n{cleandoc(found.rationale)}"))
