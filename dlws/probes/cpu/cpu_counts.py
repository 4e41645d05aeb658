"""How many sockets, cores and threads, told by /proc/cpuinfo alone: the second best source after /sys."""

from msgspec import Struct

from dlws.catalog.arm_cores import core_of
from dlws.probes.cpu.cpuinfo import CpuInfo


class Counts(Struct, frozen=True, kw_only=True):
    """What is online."""

    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    smt: bool | None = None
    """More than one thread a core."""


def count(info: CpuInfo, online: int | None) -> Counts:
    """Counts from the file; ``online`` is the number of CPUs that another source gives.

    Someone's excerpt often holds the first CPU only, and a container's file only the CPUs that it may use. So
    a count is given only where the file is known to be whole.
    """
    if info.number("siblings"):
        return _by_siblings(info, online)
    listed = len(info.cpus)
    if info.family == "s390":
        threads = online or info.number("# processors") or listed or None
        return Counts(threads=threads, cores=threads if info.number("max thread id") == 0 else None)
    if online is not None and online != listed:
        return Counts(threads=online)
    if listed == 0 or (listed == 1 and online is None and info.cpus != {0: {}}):
        return Counts()
    if info.family == "x86":
        # Kernels before 2.6.39 leave out the topology of a package with one core and one thread.
        return Counts(sockets=listed, cores=listed, threads=listed, smt=False)
    if info.family == "arm":
        return _arm(info, listed)
    return Counts(threads=listed)


def _by_siblings(info: CpuInfo, online: int | None) -> Counts:
    """On x86 and a few others each CPU says how many threads ("siblings") and cores its package has."""
    siblings, cores = info.number("siblings") or 1, info.number("cpu cores")
    smt = None if cores is None else siblings > cores
    packages: dict[str, list[dict[str, str]]] = {}
    for block in info.cpus.values():
        packages.setdefault(block.get("physical id", ""), []).append(block)
    listed = len(info.cpus)
    if "" in packages:  # some virtual machines name no package
        whole, sockets = listed % siblings == 0, listed // siblings
    else:
        whole, sockets = all(_whole(blocks) for blocks in packages.values()), len(packages)
    if whole and online in (None, listed):
        return Counts(sockets=sockets, cores=_cores(packages, sockets, cores), threads=listed, smt=smt)
    if online is not None and online % siblings == 0 and len(packages) <= online // siblings:
        sockets = online // siblings
        return Counts(
            sockets=sockets, cores=None if cores is None else sockets * cores, threads=online, smt=smt
        )
    return Counts(threads=online, smt=smt)


def _whole(package: list[dict[str, str]]) -> bool:
    """True if as many CPUs of a package are listed as it says that it has."""
    return package[0].get("siblings") == str(len(package))


def _cores(packages: dict[str, list[dict[str, str]]], sockets: int, cores: int | None) -> int | None:
    """Cores over all packages. "core id" is no help with several dies in a package: ids repeat there."""
    stated = [blocks[0].get("cpu cores", "") for blocks in packages.values()]
    if len(stated) == sockets and all(text.isdecimal() for text in stated):
        return sum(int(text) for text in stated)
    return None if cores is None else cores * sockets


def _arm(info: CpuInfo, threads: int) -> Counts:
    """Arm's file has no topology. Cores that are known to run one thread each can be counted."""
    kinds = [core_of(*part) for part in info.parts]
    single = all(kind is not None and kind.threads == 1 for kind in kinds)
    # Different cores side by side, or a board that the kernel names, mean a system on one chip.
    one_chip = len(set(info.parts)) > 1 or "hardware" in info.shared
    return Counts(
        threads=threads,
        cores=threads if single else None,
        smt=False if single else None,
        sockets=1 if one_chip else None,
    )
