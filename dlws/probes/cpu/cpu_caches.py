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
    sums: dict[str, int | None] = {}
    for cpu in sorted(online):
        place = f"{CPU}/cpu{cpu}/cache"
        for index in host.list(place):
            if not re.fullmatch(r"index\d{1,2}", index) or (index, cpu) in seen:
                continue
            shared = read(host, f"{place}/{index}/shared_cpu_list", f"{place}/{index}/shared_cpu_map")
            seen.update((index, one) for one in shared)
            level = _level(host, f"{place}/{index}")
            size = _kib(host.read(f"{place}/{index}/size") or "")
            if level is not None:
                known = sums.get(level, 0)
                sums[level] = None if size is None or known is None or cpu not in shared else known + size
    return Caches(**sums)


def _level(host: Host, place: str) -> str | None:
    """Which field of Caches an instance belongs to. A split L2 (s390) counts whole."""
    level, kind = host.read(f"{place}/level"), host.read(f"{place}/type")
    if level == "1":
        return {"Data": "l1d", "Instruction": "l1i"}.get(kind or "")
    return f"l{level}" if level in ("2", "3") else None


def _kib(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,9})([KMG]?)", text)
    if not found or int(found[1]) == 0:
        return None
    return round(int(found[1]) * UNITS[found[2]])
