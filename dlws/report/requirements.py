"""Requirements as groups of rows."""

from collections.abc import Callable

from dlws.model.requirements import Estimate, Figure, Machine, Need, Option, Requirements, Vram

from . import table
from .table import Group, Row, maybe, row, rows, sentences
from .words import amount, duration, gb, given

UNKNOWN = {"time_hours": "time", "energy_kwh": "energy"}
"""Estimates that may be missing, in words."""
PARTS = ("weights", "gradients", "optimizer", "activations", "kv_cache", "logits", "temporary", "framework")
MACHINE = {
    "gpus": ("GPUs", "{:g}"),
    "vram_gib": ("GPU memory", "{:.1f} GiB each"),
    "compute_capability": ("compute capability", "{:.1f}"),
    "ram_gib": ("RAM", "{:.1f} GiB"),
    "disk_gb": ("disk", "{:,.0f} GB"),
    "cpu_cores": ("CPU cores", "{:g}"),
}


SHOWN = 12
"""GPUs that are listed where nobody asks for all."""


def groups(it: Requirements, every_option: bool = False) -> tuple[Group, ...]:
    """What a workload needs, its memory first."""
    return table.groups(
        table.group(f"GPU memory for {named(it)}", vram(it.estimate.vram)),
        table.group("Job", job(it.estimate)),
        table.group("Minimum", machine(it.minimum)),
        table.group("Recommended", machine(it.recommended)),
        table.group("GPUs that would do, cheapest at launch first", options(it, every_option)),
        table.group("To need less", sentences(it.advice)),
        table.group("Assumed", sentences(it.assumptions)),
    )


def named(it: Requirements) -> str:
    """The workload, with what was changed of it."""
    changes = ", ".join(f"{key}={value}" for key, value in it.changes.items())
    return f"{it.workload} with {changes}" if changes else it.workload


def vram(it: Vram) -> tuple[Row, ...]:
    """Memory of one GPU by what takes it; the total first."""
    total = f"{it.total_gib:.1f} GiB at the peak ({it.peak})"
    return (
        row("total", total, f"between {it.low_gib:.1f} and {it.high_gib:.1f} GiB"),
        *(row(name, f"{value:.2f} GiB") for name, value in memory_parts(it).items()),
        row("basis", it.basis),
    )


def memory_parts(it: Vram) -> dict[str, float]:
    """GiB by what takes them; parts of no size are left out."""
    parts = {part.replace("_", " "): getattr(it, f"{part}_gib") for part in PARTS}
    return {name: size for name, size in parts.items() if size}


def job(it: Estimate) -> tuple[Row, ...]:
    """The job as a whole; each estimate with its band and what it rests on."""
    return rows(
        row("parameters", f"{it.parameters:,}", f"{it.trained_parameters:,} of them trained"),
        estimated("RAM", it.figures.get("ram_gib"), lambda gib: f"{amount(gib)} GiB"),
        estimated("disk", it.figures.get("disk_gb"), gb),
        estimated("time", it.figures.get("time_hours"), duration),
        estimated("energy", it.figures.get("energy_kwh"), lambda kwh: f"{amount(kwh)} kWh"),
        maybe("electricity", given(f"{{:.2f}} {it.currency or ''}", it.electricity_cost)),
        *(row(UNKNOWN.get(name, name), f"unknown: {why}") for name, why in it.unknown.items()),
    )


def estimated(label: str, it: Figure | None, shown: Callable[[float], str | None]) -> Row | None:
    """One estimate; None where there is none."""
    if it is None:
        return None
    return row(label, f"{shown(it.value)}, between {shown(it.low)} and {shown(it.high)}: {it.basis}")


def machine(it: Machine) -> tuple[Row, ...]:
    """A machine that would do, each part with its reason."""
    found = []
    for field, (label, pattern) in MACHINE.items():
        need: Need = getattr(it, field)
        found.append(row(label, f"{pattern.format(need.value)}: {need.reason}"))
    return tuple(found)


def options(it: Requirements, every: bool) -> tuple[Row, ...]:
    """The first of them, and how to see the others."""
    listed = it.options if every else it.options[:SHOWN]
    rest = len(it.options) - len(listed)
    more = sentences([f"{rest} more: {it.command} --all"] if rest else ())
    return (*(option(each) for each in listed), *more)


def option(it: Option) -> Row:
    """A GPU that would do."""
    price = f"{it.launch_price_usd:,.0f} USD at launch" if it.launch_price_usd is not None else None
    cloud = it.cloud
    return row(
        f"{it.count} x {it.gpu}" if it.count != 1 else it.gpu,
        f"{it.fit}: needs {it.need_gib:.1f} of {it.vram_gib:.1f} GiB",
        duration(it.time_hours),
        price,
        f"{cloud.provider} {cloud.instance_type} {cloud.usd_per_hour:.2f} USD/h ({cloud.as_of})"
        if cloud
        else None,
    )
