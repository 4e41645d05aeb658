"""Which GPU sits where, and what lies between two of them."""

from typing import Any

from msgspec import structs

from dlws.host import Host
from dlws.model.gpu import Gpu
from dlws.model.topology import GpuPair, NumaNode, Topology
from dlws.probes.cpu import numa
from dlws.probes.gpu import pci, values
from dlws.probes.gpu.nvidia import topo_matrix
from dlws.probes.gpu.nvidia.gpu_nvidia import NOT_ASKED
from dlws.probes.gpu.nvidia.topo_matrix import Matrix

LEVELS: dict[int | None, str] = {0: "PIX", 10: "PIX", 20: "PXB", 30: "PHB", 40: "NODE", 50: "SYS"}
"""nvmlGpuTopologyLevel_t in nvidia-smi's words."""

SWITCH = 2
"""NVML_NVLINK_DEVICE_TYPE_SWITCH: behind it every GPU reaches every other with all its links."""


def probe(host: Host, gpus: tuple[Gpu, ...]) -> Topology:
    """NUMA nodes with their GPUs, and what lies between two GPUs of one maker."""
    data = host.nvml()
    if data.get("devices"):
        return Topology(numa=_nodes(host, gpus, Matrix()), gpu_pairs=_pairs(data))
    working = any(gpu.vendor == "NVIDIA" and gpu.problem is None for gpu in gpus)
    told = working or str(data.get("error", "")).startswith(NOT_ASKED)  # a matrix may come without its GPUs
    matrix = topo_matrix.parse(host.run("nvidia-smi", "topo", "-m").stdout) if told else Matrix()
    pairs = matrix.pairs or _amd_pairs(host, gpus)
    return Topology(numa=_nodes(host, gpus, matrix), gpu_pairs=pairs)


def _amd_pairs(host: Host, gpus: tuple[Gpu, ...]) -> tuple[GpuPair, ...]:
    """What the kernel says of their links, with AMD SMI's word on whether one reaches another's memory."""
    if not pci.known(host):
        from dlws.probes.gpu.amd import amd_links  # only for machines that are known from a text

        told = amd_links.pairs(host.run("amd-smi").stdout) or amd_links.pairs(host.run("rocm-smi").stdout)
        if told:
            return told
    places = {gpu.index: gpu.pci_address for gpu in gpus if gpu.vendor == "AMD" and gpu.driver == "amdgpu"}
    if len(places) < 2:
        return ()
    from dlws.probes.gpu.amd import gpu_amdsmi, kfd  # few machines have several of AMD's

    known = gpu_amdsmi.p2p(host.amdsmi())
    return tuple(
        structs.replace(pair, p2p=known.get(frozenset((places.get(pair.a), places.get(pair.b))), pair.p2p))
        for pair in kfd.pairs(host, gpus)
    )


def _nodes(host: Host, gpus: tuple[Gpu, ...], matrix: Matrix) -> tuple[NumaNode, ...]:
    nodes = numa.nodes(host) or tuple(
        NumaNode(
            index=index, cpus=next(matrix.cpus[gpu] for gpu, node in matrix.numa.items() if node == index)
        )
        for index in sorted(set(matrix.numa.values()))
    )
    only = nodes[0].index if len(nodes) == 1 else None
    homes = {gpu.index: _home(gpu, matrix, only) for gpu in gpus if gpu.index is not None}
    return tuple(
        structs.replace(node, gpus=tuple(sorted(gpu for gpu, home in homes.items() if home == node.index)))
        for node in nodes
    )


def _home(gpu: Gpu, matrix: Matrix, only: int | None) -> int | None:
    """Its node; where the firmware does not say, and there is one only, that."""
    if gpu.numa_node is not None:
        return gpu.numa_node
    return matrix.numa.get(gpu.index, only) if gpu.index is not None else only


def _pairs(data: dict[str, Any]) -> tuple[GpuPair, ...]:
    devices = {values.whole(one, "index"): one for one in values.records(data, "devices") or ()}
    return tuple(
        GpuPair(
            a=pair["a"],
            b=pair["b"],
            link=_nvlinks(devices.get(pair["a"], {}), devices.get(pair["b"], {}))
            or LEVELS.get(values.whole(pair, "ancestor")),
            p2p=None if pair.get("p2p_read") is None else pair["p2p_read"] == 0,
        )
        for pair in values.records(data, "pairs") or ()
        if isinstance(pair.get("a"), int) and isinstance(pair.get("b"), int)
    )


def _nvlinks(a: dict[str, Any], b: dict[str, Any]) -> str | None:
    """``NV4`` for four links from one to the other, directly or through switches."""
    address = pci.normal(values.text(values.record(b, "pci"), "busId"))
    direct = sum(_remote(link) == address for link in _active(a)) if address else 0
    switched = min(sum(link.get("remote_type") == SWITCH for link in _active(gpu)) for gpu in (a, b))
    return f"NV{direct or switched}" if direct or switched else None


def _active(device: dict[str, Any]) -> list[dict[str, Any]]:
    return [link for link in values.records(device, "nvlinks") or () if link.get("active")]


def _remote(link: dict[str, Any]) -> str | None:
    return pci.normal(values.text(values.record(link, "remote"), "busId"))
