"""GPUs and storage as groups of rows."""

from dlws.model.gpu import MOBILE, Gpu, PcieLink
from dlws.model.storage import Disk, DiskHealth, Filesystem, Raid, Storage
from dlws.model.topology import Topology

from .table import Group, Row, group, groups, maybe, row, rows
from .words import count, gb, given, joined, mhz, mib, switch

LOW_SPACE = 0.05
"""Share of a file system under which its row is marked."""


def gpu_groups(gpus: tuple[Gpu, ...], topology: Topology, told: bool) -> tuple[Group, ...]:
    """One group a GPU, then how they are connected; ``told``: having none in the list means that there is none."""
    if not gpus:
        return (group("GPU", (row("GPU", "none found" if told else None),)),)
    pairs = tuple(
        row(f"GPU {pair.a} - GPU {pair.b}", pair.link, switch(pair.p2p, "P2P")) for pair in topology.gpu_pairs
    )
    numbered = ((place if gpu.index is None else gpu.index, gpu) for place, gpu in enumerate(gpus))
    return groups(*(group(f"GPU {number}", card(gpu)) for number, gpu in numbered), group("GPU links", pairs))


def card(it: Gpu) -> tuple[Row, ...]:
    """One GPU; of one that is lost or has no driver, only what PCI tells."""
    chip = joined(it.architecture, given("compute capability {}", it.compute_capability), it.gfx)
    node = it.numa_node if it.numa_node is not None and it.numa_node >= 0 else None
    head = rows(
        row("name", f"{it.name or it.pci_id or 'unknown'}{given(' ({})', chip) or ''}"),
        row("at", it.pci_address, given("NUMA node {}", node), given("driver {}", it.driver)),
    )
    if it.problem:
        return (*head, row("problem", it.problem, warning="not usable"))
    return (*head, *work(it), *state(it))


def work(it: Gpu) -> tuple[Row, ...]:
    """Memory, bus, power, and what it does now."""
    return rows(
        row(
            "memory",
            mib(it.memory_mib),
            it.memory_type,
            given("{} free", mib(it.memory_free_mib)),
            given("{:,.0f} GB/s", it.specs.bandwidth_gbps if it.specs else None),
            "shared with the CPU" if it.unified_memory else None,
        ),
        row("PCIe", lanes(it.pcie), warning=narrow(it)),
        row(
            "power",
            given("limit {:.0f} W", it.power.limit_w),
            given("default {:.0f} W", it.power.default_w),
            given("draws {:.0f} W", it.power.draw_w),
        ),
        row(
            "now",
            given("{:.0f} C", it.temperature_c),
            given("fan {:.0f} %", it.fan_percent),
            given("{:.0f} % busy", it.utilization_percent),
            given("SM {}", mhz(it.clocks.sm_mhz)),
            count(len(it.processes), "process", "processes") if it.processes else None,
        ),
        maybe("limited by", *(it.throttle_reasons or ())),
    )


def state(it: Gpu) -> tuple[Row, ...]:
    """Settings and faults."""
    links = next((one for one in (it.nvlink, it.xgmi) if one and one.links), None)
    down = links is not None and links.active is not None and links.active < (links.links or 0)
    faults = joined(
        f"{it.ecc.uncorrected_volatile} uncorrected" if it.ecc.uncorrected_volatile else None,
        "row remapping failed" if it.ecc.remap_failed else None,
        "row remapping pending" if it.ecc.remap_pending else None,
        "page retirement pending" if it.ecc.retired_pages_pending else None,
    )
    return rows(
        maybe(
            "settings",
            switch(it.ecc.enabled, "ECC"),
            switch(it.persistence, "persistence"),
            switch(it.mig.enabled, "MIG") if it.mig else None,
            "/".join(filter(None, (it.compute_partition, it.memory_partition))) or None,
            "display attached" if it.display_attached else None,
        ),
        maybe(
            "XGMI" if links is it.xgmi and links else "NVLink",
            f"{'?' if links.active is None else links.active} of {links.links} links active"
            if links
            else None,
            warning="links are down" if down else None,
        ),
        maybe("memory errors", faults, warning="the card's memory is failing"),
        maybe(
            "recovery",
            None if it.recovery_action == "none" else it.recovery_action,
            warning="the driver asks for this",
        ),
        maybe("UUID", it.uuid),
    )


def lanes(it: PcieLink) -> str | None:
    """``gen 1 of 4, x16 of x16``."""
    generation = given("gen {}", it.gen)
    width = given("x{}", it.width)
    return joined(
        f"{generation}{given(' of {}', it.gen_max) or ''}" if generation else None,
        f"{width}{given(' of x{}', it.width_max) or ''}" if width else None,
    )


def narrow(it: Gpu) -> str | None:
    """A card with fewer lanes than it could use. A low generation is no fault: it drops at idle."""
    if not it.pcie.width or not it.pcie.width_max or any(word in (it.name or "") for word in MOBILE):
        return None
    return "fewer lanes than the card can use" if it.pcie.width < it.pcie.width_max else None


def storage(it: Storage, told: bool) -> tuple[Row, ...]:
    """Disks, arrays and file systems."""
    found = rows(
        *(disk(each) for each in it.disks),
        *(raid(each) for each in it.raid),
        *(filesystem(each) for each in it.filesystems),
        maybe("volumes", *it.volume_managers),
        maybe("/dev/shm", gb(it.shm_gb)),
    )
    return found or (row("disks", "none found" if told else None),)


def disk(it: Disk) -> Row:
    """One disk."""
    bus = f"PCIe gen {it.pcie_gen} x{it.pcie_width}" if it.pcie_gen and it.pcie_width else None
    worn = given("{} % worn", it.health.wear_percent) if it.health else None
    sick = failing(it.health) if it.health else None
    return row(it.name, gb(it.size_gb), it.kind, it.model, bus, worn, warning=sick)


def failing(it: DiskHealth) -> str | None:
    """What the disk itself complains of; media errors count although it says "passed"."""
    return joined(
        "the disk says that it is failing" if it.passed is False else None,
        count(it.media_errors, "media error") if it.media_errors else None,
        f"critical warning {it.critical_warning:#x}" if it.critical_warning else None,
    )


def raid(it: Raid) -> Row:
    """One array."""
    active = it.devices_active if it.devices_wanted else None
    bad = it.state not in (None, "active", "clean") or it.failed
    return row(
        it.name,
        it.level,
        it.state,
        given(f"{{}} of {it.devices_wanted} devices", active),
        given("{:.0f} % done", it.progress_percent),
        warning="not whole" if bad else None,
    )


def filesystem(it: Filesystem) -> Row:
    """One mounted file system."""
    full = it.free_gb is not None and it.size_gb and it.free_gb < LOW_SPACE * it.size_gb
    return row(
        it.mount,
        given("{} free", gb(it.free_gb)),
        given("{} in all", gb(it.size_gb)),
        it.fstype,
        "read-only" if it.read_only else None,
        warning="nearly full" if full and not it.read_only else None,
    )
