"""The whole way of ``dlws up``, step by step."""

from pathlib import Path

from .. import codec
from ..model.document import Document
from ..model.finding import Finding
from ..model.measurement import Measurement
from ..model.outcome import Outcome
from ..model.plan import Plan
from ..model.stack import Stack
from ..report import text
from . import forms, guard, jobs, judge, machine, out, project


def walk(wish: judge.Wish, flags: project.Flags, *, yes: bool, json: bool) -> tuple[Finding, ...]:
    """Inventory, check, render, apply, smoke, verify, report; what it found in the end.

    Raises DlwsError at the end of the way if there was something to change and nobody could be asked.
    """
    show = out.say if json else out.text
    out.say("1/7 inventory")
    have = machine.inventory(None, None)
    show(text.inventory(have, out.width()) + "\n")
    out.say("2/7 check")
    stack = project.choose(have, flags)
    before = judge.findings(have, wish, stack)
    show(text.findings(before, out.width()) + "\n")
    out.say("3/7 render")
    plan = project.make_plan(before)
    directory = project.write(plan, stack, have, None)
    show(text.stack(stack, out.width()) + "\n\n" + text.plan(plan, out.width()))
    show(f"\nThe project is in {directory}\n")
    out.say("4/7 apply")
    unasked = bool(plan.steps) and not yes and not project.can_ask()
    outcome = _apply(plan, stack, directory, yes, unasked)
    if outcome is not None:
        show(text.outcome(outcome, out.width()) + "\n")
        have = machine.inventory(None, None)
    out.say("5/7 smoke")
    measured = _measure(stack, declined=bool(plan.steps) and outcome is None)
    show(text.measurements(measured, out.width()) + "\n")
    out.say("6/7 verify")
    found = judge.findings(have, wish, stack, measured)
    show(text.findings(found, out.width()) + "\n")
    out.say("7/7 report")
    document = judge.document(
        found,
        Document(
            kind="findings",
            inventory=have,
            requirements=wish.need,
            measurements=measured,
            stack=stack,
            plan=plan,
            outcome=outcome,
            directory=str(directory),
            report=str(directory / "report.html"),
        ),
    )
    _save(document, directory)
    show(f"The report is {directory / 'report.html'}")
    if json:
        out.document(document)
    if unasked:
        raise project.nobody_to_ask()
    return found


def _apply(plan: Plan, stack: Stack, directory: Path, yes: bool, unasked: bool) -> Outcome | None:
    """Carry the plan out if there is one and the user agrees; a failure is told, and judged with the rest."""
    for step in plan.waiting_for_root:
        out.say(f"  {step.role} waits for root: run dlws apply as root for it")
    if not plan.steps:
        out.say("  nothing to do")
        return None
    if unasked or not project.agreed(yes, project.question(plan, stack)):
        out.say("  left out: nothing was changed")
        return None
    end = project.carry_out(directory)
    if (refusal := project.refusal(end)) is not None:
        guard.tell(refusal)
    return end


def _measure(stack: Stack, declined: bool) -> tuple[Measurement, ...]:
    """What the jobs measure; nothing if the user did not let dlws make the environment that they run in."""
    python = _interpreter(stack)
    if python is None and declined:
        out.say("  left out: the environment for it was not made")
        return ()
    return jobs.measure(jobs.ALL, python)


def _interpreter(stack: Stack) -> Path | None:
    """Python of the environment that this stack asks for, if it is there."""
    python = Path(stack.python.directory) / "bin" / "python" if stack.python else None
    return python if python and python.is_file() else None


def _save(document: Document, directory: Path) -> None:
    out.write(directory / "report.json", codec.encode(document) + b"\n")
    out.write(directory / "report.html", out.as_called(forms.page(document)))
