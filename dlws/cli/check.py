"""``dlws check``."""

import typer

from . import out
from .options import (
    DataDir,
    FailOn,
    FailOnOption,
    From,
    Input,
    Json,
    Pythons,
    Root,
    Settings,
    WorkloadName,
    keep_environments_in,
)


def run(
    workload: WorkloadName = None,
    settings: Settings = None,
    input: Input = None,
    source: From = None,
    root: Root = None,
    python: Pythons = None,
    data_dir: DataDir = None,
    fail_on: FailOnOption = FailOn.FAIL,
    json: Json = False,
) -> None:
    """Whether a machine meets a workload and is healthy; what is wrong, why, and what mends it."""
    from ..model.document import Document
    from . import judge, machine, project

    keep_environments_in(data_dir)
    # A file or tree that somebody sent may not tell of memory and disks: without a workload, its health is judged.
    foreign = source is not None or root is not None
    named = workload is not None or settings
    wish = judge.wish(workload, settings) if named or not foreign else judge.Wish()
    given = machine.document(input, source, root, python)
    assert given.inventory is not None
    ours = input is None and not foreign  # another machine keeps its environments elsewhere
    stack = project.choose(given.inventory, {}) if ours else given.stack
    found = judge.findings(given.inventory, wish, stack, given.measurements or ())
    if json:
        out.document(
            judge.document(
                found,
                Document(
                    kind="findings",
                    inventory=given.inventory,
                    requirements=wish.need,
                    measurements=given.measurements,
                    stack=stack,
                ),
            )
        )
    else:
        from ..report import text

        out.text(text.findings(found, out.width(), out.color()))
    raise typer.Exit(judge.exit_code(found, fail_on))
