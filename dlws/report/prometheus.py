"""Metrics for node_exporter's textfile collector (Prometheus text format 0.0.4)."""

import math
from collections.abc import Iterable

from dlws.model.finding import Finding
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement

from .verdict import ORDER, counts
from .words import plain

Labels = tuple[tuple[str, str], ...]
MIB = 2**20


class Metric:
    """One gauge with its samples. The format allows one sample for equal labels: the last one stays."""

    def __init__(self, name: str, help: str) -> None:
        self._name = name
        self._help = help
        self._samples: dict[Labels, float] = {}

    def add(self, value: float | None, **labels: str) -> None:
        """A sample, if its value is known."""
        if value is not None and math.isfinite(value):
            self._samples[tuple(labels.items())] = value

    def lines(self) -> list[str]:
        """The metric in the text format; nothing if it has no sample."""
        if not self._samples:
            return []
        head = [f"# HELP {self._name} {self._help}", f"# TYPE {self._name} gauge"]
        return head + [
            f"{self._name}{_labels(labels)} {value:.15g}" for labels, value in self._samples.items()
        ]


def metrics(
    findings: Iterable[Finding] = (),
    inventory: Inventory | None = None,
    measurements: Iterable[Measurement] = (),
) -> str:
    """All metrics of the documents that there are."""
    found = [*_of_findings(tuple(findings)), *_of_measurements(measurements)]
    if inventory is not None:
        found += [*_of_machine(inventory), *_of_gpus(inventory.gpus)]
    return "".join(line + "\n" for metric in found for line in metric.lines())


def _of_findings(findings: tuple[Finding, ...]) -> list[Metric]:
    total = Metric("dlws_findings", "Findings by status.")
    each = Metric("dlws_check_status", "Worst finding of a check: 4 fail, 3 warn, 2 unknown, 1 ok, 0 skip.")
    for status, number in counts(findings).items():
        total.add(number if findings else None, status=status.value)
    rank = {status: len(ORDER) - 1 - place for place, status in enumerate(ORDER)}
    for one in sorted(findings, key=lambda finding: rank[finding.status]):
        each.add(rank[one.status], check=one.check, subject=one.subject)
    return [total, each]


def _of_measurements(measurements: Iterable[Measurement]) -> list[Metric]:
    metric = Metric("dlws_measurement", "What smoke jobs measured.")
    for one in measurements:
        metric.add(one.value, name=one.name, unit=one.unit, device=one.device)
    return [metric]


def _of_machine(inventory: Inventory) -> list[Metric]:
    memory = Metric("dlws_memory_bytes", "Main memory.")
    threads = Metric("dlws_cpu_threads", "Online CPUs.")
    gpus = Metric("dlws_gpus", "GPUs by whether they can be used.")
    problems = Metric("dlws_inventory_problems", "Facts that could not be read.")
    memory.add(None if inventory.memory.total_mib is None else inventory.memory.total_mib * MIB)
    threads.add(inventory.cpu.threads)
    broken = sum(gpu.problem is not None for gpu in inventory.gpus)
    gpus.add(len(inventory.gpus) - broken, usable="yes")
    gpus.add(broken, usable="no")
    problems.add(len(inventory.problems))
    return [memory, threads, gpus, problems]


def _of_gpus(gpus: tuple[Gpu, ...]) -> list[Metric]:
    memory = Metric("dlws_gpu_memory_bytes", "Memory of a GPU.")
    used = Metric("dlws_gpu_memory_used_bytes", "Memory of a GPU in use.")
    temperature = Metric("dlws_gpu_temperature_celsius", "Temperature of a GPU.")
    power = Metric("dlws_gpu_power_watts", "Power draw of a GPU.")
    width = Metric("dlws_gpu_pcie_width", "PCI Express lanes that a GPU uses now.")
    errors = Metric(
        "dlws_gpu_ecc_uncorrected", "Uncorrected memory errors of a GPU since the driver was loaded."
    )
    for place, gpu in enumerate(gpus):
        labels = {"gpu": str(place if gpu.index is None else gpu.index), "name": gpu.name or "unknown"}
        memory.add(None if gpu.memory_mib is None else gpu.memory_mib * MIB, **labels)
        used.add(None if gpu.memory_used_mib is None else gpu.memory_used_mib * MIB, **labels)
        temperature.add(gpu.temperature_c, **labels)
        power.add(gpu.power.draw_w, **labels)
        width.add(gpu.pcie.width, **labels)
        errors.add(gpu.ecc.uncorrected_volatile, **labels)
    return [memory, used, temperature, power, width, errors]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    clean = ((name, plain(value).replace("\\", "\\\\").replace('"', '\\"')) for name, value in labels)
    return "{" + ",".join(f'{name}="{value}"' for name, value in clean) + "}"
