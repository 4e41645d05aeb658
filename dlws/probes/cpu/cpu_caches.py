"""Sums of the processors' caches, from /sys (Documentation/ABI/testing/sysfs-devices-system-cpu)."""

import re

from msgspec import Struct

from dlws.host import Host
from dlws.probes.cpu.cpu_layout import CPU
from dlws.probes.cpu.cpulist import read

UNITS = {"": 1 / 1024, "K": 1, "M": 1024, "G": 1024**2}


class Caches(Struct, frozen=True, kw_only=True):
    """KiB over all instances; None where an instance's size or sharing is not told."""

    l1d: int | None = None
    l1i: int | None = None
    l2: int | None = None
    l3: int | None = None


def caches(host: Host, online: frozenset[int]) -> Caches:
    """Each cache is listed below every CPU that shares it, and counts once."""
    seen: set[tuple[str, int]] = set()
    counted: set[tuple[str | None, str | None, int]] = set()
    sums: dict[str, int | None] = {}
    for cpu in sorted(online):
        place = f"{CPU}/cpu{cpu}/cache"
        for index in host.list(place):
            if not re.fullmatch(r"index\d{1,2}", index) or (index, cpu) in seen:
                continue
            # The map first, as lscpu and lstopo do: the list is wrong in some old kernels.
            shared = read(host, f"{place}/{index}/shared_cpu_map", f"{place}/{index}/shared_cpu_list")
            seen.update((index, one) for one in shared)
            level, kind = host.read(f"{place}/{index}/level"), host.read(f"{place}/{index}/type")
            field = _field(level, kind)
            if field is None or (level, kind, cpu) in counted:  # VirtualBox lists a CPU's L1d twice
                continue
            counted.update((level, kind, one) for one in shared)
            size = _kib(host.read(f"{place}/{index}/size") or "")
            known = sums.get(field, 0)
            sums[field] = None if size is None or known is None or cpu not in shared else known + size
    return Caches(**sums)


def _field(level: str | None, kind: str | None) -> str | None:
    """Which field of Caches an instance belongs to. A split L2 (s390) counts whole."""
    if level == "1":
        return {"Data": "l1d", "Instruction": "l1i"}.get(kind or "")
    return f"l{level}" if level in ("2", "3") else None


def _kib(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,9})([KMG]?)", text)
    if not found or int(found[1]) == 0:
        return None
    return round(int(found[1]) * UNITS[found[2]])
