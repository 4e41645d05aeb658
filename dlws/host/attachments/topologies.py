"""Processors that a text lists one by one, put as files of /sys: ``lscpu -p`` and ``numactl -H``."""

import re
from collections.abc import Sequence

from msgspec import Struct, field

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

CPU = "/sys/devices/system/cpu"
NODE = "/sys/devices/system/node"
COLUMNS = pattern(r"^# ?(CPU,\w+(?:,\w*)*)[ \t]*$", re.MULTILINE | re.IGNORECASE)
ROW = pattern(r"\d{1,5}(?:,[^,\s]*)+[ \t]*")
HARDWARE = pattern(r"^available: \d+ nodes? \(", re.MULTILINE)
NODE_CPUS = pattern(r"^node (\d{1,5}) cpus:((?: \d{1,5})*)[ \t]*$", re.MULTILINE)
NODE_SIZE = pattern(r"^node (\d{1,5}) size: (\d{1,9}) MB[ \t]*$", re.MULTILINE)
INDEX = {"L1d": 0, "L1i": 1, "L2": 2, "L3": 3, "L4": 4}
TYPES = {"d": "Data", "i": "Instruction", "": "Unified"}


class Processor(Struct, frozen=True, kw_only=True):
    """One hardware thread and the numbers of what it is part of; None: not told."""

    cpu: int
    core: int | None = None
    package: int | None = None
    caches: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    """Number and KiB, by level and letter: ``L1d``."""


def known(evidence: Evidence) -> bool:
    """True if something said before tells of the processors, and more than their numbers."""
    return ("lscpu", ANY) in evidence.commands or "/proc/cpuinfo" in evidence.files


def processors(found: Sequence[Processor], evidence: Evidence) -> None:
    """Files that group the processors. Each list stands below its first processor only, where it is read."""
    groups: dict[tuple[str, int], list[int]] = {}
    sizes: dict[tuple[str, int], int | None] = {}
    for one in found:
        for what, number in (("core", one.core), ("package", one.package)):
            if number is not None:
                groups.setdefault((what, number), []).append(one.cpu)
        for level, (number, kib) in one.caches.items():
            groups.setdefault((level, number), []).append(one.cpu)
            sizes[level, number] = kib
    evidence.file(f"{CPU}/online", ",".join(str(one.cpu) for one in found))
    for (what, number), cpus in groups.items():
        place, members = f"{CPU}/cpu{min(cpus)}", ",".join(map(str, cpus))
        if what in INDEX:
            _cache(f"{place}/cache/index{INDEX[what]}", what, members, sizes[what, number], evidence)
        else:
            evidence.file(f"{place}/topology/{what}_cpus_list", members)


def _cache(place: str, level: str, members: str, kib: int | None, evidence: Evidence) -> None:
    evidence.file(f"{place}/level", level[1])
    evidence.file(f"{place}/type", TYPES[level[2:]])
    evidence.file(f"{place}/shared_cpu_list", members)
    if kib is not None:
        evidence.file(f"{place}/size", f"{kib}K")


def nodes(found: dict[int, list[int]], evidence: Evidence) -> None:
    """NUMA nodes and their processors."""
    for number, cpus in found.items():
        evidence.file(f"{NODE}/node{number}/cpulist", ",".join(map(str, cpus)))


def _parsable(text: str, evidence: Evidence) -> None:
    """``lscpu -p``: a comment that names the columns, and a line a processor. Caches repeat one column."""
    head = COLUMNS.search(text)
    if head is None or known(evidence):
        return
    names = head[1].lower().split(",")
    found: list[Processor] = []
    homes: dict[int, list[int]] = {}
    for line in text[head.end() :].splitlines()[1:]:
        if not ROW.fullmatch(line):
            if line.startswith("#") or not line.strip():
                continue
            break
        row = dict(zip(names, line.strip().split(","), strict=False))
        cpu, core, package, node = (_number(row.get(name)) for name in ("cpu", "core", "socket", "node"))
        if cpu is not None:
            found.append(Processor(cpu=cpu, core=core, package=package))
            if node is not None:
                homes.setdefault(node, []).append(cpu)
    if found:
        processors(found, evidence)
        nodes(homes, evidence)


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else None


def numactl(text: str, evidence: Evidence) -> None:
    """Nodes with their CPUs and memory."""
    begin = HARDWARE.search(text)
    answer = text[begin.start() if begin else 0 :]
    homes = {int(node): [int(cpu) for cpu in cpus.split()] for node, cpus in NODE_CPUS.findall(answer)}
    nodes(homes, evidence)
    for node, mib in NODE_SIZE.findall(answer):
        evidence.file(f"{NODE}/node{node}/meminfo", f"Node {node} MemTotal: {int(mib) * 1024} kB\n")
    if homes and not known(evidence):
        evidence.file(f"{CPU}/online", ",".join(str(cpu) for cpus in homes.values() for cpu in cpus))


KINDS = (
    Kind(name="the output of lscpu -p", matches=COLUMNS.search, read=_parsable),
    Kind(name="the output of numactl --hardware", matches=HARDWARE.search, read=numactl),
)
