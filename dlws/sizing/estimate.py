"""Workload to Requirements."""

from collections.abc import Iterator

import msgspec

from dlws.catalog import prices
from dlws.errors import DlwsError
from dlws.model.network_shape import Convnet, Parameters
from dlws.model.requirements import Estimate, Figure, Option, Requirements, Vram
from dlws.model.workload import Loss, Optimizer, Quantization, Task, Technique, Workload
from dlws.suggest import closest

from . import duration, machine
from .options import options, timed
from .vram import vram

WORTH_IT = 0.95
"""A change that saves less than 5 % is not advised."""


def requirements(workload: Workload, electricity: str = "EU27") -> Requirements:
    """What the workload needs; ``electricity`` names the region whose price of energy counts."""
    tariff = _tariff(electricity)
    memory, ram, disk = vram(workload), machine.ram_gib(workload), machine.disk_gb(workload)
    least = machine.minimum(workload, memory, ram, disk)
    good = machine.recommended(workload, memory, ram, disk)
    choice = options(workload, good.compute_capability.value, tariff)
    return Requirements(
        workload=workload.name,
        estimate=_estimate(workload, memory, {"ram_gib": ram, "disk_gb": disk}, choice[:1], tariff),
        minimum=least,
        recommended=good,
        options=choice,
        advice=tuple(_advice(workload, memory)),
        assumptions=tuple(_assumptions(workload)),
    )


def _tariff(region: str) -> prices.Tariff:
    found = prices.tariff(region)
    if found is None:
        known = sorted({one.region for one in prices.tariffs()})
        near = closest(region, known)
        raise DlwsError(
            f"no price of electricity is known for {region!r}",
            why=f"known are: {', '.join(known)}",
            fix=f"did you mean {near}?" if near else "take the nearest of these",
        )
    return found


def _estimate(
    workload: Workload,
    memory: Vram,
    figures: dict[str, Figure],
    first: tuple[Option, ...],
    tariff: prices.Tariff,
) -> Estimate:
    time, energy = timed(workload, first[0]) if first else (None, None)
    on = f" on {first[0].count} x {first[0].gpu}" if first else ""
    for name, figure in (("time_hours", time), ("energy_kwh", energy)):
        if figure is not None:
            figures[name] = msgspec.structs.replace(figure, basis=figure.basis + on)
    return Estimate(
        vram=memory,
        parameters=machine.parameters(workload),
        trained_parameters=machine.trained(workload),
        ram_gib=figures["ram_gib"].value,
        disk_gb=figures["disk_gb"].value,
        flops=duration.flops(workload),
        time_hours=time.value if time else None,
        energy_kwh=energy.value if energy else None,
        electricity_cost=energy.value * tariff.price_per_kwh if energy else None,
        currency=tariff.currency,
        figures=figures,
        unknown=dict(_unknown(workload, time, bool(first))),
    )


def _unknown(workload: Workload, time: Figure | None, any_option: bool) -> Iterator[tuple[str, str]]:
    if time is not None:
        return
    if not any_option:
        why = "no GPU of the catalog, not even eight of them, would hold this"
    elif duration.samples(workload) is None:
        why = "the workload does not say how much there is to do: give dataset_samples and epochs, or steps"
    else:
        why = "the catalog lacks a figure of the first option's GPU"
    yield "time_hours", why
    yield "energy_kwh", why


def _advice(workload: Workload, memory: Vram) -> Iterator[str]:
    """Single changes that need clearly less, with what they would need."""
    for label, change in _changes(workload):
        changed = vram(msgspec.structs.replace(workload, **change))
        if changed.total_gib < WORTH_IT * memory.total_gib:
            yield f"{label}: {changed.total_gib:.1f} GiB instead of {memory.total_gib:.1f} GiB"


def _changes(workload: Workload) -> Iterator[tuple[str, dict[str, object]]]:
    if workload.batch > 1:
        yield f"batch: {workload.batch // 2}", {"batch": workload.batch // 2}
    if isinstance(workload.model, Convnet):
        return
    if workload.task is Task.INFER:
        if workload.quantization is Quantization.NONE:
            yield "quantization: int8", {"quantization": Quantization.INT8}
            yield "quantization: int4", {"quantization": Quantization.INT4}
        return
    if not workload.checkpointing:
        yield "checkpointing: true", {"checkpointing": True}
    if workload.loss is Loss.FULL:
        yield "loss: fused", {"loss": Loss.FUSED}
    if workload.optimizer is Optimizer.ADAMW:
        yield "optimizer: adamw-8bit", {"optimizer": Optimizer.ADAMW_8BIT}
    if workload.technique is Technique.FULL:
        yield "technique: lora", {"technique": Technique.LORA}
    if workload.technique is not Technique.QLORA:
        yield "technique: qlora", {"technique": Technique.QLORA}


def _assumptions(workload: Workload) -> Iterator[str]:
    if isinstance(workload.model, Parameters):
        yield "training" if workload.task is Task.TRAIN else "inference; for training: --set task=train"
        yield "the shape is that of a usual dense decoder with this many parameters"
    if isinstance(workload.model, Convnet):
        if workload.task is Task.INFER or workload.checkpointing:
            yield "activations count as in a plain training step, which is an upper bound"
        return
    yield f"{'sequences' if workload.task is Task.TRAIN else 'prompts'} of {workload.sequence_length} tokens"
    if workload.task is Task.TRAIN:
        yield "eager PyTorch; torch.compile needs 5 to 25 % less for activations"
    else:
        yield "one framework call at a time; a server such as vLLM takes the share of the card it is given"
