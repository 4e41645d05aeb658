"""From findings to an Ansible project, and to a changed machine."""

import os
import shlex
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typer

from .. import paths
from ..errors import DlwsError, ExitCode
from ..model.document import Document
from ..model.finding import Finding
from ..model.inventory import Inventory
from ..model.outcome import Event, Outcome
from ..model.plan import Plan
from ..model.stack import Stack
from ..plan import plan as plans
from ..plan import resolver, settings
from . import out

Flags = Mapping[str, str | None]
QUIET_TASKS = ("Validating arguments",)
"""Tasks that Ansible adds by itself and nobody needs to hear of."""
LONG_S = 2.0
"""A task that took longer is told with its time."""


def choose(have: Inventory, flags: Flags) -> Stack:
    """The software that suits the machine, under the settings in force."""
    return resolver.resolve(have, settings.load(os.environ, **flags))


def make_plan(found: tuple[Finding, ...]) -> Plan:
    """What this user may do about it."""
    return plans.make(found, as_root=os.geteuid() == 0)


def write(plan: Plan, stack: Stack, have: Inventory, directory: Path | None) -> Path:
    """Render into a directory; None: a new one below the state directory."""
    from ..ansible import render

    return render.render(plan, stack, have, directory or new_run())


def new_run() -> Path:
    """A directory for this run, named by the time, that is not there yet."""
    runs = paths.state(os.environ) / "runs"
    name = datetime.now().strftime("%Y%m%d-%H%M%S")
    tries = (runs / f"{name}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 100))))
    return next(place for place in tries if not place.exists())


def agreed(yes: bool, question: str) -> bool:
    """True if the user wants it. Raises DlwsError where nobody can be asked."""
    if not yes and not can_ask():
        raise nobody_to_ask()
    return yes or typer.confirm(question, err=True)


def can_ask() -> bool:
    """True if someone sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def nobody_to_ask() -> DlwsError:
    """What to say where a plan could not be put to the user: the same command again, with agreement."""
    return DlwsError(
        "nothing was changed",
        why="nobody could be asked: standard input is no terminal",
        fix=f"agree in advance: {shlex.join(['dlws', *sys.argv[1:], '--yes'])}",
    )


def question(plan: Plan, stack: Stack) -> str:
    """What a user is asked before anything is changed, with what would come where."""
    made = stack.python if any(step.role == "python_env" for step in plan.steps) else None
    what = f"{' '.join(made.packages)} would go into {made.directory}. " if made else ""
    return f"{what}Change this machine as planned?"


def carry_out(directory: Path, *, check: bool = False, diff: bool = False) -> Outcome:
    """Run the project with progress; raises DlwsError where it did not reach its end."""
    from ..ansible import run

    end = run.run(directory, check=check, diff=diff, progress=_tell)
    if end.interrupted:
        raise KeyboardInterrupt
    return end


def refusal(end: Outcome) -> DlwsError | None:
    """What to say of a run that went wrong."""
    if end.succeeded:
        return None
    first = end.failures[0] if end.failures else None
    return DlwsError(
        f"`{first.task}` failed" if first else "the Ansible run did not reach its end",
        why=first.message if first else end.error,
        fix=f"mend that and run the same command again; the whole log is {end.log}",
        code=ExitCode.UNKNOWN,
    )


def document(
    stack: Stack, plan: Plan, directory: Path, have: Inventory, found: tuple[Finding, ...]
) -> Document:
    """The rendered project as a document."""
    return Document(
        kind="project",
        made_at=out.now(),
        directory=str(directory),
        stack=stack,
        plan=plan,
        inventory=have,
        findings=found,
    )


def _tell(event: Event) -> None:
    """Tell a person which task runs, and how long it took if that was long."""
    took = event.duration_s or 0
    if event.kind == "task" and not (event.task or "").startswith(QUIET_TASKS):
        out.say(f"  {event.role or 'ansible'}: {event.task}")
    elif event.kind == "stopping":
        out.say(f"  {event.message}")
    elif event.kind == "result" and took > LONG_S:
        out.say(f"    {event.status} after {took:.0f} s")
