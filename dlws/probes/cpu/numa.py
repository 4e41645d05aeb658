"""NUMA nodes, from /sys/devices/system/node."""

import re

from dlws.host import Host
from dlws.model.topology import NumaNode
from dlws.probes.cpu.cpulist import as_list, parse_mask

NODES = "/sys/devices/system/node"
NVIDIA = "/proc/driver/nvidia/gpus"


def nodes(host: Host) -> tuple[NumaNode, ...]:
    """All online nodes, also those that have memory only or nothing yet (GPU and CXL memory)."""
    return tuple(
        NumaNode(
            index=index,
            cpus=_cpus(host, index),
            memory_mib=None if (total := memory_kib(host, index, "MemTotal")) is None else total // 1024,
        )
        for index in indexes(host)
    )


def _cpus(host: Host, index: int) -> str | None:
    """The list, or the mask in its place: some kernels show one only."""
    listed = host.read(f"{NODES}/node{index}/cpulist")
    if listed is not None:
        return listed
    mask = host.read(f"{NODES}/node{index}/cpumap")
    return None if mask is None else as_list(parse_mask(mask))


def indexes(host: Host) -> tuple[int, ...]:
    """Numbers of the nodes; empty on a kernel without NUMA."""
    return tuple(sorted(int(name[4:]) for name in host.list(NODES) if re.fullmatch(r"node\d{1,5}", name)))


def memory_kib(host: Host, index: int, field: str) -> int | None:
    """A figure from a node's meminfo, for example ``MemTotal``."""
    text = host.read(f"{NODES}/node{index}/meminfo") or ""
    found = re.search(rf"(?m)^Node \d+ {field}:\s+(\d{{1,15}}) kB$", text)
    return int(found[1]) if found else None


def gpu_nodes(host: Host) -> tuple[int, ...]:
    """Nodes whose memory is a GPU's (POWER9, Grace Hopper), as the NVIDIA driver tells.

    The kernel counts that memory in MemTotal, but it is no main memory.
    """
    found = set()
    for gpu in host.list(NVIDIA):
        number = re.search(r"(?m)^Node:\s+(\d{1,5})$", host.read(f"{NVIDIA}/{gpu}/numa_status") or "")
        if number and not host.read(f"{NODES}/node{number[1]}/cpulist"):
            found.add(int(number[1]))
    return tuple(sorted(found & set(indexes(host))))
