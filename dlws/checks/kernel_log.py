"""What the kernel said about hardware faults."""

from collections.abc import Iterator

from msgspec import Struct

from dlws.model.case import Case
from dlws.model.finding import Finding, Status
from dlws.model.kernel_log import KernelEvent, KernelLog

from . import driver_remedy, gpus
from .base import MACHINE, check

FEW_CORRECTED = 10
"""Corrected errors of the PCI Express bus up to here are left alone: the link repeated the packet, and
nothing was lost. More of them in one boot point to a bad contact."""
RESEAT = "power off, reseat the card and its cables, and try another slot or cable"
NEW_MEMORY = "test the memory (memtest86+ from the boot menu), and replace the module that is named"
COOLING = "clean fans and filters, and see that the cooler sits right"
BACK_UP = "back up what is on it, and look at its health: sudo dlws check"
WATCH = "watch whether it comes back: sudo journalctl -k -f"


class Verdict(Struct, frozen=True):
    """How bad an event is, and what to do."""

    status: Status
    what: str
    why: str
    fix: str


HARMLESS = Verdict(Status.OK, "no fault of the hardware", "", "")
GPU_LOST = Verdict(
    Status.FAIL, "a GPU fell off the bus", "power, heat, seating, a riser, or the card itself", RESEAT
)
DRIVER = Verdict(
    Status.FAIL, "the NVIDIA driver could not start a GPU", "its message says which step failed",
    "read the lines around it: sudo dmesg | grep -i nvrm",
)  # fmt: skip
NO_ANSWER = Verdict(
    Status.FAIL, "a GPU stopped answering the NVIDIA driver", "power, heat, sleep, a driver bug, or the card",
    "restart the machine; if it comes back, look at the lines before it: sudo dmesg | grep -iE 'nvrm|nvidia'",
)  # fmt: skip
NO_POWER = Verdict(
    Status.FAIL, "a GPU lacks its power cables", "the driver does not start it without",
    "power off, and plug each of the card's power connectors",
)  # fmt: skip
WRONG_KERNEL = Verdict(
    Status.FAIL, "the kernel refused NVIDIA's module", "it was built for another kernel", driver_remedy.BUILD
)
SOFTWARE_CAUSES = ("api_mismatch", "driver_conflict", "firmware_missing", "none_found")
"""Faults of an installation, which the checks of the driver judge by how it is now."""
NVRM = {"no_answer": NO_ANSWER, "no_power": NO_POWER, **dict.fromkeys(SOFTWARE_CAUSES, HARMLESS)}
OTHER_GPU = Verdict(Status.WARN, "the GPU's driver reported a fault", "a driver bug, or the card", WATCH)
BROKEN_GPU = Verdict(
    Status.FAIL,
    "a GPU reported faults that it could not mend",
    "its memory, heat, or the card itself",
    RESEAT,
)
CHIPSET = "0000:00:"
"""What sits on this bus of the PCI is part of processor and board."""
IOMMU = Verdict(
    Status.WARN, "the IOMMU stopped a device's access to memory",
    "a driver bug, or transfers between devices that the IOMMU does not know of: NCCL hangs on these",
    "boot with iommu=pt; where GPUs talk to each other directly, switch the IOMMU or ACS off in the firmware",
)  # fmt: skip
NIC = Verdict(
    Status.WARN, "a network card's firmware stopped answering", "its firmware, heat, or the card itself",
    "update the card's firmware (mlxfwmanager), and power the machine off and on",
)  # fmt: skip
CURRENT = Verdict(
    Status.WARN, "the module drew more current than it may", "the power supply or its cable is too weak",
    "use the power supply that the maker names",
)  # fmt: skip


def judge(event: KernelEvent, case: Case) -> Verdict:
    """What one event means."""
    if event.kind in ("xid", "sxid"):
        return _xid(event)
    if event.kind == "gpu_lost":
        return GPU_LOST
    if event.kind == "nvrm":
        return NVRM.get(event.cause or "", DRIVER)
    if event.kind in ("nouveau", "amdgpu", "radeon", "i915", "xe", "nvgpu"):
        return BROKEN_GPU if event.severity in ("uncorrected", "fatal") else OTHER_GPU
    if event.kind == "iommu":
        return HARMLESS if (event.subject or CHIPSET).startswith(CHIPSET) else IOMMU
    if event.kind == "aer":
        return _aer(event, case)
    if event.kind in ("mce", "edac"):
        return _machine_check(event)
    if event.kind == "module":  # where it is known whether the module is loaded, the driver's checks judge
        known = event.cause != "wrong_kernel" or case.have.software.kernel_module.loaded is not None
        return HARMLESS if known else WRONG_KERNEL
    return _system(event)


def _xid(event: KernelEvent) -> Verdict:
    if event.kind == "sxid":
        status = Status.FAIL if event.severity == "fatal" else Status.WARN
        return Verdict(status, f"NVSwitch error {event.code}", "a link between GPUs failed", WATCH)
    from dlws.catalog import xid as catalog

    known = catalog.find(event.code) if event.code is not None else None
    if known is None:
        return Verdict(Status.WARN, f"Xid {event.code}", "the catalog does not have this number", WATCH)
    if known.severity == "info":
        return HARMLESS
    if known.domain == "app":
        return Verdict(Status.OK, f"a program's own fault, Xid {event.code}: {known.meaning}", "", "")
    in_hardware = "hw" in known.domain or "pcie" in known.domain
    fatal = known.severity == "critical" or (known.severity == "error" and in_hardware)
    bad = event.severity == "fatal" or (fatal and event.severity != "nonfatal")
    what = f"Xid {event.code}: {known.meaning}"
    fix = f"NVIDIA's advice: {known.action}" if "nvidia" not in known.action else known.action
    return Verdict(
        Status.FAIL if bad else Status.WARN, what, f"the cause usually lies in: {known.domain}", fix
    )


def _aer(event: KernelEvent, case: Case) -> Verdict:
    why = "a bad contact, a riser, power saving of the link, or the device"
    if event.severity == "corrected":
        if event.count <= FEW_CORRECTED:
            return HARMLESS
        return Verdict(
            Status.WARN, "corrected PCIe errors", f"{why}; data were sent again, none was lost", RESEAT
        )
    place = (event.subject or event.port or "").rpartition(".")[0]
    needed = [gpu.pci_address for gpu in case.have.gpus] + [
        disk.pci_address for disk in case.have.storage.disks
    ]
    hit = any(place and address and address.startswith(place) for address in needed)
    bad = event.severity == "fatal" or hit
    return Verdict(Status.FAIL if bad else Status.WARN, "uncorrected PCIe errors", why, RESEAT)


def _machine_check(event: KernelEvent) -> Verdict:
    part = "memory" if event.kind == "edac" else "processor, memory or bus"
    if event.severity in ("uncorrected", "fatal", "nonfatal"):
        why = "data were lost: what was computed may be wrong"
        return Verdict(Status.FAIL, f"uncorrected errors of {part}", why, NEW_MEMORY)
    if event.kind == "mce":
        why = "corrected or put aside; some kernels also report ones that mean nothing"
        return Verdict(Status.WARN, "machine checks were logged", why, WATCH)
    return Verdict(Status.WARN, "corrected memory errors", "a module that begins to fail", NEW_MEMORY)


def _system(event: KernelEvent) -> Verdict:
    fatal = event.severity in ("fatal", "uncorrected")
    if event.kind == "nic":
        return NIC
    if event.cause == "over_current":
        return CURRENT
    if event.kind == "thermal":
        status = Status.FAIL if fatal else Status.WARN
        return Verdict(
            status, "the processor got too hot", "cooling is not enough, and it slowed down", COOLING
        )
    if event.kind == "io":
        status = Status.FAIL if fatal else Status.WARN
        return Verdict(
            status, "a disk answered with errors", "a failing disk, its cable or its power", BACK_UP
        )
    if event.kind == "panic":
        return Verdict(Status.FAIL, "the kernel panicked", "faulty hardware or a driver", NEW_MEMORY)
    if event.kind in ("oops", "lockup"):
        return Verdict(Status.WARN, "the kernel stumbled", "a driver, or faulty hardware", WATCH)
    return HARMLESS


def place(subject: str | None, case: Case) -> str:
    """``gpu0`` in place of a GPU's address."""
    slot = (subject or "").partition(".")[0]
    for gpu in case.have.gpus:
        if slot.count(":") >= 1 and gpu.pci_address and gpu.pci_address.partition(".")[0].endswith(slot):
            return gpus.subject(gpu)
    return subject or MACHINE


def of_this_boot(event: KernelEvent, log: KernelLog) -> bool:
    """False also where the boot is not known although the log of this boot was read: it would be in there."""
    if event.this_boot is None:
        return log.source is None or log.earlier_source is None
    return event.this_boot


@check("host.kernel_log", "Did the kernel report a hardware fault?")
def kernel_log(case: Case) -> Iterator[Finding]:
    """The kernel log shows faults before they show as wrong results. One of an earlier boot only warns."""
    log = case.have.kernel_log
    groups: dict[tuple[str, str, bool], list[tuple[Verdict, KernelEvent]]] = {}
    for event in log.events:
        verdict, now = judge(event, case), of_this_boot(event, log)
        if verdict.status is Status.FAIL or (now and verdict is not HARMLESS):
            where = place(event.subject or event.port, case)
            groups.setdefault((verdict.what, where, now), []).append((verdict, event))
    for (what, where, now), members in groups.items():
        yield _told(what, where, now, members)
    if groups:
        return
    if log.source is None and "kernel_log" in case.have.not_told:
        return
    if log.source is None:
        why = "only root, or a group that may, can read it here, so faults in it are not known"
        fix = "log in again after: sudo usermod -aG adm,systemd-journal $USER"
        yield kernel_log.warn("the kernel log could not be read", why=why, fix=fix)
    else:
        what = f"no hardware fault in {log.source or 'the kernel log'}"
        yield kernel_log.ok(
            what, source=log.source, earlier_source=log.earlier_source, harmless=len(log.events)
        )


def _told(what: str, where: str, now: bool, members: list[tuple[Verdict, KernelEvent]]) -> Finding:
    """One finding for all events of one meaning at one place."""
    count = sum(event.count for _, event in members)
    bad, newest = any(verdict.status is Status.FAIL for verdict, _ in members), members[-1][1]
    verdict = next((one for one, _ in members if one.status is Status.FAIL), members[0][0])
    evidence = {
        name: getattr(newest, name) for name in ("kind", "code", "severity", "cause", "last", "message")
    }
    what += f", {count} times" if count > 1 else ""
    if verdict.status is Status.OK:
        return kernel_log.ok(what, where, count=count, **evidence)
    if bad and now:
        return kernel_log.fail(what, where, why=verdict.why, fix=verdict.fix, count=count, **evidence)
    what += "" if now else ", in an earlier boot"
    return kernel_log.warn(what, where, why=verdict.why, fix=verdict.fix, count=count, **evidence)


CHECKS = (kernel_log,)
