"""``dlws apply``."""

from typing import Annotated

import typer

from . import out
from .options import (
    DataDir,
    EnvironmentPython,
    ExtraIndexUrl,
    IndexUrl,
    Json,
    Settings,
    TorchVariant,
    TorchVersion,
    WorkloadName,
    Yes,
    keep_environments_in,
)


def run(
    workload: WorkloadName = None,
    settings: Settings = None,
    yes: Yes = False,
    check: Annotated[
        bool, typer.Option("--check", help="Dry run: change nothing, say what would be changed.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show changes of files in Ansible's log.")] = False,
    torch_version: TorchVersion = None,
    torch_variant: TorchVariant = None,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrl = None,
    python: EnvironmentPython = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Render the project and run it: safe to repeat and to interrupt. Asks first."""
    from ..model.document import Document
    from ..report import text
    from . import judge, machine, project

    keep_environments_in(data_dir)
    have = machine.inventory(None, None)
    flags = {
        "torch_version": torch_version,
        "torch_variant": torch_variant,
        "index_url": index_url,
        "extra_index_url": extra_index_url,
        "python": python,
    }
    stack = project.choose(have, flags)
    plan = project.make_plan(judge.findings(have, judge.wish(workload, settings), stack))
    for part in (text.stack(stack, out.width()), text.plan(plan, out.width())):
        out.say(part + "\n")
    if plan.steps and not check and not project.agreed(yes, project.question(plan, stack)):
        out.say("nothing was changed")
        return
    end = project.carry_out(project.write(plan, stack, have, None), check=check, diff=diff)
    if json:
        out.document(Document(kind="outcome", made_at=out.now(), stack=stack, plan=plan, outcome=end))
    else:
        out.text(text.outcome(end, out.width(), out.color()))
    if (refusal := project.refusal(end)) is not None:
        raise refusal
