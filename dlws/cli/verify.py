"""``dlws verify``."""

from typing import Annotated

import typer

from . import out
from .options import (
    DataDir,
    FailOn,
    FailOnOption,
    JobPython,
    Json,
    Settings,
    WorkloadName,
    keep_environments_in,
)


def run(
    workload: WorkloadName = None,
    settings: Settings = None,
    level: Annotated[int, typer.Option(min=1, max=2, help="1: seconds; 2: trains a network.")] = 2,
    python: JobPython = None,
    data_dir: DataDir = None,
    fail_on: FailOnOption = FailOn.FAIL,
    json: Json = False,
) -> None:
    """Check this machine, run the smoke jobs and judge both: the health check after an installation."""
    from ..model.document import Document
    from . import jobs, judge, machine, project

    keep_environments_in(data_dir)
    wish = judge.wish(workload, settings)
    have = machine.inventory(None, None)
    stack = project.choose(have, {})
    measured = jobs.measure(jobs.OF_LEVEL[level], python)
    found = judge.findings(have, wish, stack, measured)
    if json:
        out.document(
            judge.document(
                found,
                Document(
                    kind="findings",
                    inventory=have,
                    requirements=wish.need,
                    measurements=measured,
                    stack=stack,
                ),
            )
        )
    else:
        from ..report import text

        out.text(text.measurements(measured, out.width(), out.color()) + "\n")
        out.text(text.findings(found, out.width(), out.color()))
    raise typer.Exit(judge.exit_code(found, fail_on))
