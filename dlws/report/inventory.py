"""An inventory as groups of rows; :mod:`dlws.report.devices` and :mod:`dlws.report.software` hold some."""

from dlws.model.cpu import Cpu, CpuFlags
from dlws.model.inventory import Inventory
from dlws.model.kernel_log import KernelEvent, KernelLog
from dlws.model.memory import Memory
from dlws.model.network import InfinibandPort, Link, Network
from dlws.model.system import Board, Os
from dlws.model.topology import Topology

from . import table
from .devices import gpu_groups, storage
from .software import software
from .table import Group, Row, group, maybe, row, rows, sentences
from .words import amount, count, either, given, joined, mhz, mib, switch

FLAG_NAMES = {
    "avx2": "AVX2",
    "avx_vnni": "AVX-VNNI",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx512_bf16": "AVX-512 BF16",
    "avx512_fp16": "AVX-512 FP16",
    "amx_int8": "AMX INT8",
    "amx_bf16": "AMX BF16",
    "amx_fp16": "AMX FP16",
    "neon": "NEON",
    "sve": "SVE",
    "sve2": "SVE2",
    "arm_bf16": "BF16",
    "arm_i8mm": "I8MM",
    "arm_fp16": "FP16",
}
"""Those that deep learning libraries choose kernels by."""
HARMLESS_EVENTS = ("oom", "hung_task")


def groups(inventory: Inventory) -> tuple[Group, ...]:
    """Everything in the box, in the order in which a person asks for it."""
    return table.groups(
        group("CPU", cpu(inventory.cpu)),
        group("Memory", memory(inventory.memory)),
        *gpu_groups(inventory.gpus, inventory.topology, "gpus" not in inventory.not_told),
        group("NUMA nodes", numa(inventory.topology)),
        group("Storage", storage(inventory.storage, "storage" not in inventory.not_told)),
        group("Board", board(inventory.board)),
        group("Operating system", system(inventory.os)),
        group("Software", software(inventory.software, "software" not in inventory.not_told)),
        group("Network", network(inventory.network, "network" not in inventory.not_told)),
        group("Kernel log", kernel_log(inventory.kernel_log)),
        group("Could not be read", sentences(inventory.problems)),
    )


def cpu(it: Cpu) -> tuple[Row, ...]:
    """The processors."""
    threads = it.limits.usable_threads if it.limits.usable_threads != it.threads else None
    l2 = mib(it.l2_kib / 1024) if it.l2_kib else None
    hybrid = f"{it.p_cores} P + {it.e_cores} E" if it.p_cores and it.e_cores else None
    return rows(
        row("model", it.model),
        row(
            "cores",
            count(it.cores, "core"),
            hybrid,
            count(it.threads, "thread"),
            count(it.sockets, "socket"),
            switch(it.smt, "SMT"),
        ),
        row("clock", given("{} base", mhz(it.base_mhz)), given("{} max", mhz(it.max_mhz))),
        row("cache", given("L2 {}", l2), given("L3 {}", mib(it.l3_mib))),
        row("vector units", vector_units(it.flags)),
        row("governor", it.governor),
        row("NUMA nodes", given("{}", it.numa_nodes)),
        maybe(
            "usable here",
            count(threads, "thread"),
            given("{:g} CPUs by quota", it.limits.quota_cpus),
            given("{} memory", mib(it.limits.memory_mib)),
        ),
        row("offline", count(it.offline_threads, "thread")) if it.offline_threads else None,
    )


def vector_units(flags: CpuFlags) -> str | None:
    """Instruction sets by the names that people use; None if no flag could be read."""
    if all(getattr(flags, name) is None for name in FLAG_NAMES):
        return None
    return joined(*(text for name, text in FLAG_NAMES.items() if getattr(flags, name))) or "none of note"


def numa(it: Topology) -> tuple[Row, ...]:
    """Which processors, memory and GPUs are near one another; one node alone says nothing."""
    return tuple(
        row(
            f"node {node.index}",
            given("CPUs {}", node.cpus),
            mib(node.memory_mib),
            *(f"GPU {number}" for number in node.gpus),
        )
        for node in it.numa
        if len(it.numa) > 1
    )


def memory(it: Memory) -> tuple[Row, ...]:
    """RAM and its modules."""
    used = it.slots - it.empty_slots if it.slots and it.empty_slots is not None else None
    corrected, uncorrected = (it.errors.corrected, it.errors.uncorrected) if it.errors else (None, None)
    return rows(
        row("total", mib(it.total_mib)),
        row("available", mib(it.available_mib)),
        row("swap", "none" if it.swap_mib == 0 else mib(it.swap_mib)),
        maybe("huge pages", f"{it.hugepages_total} of {it.hugepage_kib} KiB" if it.hugepages_total else None),
        row("modules", modules(it)),
        maybe("slots", given(f"{{}} of {it.slots} in use", used)),
        row("channels", given("{} in use", it.channels), given("{} on this platform", it.platform_channels)),
        row("ECC", it.ecc),
        maybe(
            "errors",
            given("{} corrected", corrected),
            given("{} uncorrected", uncorrected),
            warning="memory errors since boot" if corrected or uncorrected else None,
        ),
    )


def modules(it: Memory) -> str | None:
    """``4 x 32.0 GiB DDR5 at 4,800 MT/s (rated 5,600)``, each kind once."""
    if it.modules is None:
        return None
    kinds: dict[str, int] = {}
    for one in it.modules:
        speed = one.configured_mts or one.speed_mts
        rated = f" (rated {one.speed_mts:,})" if one.speed_mts and one.speed_mts != speed else ""
        parts = [mib(one.size_mib) or "size unknown", one.type, given("at {:,} MT/s", speed)]
        kind = " ".join(part for part in parts if part) + rated
        kinds[kind] = kinds.get(kind, 0) + 1
    return joined(*(f"{number} x {kind}" for kind, number in kinds.items())) or "none listed"


def board(it: Board) -> tuple[Row, ...]:
    """Mainboard, firmware, slots, sensors."""
    fans = (given("{:.0f} rpm", each.value) for each in it.sensors if each.kind == "fan_rpm" and each.value)
    return rows(
        row("board", it.vendor, it.model),
        maybe("system", it.system_vendor, it.system_model),
        row("firmware", it.bios_vendor, it.bios, it.bios_date),
        row("slots", slots(it)),
        *(
            row("power supply", each.name, each.manufacturer, given("{} W", each.max_w), each.status)
            for each in it.power_supplies or ()
        ),
        maybe("hottest", hottest(it)),
        maybe("fans", *fans),
    )


def slots(it: Board) -> str | None:
    """How many expansion slots there are, and which are free."""
    if it.slots is None:
        return None
    free = [
        " ".join(part for part in (each.name or "unnamed", each.type) if part)
        for each in it.slots
        if each.in_use is False
    ]
    return f"{len(it.slots)}; free: {joined(*free) or 'none'}" if it.slots else "none listed"


def hottest(it: Board) -> str | None:
    """The hottest reading of each sensor chip."""
    highest: dict[str, float] = {}
    for each in it.sensors:
        if each.kind == "temperature_c" and each.value is not None:
            highest[each.chip] = max(each.value, highest.get(each.chip, each.value))
    return joined(*(f"{chip} {value:.0f} C" for chip, value in highest.items()))


def system(it: Os) -> tuple[Row, ...]:
    """The operating system."""
    machine = (
        "bare metal" if it.virtualization == "none" else given("virtual machine ({})", it.virtualization)
    )
    container = "no container" if it.container == "none" else given("container ({})", it.container)
    return rows(
        row("system", it.name or joined(it.id, it.version)),
        row("kernel", it.kernel, it.arch),
        row("runs on", machine, container, "WSL" if it.wsl else None),
        row("Secure Boot", either(it.secure_boot, "on", "off")),
        maybe("lockdown", None if it.lockdown == "none" else it.lockdown),
        maybe("kernel options", *it.cmdline),
    )


def network(it: Network, told: bool) -> tuple[Row, ...]:
    """Links with their speed."""
    found = (*(link(each) for each in it.links), *(port(each) for each in it.infiniband))
    return found or (row("links", "none found" if told else None),)


def link(it: Link) -> Row:
    """One interface."""
    speed = amount(it.speed_mbps / 1000) if it.speed_mbps and it.speed_mbps > 0 else None
    return row(it.name, it.kind, either(it.up, "up", "down"), given("{} Gbit/s", speed), it.driver)


def port(it: InfinibandPort) -> Row:
    """One port for remote memory access."""
    return row(f"{it.device}/{it.port}", it.link_layer, it.state, given("{:g} Gbit/s", it.rate_gbps))


def kernel_log(it: KernelLog) -> tuple[Row, ...]:
    """Hardware events, this boot's first."""
    if it.source is None:
        return (row("events", None),)
    shown = tuple(event(each) for each in sorted(it.events, key=lambda each: each.this_boot is not True))
    return shown or (row("events", f"none in {it.source}"),)


def event(it: KernelEvent) -> Row:
    """One kind of event; what is long ago or was corrected is told without a mark."""
    kind = f"Xid {it.code}" if it.kind == "xid" and it.code is not None else it.kind
    harmless = it.severity == "corrected" or it.kind in HARMLESS_EVENTS or it.this_boot is False
    return row(
        kind,
        it.subject,
        f"{it.count} times" if it.count > 1 else None,
        it.severity,
        either(it.this_boot, "this boot", "an earlier boot"),
        given("last at {}", it.last),
        warning=None if harmless else it.message or "hardware event",
    )
