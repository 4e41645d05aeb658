"""Which PyTorch builds exist, and what each needs, with sources in the data files beside this one."""

import re
from functools import cache

from msgspec import Struct

from .table import rows

INDEX = "https://download.pytorch.org/whl"
"""PyTorch's own package index; one folder for each variant."""


class Release(Struct, frozen=True, kw_only=True):
    """One release of PyTorch."""

    version: str
    pythons: tuple[str, ...]
    """Python versions that it has builds for, ``3.11``."""
    default_variant: str
    """The build that PyPI has under the plain version."""
    rocm_variant: str | None


class Wheel(Struct, frozen=True, kw_only=True):
    """A build for NVIDIA GPUs."""

    variant: str
    """``cu130`` is built with CUDA 13.0."""
    machine: str
    """As ``uname -m`` names the processor."""
    capabilities: tuple[str, ...]
    """Compute capabilities that it holds machine code for."""
    ptx: bool
    """It also holds code that the driver can translate for newer GPUs."""

    def runs_on(self, capability: str) -> bool:
        """Machine code runs on its own compute capability and on later ones of the same major number.

        See "Binary Compatibility" in NVIDIA's CUDA C++ Programming Guide.
        """
        wanted = number(capability)
        if not wanted:
            return False
        have = [number(one) for one in self.capabilities]
        same_major = any(one[0] == wanted[0] and one <= wanted for one in have)
        return same_major or (self.ptx and wanted > max(have))

    @property
    def min_driver(self) -> str:
        """Oldest driver that CUDA's minor-version compatibility allows for this build."""
        return _min_drivers()[re.sub(r"^cu(\d+)\d$", r"\1", self.variant)]


def number(version: str) -> tuple[int, ...]:
    """A dotted version as something to compare: ``8.6`` before ``8.10`` before ``12.0``."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


@cache
def _min_drivers() -> dict[str, str]:
    return {row["cuda_major"]: row["min_driver"] for row in rows("cuda_drivers.csv")}


@cache
def releases() -> tuple[Release, ...]:
    """Known releases, newest first."""
    found = [
        Release(
            version=row["torch"],
            pythons=tuple(row["pythons"].split()),
            default_variant=row["default_variant"],
            rocm_variant=row["rocm_variant"] or None,
        )
        for row in rows("torch.csv")
    ]
    return tuple(sorted(found, key=lambda release: number(release.version), reverse=True))


def release(version: str) -> Release | None:
    """The release of that version; None if the catalog does not know it."""
    return next((one for one in releases() if one.version == version), None)


@cache
def wheels(version: str, machine: str) -> tuple[Wheel, ...]:
    """Builds of a release for NVIDIA GPUs; empty where none is known."""
    minor = version.rpartition(".")[0]
    return tuple(
        Wheel(
            variant=row["variant"],
            machine=row["machine"],
            capabilities=tuple(row["capabilities"].split()),
            ptx=row["ptx"] == "yes",
        )
        for row in rows("torch_wheels.csv")
        if row["torch"] == minor and row["machine"] == machine
    )


@cache
def rocm_gpus() -> frozenset[str]:
    """GPU targets (``gfx1100``) that AMD lists as supported by ROCm, previews left out."""
    return frozenset(row["gfx"] for row in rows("rocm_gpus.csv"))
