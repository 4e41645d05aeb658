"""The processor, and how much of it this process may use."""

import re
from collections import Counter

from msgspec.structs import replace

from dlws.catalog.arm_cores import core_of, vendor_of
from dlws.host import Host
from dlws.model.cpu import Cpu, CpuFlags, CpuLimits
from dlws.probes.cpu import cgroup, numa
from dlws.probes.cpu.cpu_caches import Caches, caches
from dlws.probes.cpu.cpu_clock import clock
from dlws.probes.cpu.cpu_counts import Counts, count
from dlws.probes.cpu.cpu_flags import flags
from dlws.probes.cpu.cpu_layout import CPU, Layout, hybrid, layout, offline_count, online_cpus
from dlws.probes.cpu.cpuinfo import CpuInfo, parse
from dlws.probes.cpu.cpulist import parse_list
from dlws.probes.problems import Problems

VENDORS = {"power": "IBM"}
"""Where the file names none; others have made POWER chips, none that runs Linux today."""


def probe(host: Host, problems: Problems) -> Cpu:
    """Facts about the processors; counts are of what is online."""
    info = parse(host.read("/proc/cpuinfo") or "")
    found = layout(host)
    if not info.cpus and not found.cores and ((told := _by_lscpu(host)) or not found.online):
        return told or _unknown(host, problems)
    counts = _counts(host, info, found, problems)
    model = name(info)
    caches_kib = _caches(host, info, found, counts)
    clocks = clock(host, found.online, model)
    p_cores, e_cores = hybrid(host, found.cores) if info.family != "arm" else _arm_ranks(info, found)
    if model is None:
        problems.add("the processor's model is unknown: /proc/cpuinfo does not name it")
    return Cpu(
        model=model,
        vendor=_vendor(info),
        architecture=host.machine() or info.architecture,
        sockets=counts.sockets,
        cores=counts.cores,
        threads=counts.threads,
        p_cores=p_cores,
        e_cores=e_cores,
        smt=counts.smt,
        offline_threads=offline_count(host, found.online),
        base_mhz=clocks.base_mhz or _static_clock(info),
        max_mhz=clocks.max_mhz,
        governor=clocks.governor,
        driver=clocks.driver,
        l1d_kib=caches_kib.l1d,
        l1i_kib=caches_kib.l1i,
        l2_kib=caches_kib.l2,
        l3_mib=None if caches_kib.l3 is None else caches_kib.l3 / 1024,
        flags=flags(info.features, info.family),
        numa_nodes=len(numa.indexes(host)) or None,
        microcode=info.first("microcode") or host.read(f"{CPU}/cpu0/microcode/version"),
        limits=limits(host),
    )


def limits(host: Host) -> CpuLimits:
    """What this process may use of the machine."""
    return CpuLimits(
        usable_threads=_usable(host),
        quota_cpus=cgroup.cpu_quota(host),
        memory_mib=cgroup.memory_mib(host),
    )


def _usable(host: Host) -> int | None:
    """CPUs that this process may run on; of a captured tree, those of the process that copied it."""
    allowed = host.affinity()
    if allowed is not None:
        return len(allowed)
    found = re.search(r"(?m)^Cpus_allowed_list:\s*(\S+)$", host.read("/proc/self/status") or "")
    return len(parse_list(found[1]) & (online_cpus(host) or parse_list(found[1]))) or None if found else None


def name(info: CpuInfo) -> str | None:
    """Model name. Arm's kernels give numbers only; different cores are all named, the strongest first."""
    if info.family == "arm":
        return _arm_name(info)
    if info.family == "s390":
        machine = info.first("machine")
        return f"IBM Z, machine type {machine}" if machine else None
    found = info.first("model name", "cpu", "cpu model", "uarch")
    return None if found == "unknown" else found  # gVisor's word


def _arm_name(info: CpuInfo) -> str | None:
    known: Counter[tuple[int, str]] = Counter()
    cores = [core_of(*part) for part in info.parts]
    for core in cores if all(cores) else ():  # one kind's name is not the chip's
        if core:
            known[core.rank or 0, core.name] += 1
    names = [
        one for (_, one), _ in sorted(known.items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
    ]
    named = info.first("model name") or info.shared.get("processor")  # the second up to Linux 3.7
    return " + ".join(dict.fromkeys(names)) or named


def _vendor(info: CpuInfo) -> str | None:
    if info.family == "arm":
        return vendor_of(info.first("cpu implementer"))
    family = "power" if (name(info) or "").startswith("POWER") else info.family
    return info.first("vendor_id", "mvendorid") or VENDORS.get(family or "")


def _counts(host: Host, info: CpuInfo, found: Layout, problems: Problems) -> Counts:
    """From /sys; what that leaves open, from /proc/cpuinfo."""
    told = count(info, len(found.online) or None)
    threads = len(found.online) or told.threads
    cores = len(found.cores) or told.cores
    if threads is None:
        problems.add(
            f"the number of processors is unknown: /proc/cpuinfo lists {len(info.cpus)}, and it seems to be "
            "an excerpt; read the whole machine with dlws snapshot"
        )
    # A kernel that knows nothing of threads says that they are not active.
    known = host.read(f"{CPU}/smt/control") != "notimplemented"
    active = host.read(f"{CPU}/smt/active") if known else None
    smt = told.smt if cores is None or threads is None else threads > cores
    return Counts(
        sockets=sockets(host, info, found) or told.sockets,
        cores=cores,
        threads=threads,
        smt=active == "1" if active in ("0", "1") else smt,
    )


def sockets(host: Host, info: CpuInfo, found: Layout) -> int | None:
    """Packages, but on Arm a chip's clusters may pose as such.

    Before Linux 6.0 a device tree's clusters became packages (drivers/base/arch_topology.c). A real second
    socket has memory of its own.
    """
    if info.family == "arm" and len(found.packages) > 1:
        device_tree = bool(host.list("/sys/firmware/devicetree/base") or host.list("/proc/device-tree"))
        if len(set(info.parts)) > 1 or (device_tree and len(numa.indexes(host)) < 2):
            return 1
    return len(found.packages) or None


def _arm_ranks(info: CpuInfo, found: Layout) -> tuple[int | None, int | None]:
    """Strong and weak cores of a chip that mixes designs; only where every design's place is known."""
    ranks = []
    for part in info.parts:
        core = core_of(*part)
        if core is None or core.rank is None or core.threads > 1:
            return None, None
        ranks.append(core.rank)
    if len(set(ranks)) < 2 or len(ranks) != (len(found.online) or len(ranks)):
        return None, None
    weak = ranks.count(min(ranks))
    return len(ranks) - weak, weak


def _caches(host: Host, info: CpuInfo, found: Layout, counts: Counts) -> Caches:
    told = caches(host, found.online)
    if told != Caches() or info.family != "x86":
        return told
    size = (info.first("cache size") or "").split(" ")[0]
    features = info.features or frozenset()
    # Linux shows the last level that it finds. On an Intel chip with AVX that is the L3 of a socket (but the
    # Xeon Phi has none, and a hypervisor makes it up); on others it may be an L2.
    sure = (
        info.first("vendor_id") == "GenuineIntel"
        and "avx" in features
        and not features & {"hypervisor", "avx512er"}
    )
    return Caches(l3=int(size) * counts.sockets) if sure and counts.sockets and size.isdecimal() else told


def _static_clock(info: CpuInfo) -> float | None:
    """The fixed clock of s390."""
    static = info.number("cpu mhz static")
    return float(static) if static else None


def _by_lscpu(host: Host) -> Cpu | None:
    """For a machine that is known only by lscpu's answer."""
    from dlws.probes.cpu import lscpu

    answers = (host.run(*argv).stdout for argv in (("lscpu",), ("lscpu", "-J"), ("lscpu", "--json")))
    return next((found for text in answers if (found := lscpu.read(text)) is not None), None)


def _unknown(host: Host, problems: Problems) -> Cpu:
    from dlws.probes.cpu import cpu_told  # rare, as lscpu is

    if told := cpu_told.read(host):
        return replace(told, architecture=told.architecture or host.machine(), limits=limits(host))
    problems.add(
        "the processor is unknown: neither /proc/cpuinfo nor /sys/devices/system/cpu nor lscpu tells of it"
    )
    return Cpu(architecture=host.machine(), flags=CpuFlags(), limits=limits(host))
