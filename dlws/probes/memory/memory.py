"""Main memory and its modules."""

import re

from dlws.catalog.cpus import memory_channels
from dlws.host import Host
from dlws.model.memory import Memory
from dlws.probes.board import dmi
from dlws.probes.board.dmi import Record
from dlws.probes.cpu import cpu, numa
from dlws.probes.cpu.cpu_layout import layout
from dlws.probes.cpu.cpuinfo import parse
from dlws.probes.memory import edac, memory_modules
from dlws.probes.memory import memory_channels as channels
from dlws.probes.problems import Problems


def probe(host: Host, problems: Problems) -> Memory:
    """Facts about main memory."""
    info = meminfo(host.read("/proc/meminfo") or "")
    if "MemTotal" not in info:
        problems.add("the size of main memory is unknown: /proc/meminfo is not readable")
    source, records = _records(host)
    modules = memory_modules.modules(records) if records is not None else edac.modules(host)
    if records is None:
        source = "edac" if modules else None
        what = "speeds and slots of the memory modules" if modules else "the memory modules"
        problems.add(f"{what} are unknown: {dmi.why_not(host)}")
    arrays = memory_modules.system_arrays(records or ())
    slots = memory_modules.slots(records) if records is not None else None
    return Memory(
        total_mib=_host_mib(host, info, "MemTotal", "MemTotal"),
        available_mib=_host_mib(host, info, "MemAvailable", "MemFree"),
        swap_mib=_mib(info.get("SwapTotal")),
        swap_free_mib=_mib(info.get("SwapFree")),
        hugepages_total=info.get("HugePages_Total"),
        hugepage_kib=info.get("Hugepagesize"),
        modules=modules,
        modules_source=source,
        slots=slots,
        empty_slots=None if slots is None or modules is None else slots - len(modules),
        channels=channels.channels(records or ()),
        platform_channels=_platform_channels(host) or channels.platform(records or ()),
        ecc=_correction(arrays) or edac.correction(host),
        errors=edac.errors(host),
    )


def meminfo(text: str) -> dict[str, int]:
    """Fields of /proc/meminfo, in KiB where they have a unit."""
    return {name: int(value) for name, value in re.findall(r"(?m)^([\w()]+):\s+(\d{1,15})(?: kB)?\s*$", text)}


def _records(host: Host) -> tuple[str | None, tuple[Record, ...] | None]:
    found = dmi.records(host)
    # Somebody's dmidecode -t of another type does not say that there is no memory.
    if found is not None and any(one.type in (dmi.MEMORY_ARRAY, dmi.MEMORY_DEVICE) for one in found):
        return "smbios", found
    found = dmi.from_udev(host)
    return ("udev", found) if found is not None else (None, None)


def _host_mib(host: Host, info: dict[str, int], field: str, node_field: str) -> int | None:
    """A figure without what belongs to GPUs, which the kernel counts in on POWER9 and Grace Hopper."""
    total = info.get(field)
    if total is None:
        return None
    gpus = sum(numa.memory_kib(host, node, node_field) or 0 for node in numa.gpu_nodes(host))
    return _mib(max(0, total - gpus))


def _mib(kib: int | None) -> int | None:
    return None if kib is None else kib // 1024


def _correction(arrays: tuple[Record, ...]) -> str | None:
    """Error correction of the memory arrays. "None" is a true answer here, not a placeholder."""
    found = [record.fields.get("Error Correction Type", "Unknown") for record in arrays]
    known = [text for text in dict.fromkeys(found) if text not in ("Unknown", "Other", "<OUT OF SPEC>", "")]
    return ", ".join(known) or None


def _platform_channels(host: Host) -> int | None:
    """Channels that the processors in all sockets have; a virtual machine's are not its own."""
    info = parse(host.read("/proc/cpuinfo") or "")
    if "hypervisor" in (info.features or ()):
        return None
    each = memory_channels(cpu.name(info) or "")
    sockets = cpu.sockets(host, info, layout(host))
    return each * sockets if each is not None and sockets else None
