"""How processors, memory and GPUs hang together."""

from msgspec import Struct


class NumaNode(Struct, frozen=True, kw_only=True):
    """One NUMA node; a node without CPUs can be GPU or CXL memory."""

    index: int
    cpus: str | None = None
    """Kernel list format, for example ``0-15,32-47``."""
    memory_mib: int | None = None
    gpus: tuple[int, ...] = ()


class GpuPair(Struct, frozen=True, kw_only=True):
    """What lies between two GPUs."""

    a: int
    b: int
    link: str | None = None
    """In nvidia-smi's terms: ``NV4``, ``PIX``, ``PXB``, ``PHB``, ``NODE`` or ``SYS``; in AMD's ``XGMI`` or ``PCIE``."""
    p2p: bool | None = None


class Topology(Struct, frozen=True, kw_only=True):
    """Distances on one machine."""

    numa: tuple[NumaNode, ...] = ()
    gpu_pairs: tuple[GpuPair, ...] = ()
