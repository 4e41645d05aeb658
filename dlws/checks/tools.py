"""Judges which programs there are."""

from collections.abc import Iterator

from dlws.model.case import Case
from dlws.model.finding import Finding

from .base import check

USES = {
    "gcc": "torch.compile and Triton build kernels with it",
    "git": "models, data sets and code come with it",
    "lspci": "it names devices that have no driver",
    "numactl": "it binds a job to the CPUs near its GPU",
    "nvme": "it reads the health of NVMe disks",
    "smartctl": "it reads the health of SATA and SAS disks",
}


@check("host.tools", "Are the tools there that deep learning work needs?")
def tools(case: Case) -> Iterator[Finding]:
    """Compilers and diagnostic programs are missed in the middle of the work, when nobody wants to install."""
    missing = case.have.software.missing_programs
    if missing is None:
        return
    if not missing:
        yield tools.ok("compiler, git and diagnostic programs are installed")
        return
    yield tools.warn(
        f"not installed: {', '.join(missing)}",
        why="; ".join(f"{name}: {USES[name]}" for name in missing if name in USES) or "dlws uses them",
        fix="install them: sudo dlws apply",
        role="base",
        missing=list(missing),
    )


CHECKS = (tools,)
