"""Measurements, stack, plan and outcome as groups of rows."""

from dlws.model.measurement import Measurement
from dlws.model.outcome import Outcome
from dlws.model.plan import Plan, Step
from dlws.model.stack import Stack

from .table import Group, Row, group, groups, row, rows
from .words import amount, count, given, joined

NOWHERE = "unknown"
"""Device of a job that ended before it could say where it runs."""


def measurements(some: tuple[Measurement, ...]) -> tuple[Group, ...]:
    """Figures, a group a job; the group's title says where it ran."""
    jobs: dict[str, list[Measurement]] = {}
    for one in some:
        jobs.setdefault(one.name.partition(".")[0], []).append(one)
    return tuple(
        group(
            name
            if figures[0].device == NOWHERE
            else f"{name} on {figures[0].device_name or figures[0].device}",
            tuple(figure(each) for each in figures),
        )
        for name, figures in jobs.items()
    )


def figure(it: Measurement) -> Row:
    """One figure; a job that did not run says why."""
    label = it.name.partition(".")[2].replace("_", " ") or it.name
    if label == "ran":
        why = joined(str(it.conditions.get("what", "no reason known")), given("{}", it.conditions.get("why")))
        return row(label, "yes" if it.value else "no", warning=None if it.value else why)
    if it.unit == "share" and it.value is not None:
        return row(label, f"{it.value:.1%}")
    return row(label, None if it.value is None else f"{amount(it.value)} {it.unit}")


def stack(it: Stack) -> tuple[Group, ...]:
    """The software that this machine should have, and why."""
    choices = tuple(row(each.name, f"{each.version}: {each.why}") for each in it.choices)
    conflicts = tuple(row("conflict", each, warning="cannot be had as wanted") for each in it.conflicts)
    return (
        group(f"Software for {it.environment}", choices + conflicts or (row("software", "nothing chosen"),)),
    )


def plan(it: Plan) -> tuple[Group, ...]:
    """What would be changed, and what asks for it."""
    steps = tuple(step(each) for each in it.steps) or (row("steps", "nothing to do"),)
    waiting = tuple(step(each) for each in it.waiting_for_root)
    return groups(group("Plan", steps), group("Waiting for root", waiting))


def step(it: Step) -> Row:
    """One role with the findings that ask for it."""
    asked = "; ".join(finding.what for finding in it.findings)
    return row(it.role, f"{asked or 'asked for'}{' (as root)' if it.needs_root else ''}")


def outcome(it: Outcome) -> tuple[Group, ...]:
    """What happened when the plan was carried out."""
    end = "done" if it.succeeded else "interrupted" if it.interrupted else "not done"
    dry = "a dry run" if it.check else None
    found = rows(
        row("end", end, dry, count(it.changed, "change"), f"{it.duration_s:.0f} s", warning=it.error),
        *(row(each.role or each.host, each.task, warning=each.message) for each in it.failures),
        row("directory", it.directory),
    )
    return (group("Changes to the machine", found),)
