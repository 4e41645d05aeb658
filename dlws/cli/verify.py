"""``dlws verify``."""

import os
from typing import Annotated

import typer

from . import out
from .options import FailOn, FailOnOption, JobPython, Json, WorkloadName


def run(
    workload: WorkloadName = None,
    level: Annotated[int, typer.Option(min=1, max=2, help="1: seconds; 2: trains a network.")] = 2,
    python: JobPython = None,
    fail_on: FailOnOption = FailOn.FAIL,
    json: Json = False,
) -> None:
    """Check this machine, run the smoke jobs and judge both: the health check after an installation."""
    from ..model.document import Document
    from ..plan import resolver, settings
    from . import jobs, judge, machine

    wish = judge.wish(workload)
    have = machine.inventory(None, None)
    stack = resolver.resolve(have, settings.load(os.environ))
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
