"""What checks say about GPUs alike."""

from dlws.model.case import Case
from dlws.model.gpu import MOBILE, Gpu

from .smoke import usable_gpus

PORTABLE = ("Portable", "Laptop", "Notebook", "Sub Notebook", "Convertible", "Detachable")
"""Chassis types of SMBIOS that mean a laptop."""


def subject(gpu: Gpu) -> str:
    """``gpu0``; a card without a number goes by its place on the bus."""
    return f"gpu{gpu.index}" if gpu.index is not None else gpu.pci_address or "gpu"


def name(gpu: Gpu) -> str:
    """What to call it in a sentence."""
    return gpu.name or "a GPU of unknown model"


def nvidia(case: Case) -> tuple[Gpu, ...]:
    """NVIDIA's GPUs, also those with a problem."""
    return tuple(gpu for gpu in case.have.gpus if gpu.vendor == "NVIDIA")


def working(case: Case) -> tuple[Gpu, ...]:
    """GPUs that answer: facts that only a driver tells are worth asking of these."""
    return tuple(gpu for gpu in case.have.gpus if gpu.problem is None)


def known(case: Case) -> bool:
    """False if there may be GPUs of which the inventory's source does not tell."""
    return "gpus" not in case.have.not_told


def mobile(gpu: Gpu, case: Case) -> bool:
    """True for a GPU that is soldered into a laptop."""
    return any(word in (gpu.name or "") for word in MOBILE) or case.have.board.chassis in PORTABLE


def usable(case: Case) -> tuple[Gpu, ...]:
    """GPUs that a framework can train on."""
    return usable_gpus(case.have)


def together(case: Case) -> tuple[Gpu, ...]:
    """Usable GPUs that one job can share: a build of a framework serves one vendor's, NVIDIA's if there is a
    choice and nobody asked for ROCm."""
    wanted = "AMD" if case.stack and case.stack.environment.startswith("torch-rocm") else "NVIDIA"
    return tuple(gpu for gpu in usable(case) if gpu.vendor == wanted) or usable(case)


def left_out(case: Case) -> tuple[Gpu, ...]:
    """Usable GPUs that such a job can't have."""
    return tuple(gpu for gpu in usable(case) if gpu not in together(case))


def selector(gpu: Gpu) -> str:
    """How nvidia-smi is told which card is meant; numbers move when a card is lost, places do not."""
    return gpu.pci_address or str(gpu.index or 0)
