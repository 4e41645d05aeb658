"""GPU models and their published figures.

What is in ``gpus.csv`` and on what grounds (column ``source``, in that order of the row's cells):

- names and PCI ids: NVIDIA's open kernel modules (``open-gpu-kernel-modules``, MIT), libdrm's
  ``amdgpu.ids`` (MIT) and ``pci.ids`` (BSD-3-Clause);
- tensor rates, cores, board power and bandwidth: figures printed by the vendor (``datasheet``,
  ``whitepaper``), dense and with FP32 accumulation, so half of a figure that is printed "with sparsity";
- ``rate``: GeForce tensor rate = cores x boost clock, both as the vendor prints them, x the architecture's
  operations per core and clock from its whitepaper (Turing 8, later 4);
- ``opendb``: board power, and bandwidth = bus width x data rate, from BuildCores OpenDB (ODC-By 1.0);
- ``epoch``: Epoch AI, ML hardware (CC BY 4.0), launch year or price;
- ``announcement``: launch year and price in US dollars as the vendor announced them.

A cell without such a source is empty, and so is one where two sources disagree. Figures that only a
database of others' measurements has are not shipped.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from .table import rows

NEARNESS = 0.08
"""A driver reports up to this share less or more than the size on the box (ECC, firmware, GB against GiB)."""


class GpuModel(Struct, frozen=True, kw_only=True):
    """One model; None: no source that may be shipped has the figure."""

    vendor: str
    name: str
    aliases: tuple[str, ...] = ()
    """Names that the driver reports."""
    pci_ids: tuple[str, ...] = ()
    """``10de:2684``; on AMD also with the revision, ``1002:744c:c8``."""
    architecture: str | None = None
    compute_capability: str | None = None
    gfx: str | None = None
    unified: bool = False
    """Shares its memory with the CPU."""
    vram_gb: float | None = None
    """Per device as the driver shows it, in binary gigabytes as printed on the box."""
    bandwidth_gbps: float | None = None
    """Memory bandwidth in gigabytes per second."""
    bf16_tflops: float | None = None
    """Dense, on tensor or matrix cores, with FP32 accumulation; the same for FP16."""
    fp16_tflops: float | None = None
    fp32_tflops: float | None = None
    cores: int | None = None
    tensor_cores: int | None = None
    tdp_w: float | None = None
    launch_year: int | None = None
    launch_price_usd: float | None = None
    source: str = ""

    def holds(self, memory_mib: int | None) -> bool:
        """True if a driver that reports so much memory can mean this model; never where memory is shared."""
        if memory_mib is None or self.vram_gb is None or self.unified:
            return False
        return abs(memory_mib / 1024 / self.vram_gb - 1) <= NEARNESS


@cache
def all() -> tuple[GpuModel, ...]:
    """Every model, read once."""
    return tuple(_model(row) for row in rows("gpus.csv"))


def find(
    pci_id: str | None = None,
    name: str | None = None,
    memory_mib: int | None = None,
    revision: str | None = None,
) -> GpuModel | None:
    """The model with this PCI id, told apart by exact driver name, then by memory; never by part of a name.

    Where several models remain (a driver name or a PCI id can belong to two), the answer holds what they
    have in common, under the name that they share; None if they share none, or nothing matches.
    """
    found = _by_pci_id(pci_id, revision)
    named = _by_name(name) if name else []
    found = [model for model in found if model in named] or found or named
    fitting = [model for model in found if model.holds(memory_mib)]
    if not fitting and _contradicted(found, memory_mib):
        fitting = [model for model in named if model.holds(memory_mib)]
    return _one(fitting) or _one(found) or _common(found, name)


def _contradicted(models: Sequence[GpuModel], memory_mib: int | None) -> bool:
    """True if none of these can be meant: makers have sold the same id with twice the memory."""
    return memory_mib is not None and not [one for one in models if one.vram_gb is None or one.unified]


def _by_name(name: str) -> list[GpuModel]:
    """By the driver's name; else by the model's own, whose spaces pci.ids sets otherwise (``12GB``)."""
    told = [model for model in all() if name in model.aliases]
    plain = name.replace(" ", "").lower()
    return told or [model for model in all() if model.name.replace(" ", "").lower() == plain]


def _by_pci_id(pci_id: str | None, revision: str | None) -> list[GpuModel]:
    if not pci_id:
        return []
    exact = [model for model in all() if revision and f"{pci_id}:{revision}" in model.pci_ids]
    return exact or [
        model for model in all() if any(_without_revision(one) == pci_id for one in model.pci_ids)
    ]


def _without_revision(pci_id: str) -> str:
    return ":".join(pci_id.split(":")[:2])


def _one(models: Sequence[GpuModel]) -> GpuModel | None:
    return models[0] if len(models) == 1 else None


def _common(models: Sequence[GpuModel], name: str | None) -> GpuModel | None:
    """What all of several models say, where they go by one name."""
    shared = [alias for alias in models[0].aliases if _everywhere(alias, models)] if models else []
    if not shared:
        return None
    agreed: dict[str, Any] = {
        field: getattr(models[0], field)
        for field in GpuModel.__struct_fields__
        if len({getattr(model, field) for model in models}) == 1
    }
    return GpuModel(**{**agreed, "name": name if name in shared else shared[-1], "aliases": tuple(shared)})


def _everywhere(alias: str, models: Iterable[GpuModel]) -> bool:
    return not [model for model in models if alias not in model.aliases]


def _model(row: dict[str, str]) -> GpuModel:
    return GpuModel(
        vendor=row["vendor"],
        name=row["name"],
        aliases=_words(row["aliases"]),
        pci_ids=_words(row["pci_ids"]),
        architecture=row["architecture"] or None,
        compute_capability=row["compute_capability"] or None,
        gfx=row["gfx"] or None,
        unified=row["unified"] == "yes",
        vram_gb=_number(row["vram_gb"]),
        bandwidth_gbps=_number(row["bandwidth_gbps"]),
        bf16_tflops=_number(row["bf16_tflops"]),
        fp16_tflops=_number(row["fp16_tflops"]),
        fp32_tflops=_number(row["fp32_tflops"]),
        cores=_count(row["cores"]),
        tensor_cores=_count(row["tensor_cores"]),
        tdp_w=_number(row["tdp_w"]),
        launch_year=_count(row["launch_year"]),
        launch_price_usd=_number(row["launch_price_usd"]),
        source=row["source"],
    )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _count(cell: str) -> int | None:
    return int(cell) if cell else None
