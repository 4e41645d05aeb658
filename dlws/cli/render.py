"""``dlws render``."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ExitCode
from . import out
from .options import (
    DataDir,
    EnvironmentPython,
    ExtraIndexUrl,
    From,
    IndexUrl,
    Input,
    Json,
    Root,
    Settings,
    TorchVariant,
    TorchVersion,
    WorkloadName,
    keep_environments_in,
)


def run(
    workload: WorkloadName = None,
    settings: Settings = None,
    input: Input = None,
    source: From = None,
    root: Root = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write the project here; must be empty."),
    ] = None,
    torch_version: TorchVersion = None,
    torch_variant: TorchVariant = None,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrl = None,
    python: EnvironmentPython = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Choose the software that suits a machine and write a complete Ansible project that installs it."""
    from . import judge, machine, project

    keep_environments_in(data_dir)
    given = machine.document(input, source, root)
    assert given.inventory is not None
    stack = project.choose(
        given.inventory,
        {
            "torch_version": torch_version,
            "torch_variant": torch_variant,
            "index_url": index_url,
            "extra_index_url": extra_index_url,
            "python": python,
        },
    )
    found = judge.findings(given.inventory, judge.wish(workload, settings), stack, given.measurements or ())
    plan = project.make_plan(found)
    place = project.write(plan, stack, given.inventory, output)
    if json:
        out.document(project.document(stack, plan, place, given.inventory, found))
    else:
        from ..report import text

        out.text(
            text.stack(stack, out.width(), out.color()) + "\n\n" + text.plan(plan, out.width(), out.color())
        )
        out.text(f"\nThe project is in {place}; README.txt there says how to run it by hand.")
    if source is not None or root is not None:
        out.say("it was made for the machine that was read, and is to be run there, not here")
    if stack.conflicts:
        raise typer.Exit(ExitCode.FINDINGS)
