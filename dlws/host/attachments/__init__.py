"""Texts that people send each other about their machines: one table, one small file a subject."""

from . import (
    bug_report,
    collect_env,
    containers,
    disks,
    fdisk,
    files,
    firmware,
    fru,
    kernel_log,
    lscpu_table,
    lshw,
    lshw_json,
    lspci_records,
    lstopo,
    mdadm,
    megaraid,
    nvidia_csv,
    nvidia_smi,
    nvme_log,
    opencl,
    processors,
    rocm,
    smartctl,
    storage,
    topologies,
    volumes,
)
from .evidence import ANY, Evidence, Kind

KINDS: tuple[Kind, ...] = (
    bug_report.KIND,
    *nvidia_smi.XML,
    *containers.KINDS,
    *nvme_log.JSON,
    *smartctl.JSON,
    *storage.JSON,
    *disks.JSON,
    *megaraid.JSON,
    *kernel_log.JSON,
    *rocm.JSON,
    *opencl.FIRST,
    lshw_json.KIND,
    collect_env.KIND,
    *nvidia_smi.KINDS,
    nvidia_csv.KIND,
    lspci_records.KIND,
    *firmware.KINDS,
    fru.KIND,
    *processors.KINDS,
    *lscpu_table.KINDS,
    *topologies.KINDS,
    *lstopo.KINDS,
    *storage.KINDS,
    mdadm.KIND,
    megaraid.KIND,
    megaraid.TABLE,
    *volumes.KINDS,
    *disks.KINDS,
    fdisk.KIND,
    lshw.KIND,
    *smartctl.KINDS,
    *nvme_log.KINDS,
    *rocm.KINDS,
    *opencl.KINDS,
    *kernel_log.KINDS,
    *files.KINDS,
)
"""In the order of asking; one that stands alone ends it, but for what is around it."""

__all__ = ["ANY", "KINDS", "Evidence", "Kind", "recognise"]


def recognise(text: str) -> tuple[list[Kind], Evidence]:
    """Kinds that a text holds and what they say, those that give it its name first."""
    evidence = Evidence()
    found = []
    for kind in KINDS:
        if not text:
            break
        if kind.matches(text):
            kind.read(text, evidence)
            found.append(kind)
            if kind.alone:
                text = kind.rest(text) if kind.rest else ""
    return found, evidence
