"""Requirements, measurements, stack, plan and outcome as groups of rows."""

from ..model.measurement import Measurement
from ..model.outcome import Outcome
from ..model.plan import Plan, Step
from ..model.requirements import Estimate, Machine, Need, Option, Requirements, Vram
from ..model.stack import Stack
from .table import Group, Row, maybe, row, rows
from .words import amount, count, gb, given, joined

PARTS = ("weights", "gradients", "optimizer", "activations", "kv_cache", "logits", "temporary", "framework")
MACHINE = {
    "gpus": ("GPUs", "{:g}"),
    "vram_gib": ("GPU memory", "{:g} GiB each"),
    "compute_capability": ("compute capability", "{:.1f}"),
    "ram_gib": ("RAM", "{:g} GiB"),
    "disk_gb": ("disk", "{:g} GB"),
    "cpu_cores": ("CPU cores", "{:g}"),
}


def requirements(it: Requirements) -> tuple[Group, ...]:
    """What a workload needs."""
    options = tuple(option(each) for each in it.options)
    advice = tuple(row("advice", each) for each in it.advice)
    return (
        Group(f"GPU memory for {it.workload}", vram(it.estimate.vram)),
        Group("Job", job(it.estimate)),
        Group("Minimum", machine(it.minimum)),
        Group("Recommended", machine(it.recommended)),
        *((Group("GPUs that would do", options),) if options else ()),
        *((Group("To need less", advice),) if advice else ()),
        *(
            (Group("Assumed", tuple(row("assumption", each) for each in it.assumptions)),)
            if it.assumptions
            else ()
        ),
    )


def vram(it: Vram) -> tuple[Row, ...]:
    """Memory of one GPU by what takes it; the total first."""
    parts = {part.replace("_", " "): getattr(it, f"{part}_gib") for part in PARTS}
    total = f"{it.total_gib:.1f} GiB at the peak ({it.peak})"
    return (
        row("total", total, f"between {it.low_gib:.1f} and {it.high_gib:.1f} GiB"),
        *(row(name, f"{value:.2f} GiB") for name, value in parts.items() if value),
        row("basis", it.basis),
    )


def job(it: Estimate) -> tuple[Row, ...]:
    """The job as a whole."""
    return rows(
        row("parameters", f"{it.parameters:,}", f"{it.trained_parameters:,} of them trained"),
        row("RAM", f"{it.ram_gib:.1f} GiB"),
        row("disk", gb(it.disk_gb)),
        row("time", given("{} h", None if it.time_hours is None else amount(it.time_hours))),
        row("energy", given("{} kWh", None if it.energy_kwh is None else amount(it.energy_kwh))),
        maybe("electricity", given(f"{{:.2f}} {it.currency or ''}", it.electricity_cost)),
        *(row(f"no {name.replace('_', ' ')}", why) for name, why in it.unknown.items()),
    )


def machine(it: Machine) -> tuple[Row, ...]:
    """A machine that would do, each part with its reason."""
    found = []
    for field, (label, pattern) in MACHINE.items():
        need: Need = getattr(it, field)
        found.append(row(label, f"{pattern.format(need.value)}: {need.reason}"))
    return tuple(found)


def option(it: Option) -> Row:
    """A GPU that would do."""
    price = f"{it.launch_price_usd:,.0f} USD at launch" if it.launch_price_usd is not None else None
    cloud = it.cloud
    return row(
        f"{it.count} x {it.gpu}" if it.count != 1 else it.gpu,
        f"{it.fit}: needs {it.need_gib:.1f} of {it.vram_gib:.1f} GiB",
        given("{} h", None if it.time_hours is None else amount(it.time_hours)),
        price,
        f"{cloud.provider} {cloud.instance_type} {cloud.usd_per_hour:.2f} USD/h ({cloud.as_of})"
        if cloud
        else None,
    )


def measurements(some: tuple[Measurement, ...]) -> tuple[Group, ...]:
    """Figures, a group a job; the group's title says where it ran."""
    jobs: dict[str, list[Measurement]] = {}
    for one in some:
        jobs.setdefault(one.name.partition(".")[0], []).append(one)
    return tuple(
        Group(
            f"{name} on {figures[0].device_name or figures[0].device}",
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
        Group(f"Software for {it.environment}", choices + conflicts or (row("software", "nothing chosen"),)),
    )


def plan(it: Plan) -> tuple[Group, ...]:
    """What would be changed, and what asks for it."""
    steps = tuple(step(each) for each in it.steps) or (row("steps", "nothing to do"),)
    waiting = tuple(step(each) for each in it.waiting_for_root)
    return (Group("Plan", steps), *((Group("Waiting for root", waiting),) if waiting else ()))


def step(it: Step) -> Row:
    """One role with the findings that ask for it."""
    asked = "; ".join(finding.what for finding in it.findings)
    return row(it.role, f"{asked or 'asked for'}{' (as root)' if it.needs_root else ''}")


def outcome(it: Outcome) -> tuple[Group, ...]:
    """What happened when the plan was carried out."""
    end = "done" if it.succeeded else "interrupted" if it.interrupted else "not done"
    return (
        Group(
            "Changes to the machine",
            rows(
                row(
                    "end",
                    end,
                    "a dry run" if it.check else None,
                    count(it.changed, "change"),
                    f"{it.duration_s:.0f} s",
                    warning=it.error,
                ),
                *(row(each.role or each.host, each.task, warning=each.message) for each in it.failures),
                row("reboot", "needed") if it.reboot_needed else None,
                row("directory", it.directory),
            ),
        ),
    )
