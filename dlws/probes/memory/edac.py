"""What the kernel's memory controller drivers know (driver-api/edac.rst of Linux); everyone may read it."""

import re

from dlws.host import Host
from dlws.model.memory import MemoryErrors, MemoryModule
from dlws.pattern import pattern

EDAC = "/sys/devices/system/edac/mc"
TYPE = pattern(r"(?:Registered-|Unbuffered-|Load-Reduced-)?(LP)?(DDR\d?)\b", re.IGNORECASE)


def errors(host: Host) -> MemoryErrors | None:
    """Errors since the driver was loaded; None if there is no driver."""
    places = _controllers(host)
    corrected = [host.number(f"{place}/ce_count") for place in places]
    uncorrected = [host.number(f"{place}/ue_count") for place in places]
    if not any(count is not None for count in corrected + uncorrected):
        return None
    return MemoryErrors(corrected=_sum(corrected), uncorrected=_sum(uncorrected))


def modules(host: Host) -> tuple[MemoryModule, ...] | None:
    """Modules as the driver numbers them: sizes and types. None if there is no driver that knows them."""
    found = []
    for place in _controllers(host):
        for name in host.list(place):
            if re.fullmatch(r"dimm\d{1,3}", name) and (module := _module(host, f"{place}/{name}")):
                found.append(module)
    return tuple(found) or None


def correction(host: Host) -> str | None:
    """Error correction that is switched on, in SMBIOS's words; None if no driver tells."""
    modes = {
        host.read(f"{place}/{name}/dimm_edac_mode")
        for place in _controllers(host)
        for name in host.list(place)
        if re.fullmatch(r"(?:dimm|rank|csrow)\d{1,3}", name)
    } - {None, "", "Unknown"}
    if not modes:
        return None
    if modes == {"None"}:
        return "None"
    return "Single-bit ECC" if modes == {"SECDED"} else "Multi-bit ECC"


def _controllers(host: Host) -> list[str]:
    return [f"{EDAC}/{name}" for name in host.list(EDAC) if re.fullmatch(r"mc\d{1,3}", name)]


def _module(host: Host, place: str) -> MemoryModule | None:
    size = host.number(f"{place}/size")
    kind = host.read(f"{place}/dimm_mem_type") or ""
    # Persistent memory modules are listed too; they are not main memory.
    if not size or kind.lower().startswith("non-volatile"):
        return None
    found = TYPE.match(kind)
    return MemoryModule(
        slot=host.read(f"{place}/dimm_label") or None,
        bank=host.read(f"{place}/dimm_location") or None,
        size_mib=size,
        type=f"{found[1] or ''}{found[2]}".upper() if found else None,
    )


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
