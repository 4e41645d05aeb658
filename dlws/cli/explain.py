"""``dlws explain``."""

from collections.abc import Iterable
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import DlwsError
from . import out
from .options import Json

if TYPE_CHECKING:
    from ..checks.base import Check
    from ..model.document import Document


def run(
    check: Annotated[
        str | None, typer.Argument(help="Id of a check, as findings show it; without one, all are listed.")
    ] = None,
    json: Json = False,
) -> None:
    """Why a check exists and what it asks."""
    from .. import checks
    from ..suggest import closest

    found = None if check is None else checks.find(check)
    if check is not None and found is None:
        near = closest(check, [one.id for one in checks.ALL])
        raise DlwsError(
            f"there is no check `{check}`",
            fix=f"did you mean: dlws explain {near}" if near else "list all checks: dlws explain",
        )
    if json:
        out.document(_document(checks.ALL if found is None else (found,)))
    elif found is None:
        out.text(out.names((one.id, one.question) for one in checks.ALL))
    else:
        out.text(out.paragraphs(f"{found.id}: {found.question}\n\n{cleandoc(found.rationale)}"))


def _document(some: "Iterable[Check]") -> "Document":
    from ..model.document import Document
    from ..model.finding import Question

    return Document(
        kind="checks",
        checks=tuple(
            Question(check=one.id, question=one.question, rationale=cleandoc(one.rationale)) for one in some
        ),
    )
