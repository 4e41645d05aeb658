"""Judges which programs there are."""

from collections.abc import Iterator

from dlws.model.case import Case
from dlws.model.finding import Finding

from .base import check

PACKAGES = {
    "gcc": ("build-essential", "torch.compile and Triton build kernels with it"),
    "git": ("git", "models, data sets and code come with it"),
    "lspci": ("pciutils", "it names devices that have no driver"),
    "numactl": ("numactl", "it binds a job to the CPUs near its GPU"),
    "nvme": ("nvme-cli", "it reads the health of NVMe disks"),
    "smartctl": ("smartmontools", "it reads the health of SATA and SAS disks"),
}
"""Program: package of Debian and Ubuntu that has it, and what it is for."""


@check("host.tools", "Are the tools there that deep learning work needs?")
def tools(case: Case) -> Iterator[Finding]:
    """Compilers and diagnostic programs are missed in the middle of the work, when nobody wants to install."""
    missing = case.have.software.missing_programs
    if missing is None:
        return
    if not missing:
        yield tools.ok("compiler, git and diagnostic programs are installed")
        return
    known = {name: PACKAGES[name] for name in missing if name in PACKAGES}
    yield tools.warn(
        f"not installed: {', '.join(missing)}",
        why="; ".join(f"{name}: {use}" for name, (_, use) in known.items()) or "dlws looks for them",
        fix=f"sudo apt-get install {' '.join(package for package, _ in known.values())}",
        role="base",
        missing=list(missing),
    )


CHECKS = (tools,)
