"""Does the machine meet the workload? Below the minimum fails, below the recommendation warns."""

import re
from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.cpu import Cpu
from dlws.model.finding import Finding
from dlws.model.gpu import Gpu
from dlws.model.requirements import Need, Requirements
from dlws.model.storage import Filesystem

from . import gpus
from .base import Check, check

MIB_PER_GIB = 1024
IN_MEMORY = ("tmpfs", "ramfs", "devtmpfs", "squashfs", "iso9660")
"""File systems that lose what they hold, or hold what others put there."""


def compare(asked: Check, what: str, unit: str, have: float, least: Need, good: Need, fix: str) -> Finding:
    """One figure against its fail line and its warn line."""
    told: dict[str, Any] = {"have": round(have, 1), "minimum": least.value, "recommended": good.value}
    if have < least.value:
        why = f"at least {least.value:.3g} {unit} are needed: {least.reason}"
        return asked.fail(what, why=why, fix=fix, **told)
    if have < good.value:
        why = f"{good.value:.3g} {unit} are advised: {good.reason}"
        return asked.warn(what, why=why, fix=fix, **told)
    return asked.ok(what, **told)


@check("fit.gpu", "Are there enough GPUs for the workload?")
def gpu(case: Case) -> Iterator[Finding]:
    """A workload is sized for a number of GPUs; a card without a driver or with a fault does not count."""
    need = case.need
    if need is None:
        return
    count, least, good = len(gpus.together(case)), need.minimum.gpus, need.recommended.gpus
    broken = len(case.have.gpus) - len(gpus.working(case))
    others = ", ".join(f"{gpus.name(one)} ({gpus.subject(one)})" for one in gpus.left_out(case))
    beside = f"; {others} left out: a build of a framework serves one vendor's GPUs" if others else ""
    what = f"{count or 'no'} usable GPU{'' if count < 2 else 's'}, {good.value:g} wanted{beside}"
    mend = "mend the GPUs first, gpu.problem says how: dlws check"
    fix = mend if broken else f"see which would do: {need.command}"
    told: dict[str, Any] = {
        "have": count,
        "minimum": least.value,
        "recommended": good.value,
        "with_a_problem": broken,
    }
    if count >= good.value:
        yield gpu.ok(what, **told)
    elif count >= least.value:
        why = "it runs, only slower" if count else f"it will run on the CPU, slower: {least.reason}"
        yield gpu.warn(what, why=why, fix=fix, **told)
    elif not gpus.known(case):
        why = "this machine, or the file that describes it, does not tell which GPUs there are"
        yield gpu.unknown(f"GPUs are not known, {good.value:g} wanted", why=why, **told)
    else:
        yield gpu.fail(what, why=f"{need.workload} needs {least.value:g}: {least.reason}", fix=fix, **told)


def memory_gib(one: Gpu, case: Case) -> float | None:
    """Memory that a job on this GPU can have; where CPU and GPU share memory, that of the machine.

    Where no driver says it, what the catalog says of the model.
    """
    mib = one.memory_mib or (case.have.memory.total_mib if one.unified_memory else None)
    if mib is None:
        return one.specs.memory_gb if one.specs else None
    return mib / MIB_PER_GIB


def free_gib(one: Gpu, case: Case) -> float | None:
    """What of it is free now."""
    if one.memory_mib is None and one.unified_memory:
        mib = case.have.memory.available_mib
    elif one.memory_free_mib is None and one.memory_mib is not None and one.memory_used_mib is not None:
        mib = one.memory_mib - one.memory_used_mib
    else:
        mib = one.memory_free_mib
    return None if mib is None else mib / MIB_PER_GIB


def chosen(case: Case, need: Requirements) -> tuple[Gpu, ...]:
    """The GPUs that the workload would run on: as many as it wants, those with most memory first."""
    ranked = sorted(gpus.together(case), key=lambda one: memory_gib(one, case) or 0, reverse=True)
    return tuple(ranked[: max(1, int(need.recommended.gpus.value))])


@check("fit.vram", "Does the workload fit into the GPU's memory?")
def vram(case: Case) -> Iterator[Finding]:
    """What does not fit ends with "out of memory" after the model was loaded, often hours into a queue."""
    if case.need is None:
        return
    for one in chosen(case, case.need):
        yield _vram(one, case, case.need)


def _vram(one: Gpu, case: Case, need: Requirements) -> Finding:
    subject, have, free = gpus.subject(one), memory_gib(one, case), free_gib(one, case)
    if one.mig is not None and one.mig.enabled:
        why = "the card is split into MIG instances, whose sizes are not known here"
        return vram.unknown(
            f"{gpus.name(one)} is split", subject, why=why, fix="see the instances: sudo nvidia-smi mig -lgi"
        )
    if have is None:
        why = "neither its driver nor the file that describes this machine says it"
        return vram.unknown(f"memory of {gpus.name(one)} is unknown", subject, why=why)
    least, good, estimate = need.minimum.vram_gib, need.recommended.vram_gib, need.estimate.vram
    source = "" if one.memory_mib or one.unified_memory else " by its data sheet"
    what = (
        f"{gpus.name(one)} has {have:.1f} GiB{source}, {need.workload} takes about {estimate.total_gib:.1f}"
    )
    told: dict[str, Any] = {
        "have_gib": round(have, 1),
        "free_gib": free,
        "low_gib": estimate.low_gib,
        "high_gib": good.value,
    }
    advice = need.advice[0] if need.advice else None
    fix = f"change the workload ({advice})" if advice else f"see which would do: {need.command}"
    if have < least.value:
        bad = vram.fail if need.minimum.gpus.value else vram.warn
        return bad(what, subject, why=f"{least.value:.1f} GiB is the least: {least.reason}", fix=fix, **told)
    if free is not None and free < least.value:
        why = f"only {free:.1f} GiB are free now: other programs hold the rest"
        return vram.warn(what, subject, why=why, fix="see who uses it and end that: nvidia-smi", **told)
    if have < good.value:
        why = f"tight: within the error of the estimate, up to {good.value:.1f} GiB"
        return vram.warn(what, subject, why=why, fix=fix, **told)
    return vram.ok(what, subject, **told)


def capability(one: Gpu) -> float | None:
    """8.9 of ``8.9``; None where it is not known, or no number."""
    found = re.fullmatch(r"\d{1,3}\.\d", one.compute_capability or "", re.ASCII)
    return float(found[0]) if found else None


@check("fit.compute_capability", "Can the GPU do the arithmetic that the workload asks for?")
def compute_capability(case: Case) -> Iterator[Finding]:
    """Older GPUs lack bf16 or fp8, and wheels have no kernels for the oldest."""
    if case.need is None:
        return
    least, good = case.need.minimum.compute_capability, case.need.recommended.compute_capability
    for one in chosen(case, case.need):
        have, subject = capability(one), gpus.subject(one)
        if one.vendor != "NVIDIA" or have is None:
            continue
        what = f"{gpus.name(one)} has compute capability {one.compute_capability}"
        fix = f"take another precision, or see which GPUs would do: {case.need.command}"
        told: dict[str, Any] = {"have": have, "minimum": least.value, "recommended": good.value}
        if have < least.value:
            why = f"{least.value} is the least: {least.reason}"
            yield compute_capability.fail(what, subject, why=why, fix=fix, **told)
        elif have < good.value:
            why = f"{good.value} is advised: {good.reason}"
            yield compute_capability.warn(what, subject, why=why, fix=fix, **told)
        else:
            yield compute_capability.ok(what, subject, **told)


@check("fit.ram", "Is there enough main memory for the workload?")
def ram(case: Case) -> Iterator[Finding]:
    """Weights pass through main memory while they are loaded, and each data loader is a process."""
    if case.need is None:
        return
    total, limit = case.have.memory.total_mib, case.have.cpu.limits.memory_mib
    if total is None:
        yield ram.unknown("size of main memory is unknown", why="it could not be read from /proc/meminfo")
        return
    have = min(total, limit or total) / MIB_PER_GIB
    limited = limit is not None and limit < total
    what = f"{have:.1f} GiB of main memory" + (" is what this container or job may use" if limited else "")
    fix = (
        "raise the memory limit of this container or job" if limited else "add memory, or use another machine"
    )
    yield compare(ram, what, "GiB", have, case.need.minimum.ram_gib, case.need.recommended.ram_gib, fix)


def data_home(case: Case) -> Filesystem | None:
    """The local, writable file system with most room: where the data would live."""
    fitting = [
        one
        for one in case.have.storage.filesystems
        if one.free_gb is not None and not one.network and not one.read_only and one.fstype not in IN_MEMORY
    ]
    return max(fitting, key=lambda one: one.free_gb or 0, default=None)


@check("fit.disk", "Is there room on disk for software, weights, data and checkpoints?")
def disk(case: Case) -> Iterator[Finding]:
    """A full disk ends a training run at its first checkpoint."""
    if case.need is None:
        return
    place = data_home(case)
    if place is None or place.free_gb is None:
        yield disk.unknown("free disk space is unknown", why="no local file system told its free space")
        return
    what = f"{place.free_gb:.0f} GB free on {place.mount}"
    fix = f"make room on {place.mount}, or add a disk"
    yield compare(
        disk, what, "GB", place.free_gb, case.need.minimum.disk_gb, case.need.recommended.disk_gb, fix
    )


def usable_cores(cpu: Cpu) -> float | None:
    """Physical cores that this process may use."""
    if cpu.cores is None:
        return None
    limits, per_core = cpu.limits, max(1.0, (cpu.threads or cpu.cores) / max(cpu.cores, 1))
    allowed = None if limits.usable_threads is None else limits.usable_threads / per_core
    return min(one for one in (float(cpu.cores), allowed, limits.quota_cpus) if one is not None)


@check("fit.cpu_cores", "Are there enough CPU cores for the workload?")
def cpu_cores(case: Case) -> Iterator[Finding]:
    """Data loaders decode and shuffle on the CPU; too few cores let a fast GPU wait."""
    if case.need is None:
        return
    have = usable_cores(case.have.cpu)
    if have is None:
        yield cpu_cores.unknown("number of CPU cores is unknown", why="it could not be read")
        return
    limited = have < (case.have.cpu.cores or 0)
    what = f"{have:g} CPU cores" + (" are what this container or job may use" if limited else "")
    fix = "raise the CPU limit of this container or job" if limited else "start fewer data loaders"
    least, good = case.need.minimum.cpu_cores, case.need.recommended.cpu_cores
    if not case.need.minimum.gpus.value and not gpus.usable(case):
        good = least  # more cores are advised to keep up with GPUs
    yield compare(cpu_cores, what, "cores", have, least, good, fix)


CHECKS = (gpu, vram, compute_capability, ram, disk, cpu_cores)
