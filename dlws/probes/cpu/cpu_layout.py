"""Sockets, cores and threads, from /sys/devices/system/cpu (Documentation/admin-guide/cputopology.rst)."""

import re

from msgspec import Struct

from dlws.host import Host
from dlws.probes.cpu.cpulist import parse_list, read

CPU = "/sys/devices/system/cpu"


class Layout(Struct, frozen=True, kw_only=True):
    """Online CPUs, grouped. Empty groups: the kernel does not tell."""

    online: frozenset[int]
    cores: tuple[frozenset[int], ...] = ()
    packages: tuple[frozenset[int], ...] = ()


def layout(host: Host) -> Layout:
    """How the online CPUs hang together."""
    online = online_cpus(host)
    names = ("core_cpus_list", "thread_siblings_list", "core_cpus", "thread_siblings")
    # RISC-V without a map of its processors has no cores, and one group of all.
    unnumbered = host.number(f"{CPU}/cpu{min(online, default=0)}/topology/core_id") == -1
    cores = () if unnumbered else _groups(host, online, *names)
    packages = _groups(
        host, online, "package_cpus_list", "core_siblings_list", "package_cpus", "core_siblings"
    )
    return Layout(online=online, cores=cores, packages=packages)


def online_cpus(host: Host) -> frozenset[int]:
    """CPUs that run now; empty if nothing tells."""
    if found := read(host, f"{CPU}/online"):
        return found
    numbers = [int(name[3:]) for name in host.list(CPU) if re.fullmatch(r"cpu\d{1,5}", name)]
    if numbers:
        # cpu0 often has no "online" file: it cannot be taken offline.
        return frozenset(cpu for cpu in numbers if host.number(f"{CPU}/cpu{cpu}/online") in (None, 1))
    counted = re.findall(r"(?m)^cpu(\d{1,5}) ", host.read("/proc/stat") or "")
    return frozenset(int(cpu) for cpu in counted)


def offline_count(host: Host, online: frozenset[int]) -> int | None:
    """CPUs that are there but switched off. ``offline`` also lists those that only could be plugged in.

    None where neither the kernel's list nor any CPU's own switch is seen, as in the answers of programs that
    show online CPUs only.
    """
    present = read(host, f"{CPU}/present")
    if present:
        return len(present - online) if online else None
    numbers = [int(name[3:]) for name in host.list(CPU) if re.fullmatch(r"cpu\d{1,5}", name)]
    switches = [host.number(f"{CPU}/cpu{cpu}/online") for cpu in numbers]
    return switches.count(0) if any(switch is not None for switch in switches) else None


def _groups(host: Host, online: frozenset[int], *names: str) -> tuple[frozenset[int], ...]:
    """The online CPUs, in groups that a topology file names; one read a group, not one a CPU."""
    left, groups = set(online), []
    for cpu in sorted(online):
        if cpu not in left:
            continue
        group = read(host, *(f"{CPU}/cpu{cpu}/topology/{name}" for name in names)) & left
        if cpu not in group:
            return ()
        groups.append(group)
        left -= group
    return tuple(groups)


def hybrid(host: Host, cores: tuple[frozenset[int], ...]) -> tuple[int | None, int | None]:
    """Performance and efficiency cores of an Intel hybrid: each kind has its own event unit (perf)."""
    fast, slow = (
        parse_list(host.read(f"/sys/devices/{name}/cpus") or "") for name in ("cpu_core", "cpu_atom")
    )
    if not cores or not (fast or slow):
        return None, None
    return sum(bool(core & fast) for core in cores), sum(bool(core & slow) for core in cores)
