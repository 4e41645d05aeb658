"""AMD's compute driver: GPUs as ROCm sees them, the links between them and the processes on them."""

from collections.abc import Iterator
from typing import NamedTuple

from dlws.host import Host
from dlws.model.gpu import Gpu, GpuProcess
from dlws.model.topology import GpuPair
from dlws.probes.gpu.pci import AMD, PciGpu
from dlws.probes.software import virtualization

NODES = "/sys/class/kfd/kfd/topology/nodes"
PROCESSES = "/sys/class/kfd/kfd/proc"

XGMI = 11
"""HSA_IOLINK_TYPE_XGMI (kfd_crat.h); 2 is PCI Express."""
LINKS = {XGMI: "XGMI", 2: "PCIE"}


class Node(NamedTuple):
    """A GPU as ROCm's kernel driver lists it."""

    number: str
    address: str
    gfx: str | None
    apu: bool
    gpu_id: int | None
    pci_id: str | None


def nodes(host: Host) -> list[Node]:
    """GPUs; a partitioned card has a node for each of its parts, all at one address."""
    found = []
    for number in host.list(NODES):
        values = _properties(host, f"{NODES}/{number}")
        if values.get("simd_count"):
            gfx = _gfx(values.get("gfx_target_version"))
            gpu_id = host.number(f"{NODES}/{number}/gpu_id")
            apu = values.get("cpu_cores_count", 0) > 0
            found.append(Node(number, _address(values), gfx, apu, gpu_id, _pci_id(values)))
    return found


def cards(host: Host) -> list[tuple[str, PciGpu]]:
    """GPUs of a machine of which nothing but this is known, each once however many parts it has."""
    found = {
        node.address: PciGpu(address=node.address, vendor=AMD, pci_id=node.pci_id, driver="amdgpu")
        for node in nodes(host)
    }
    return [(f"{NODES}/none", card) for card in found.values()]


def memory(host: Host, numbers: list[str]) -> int | None:
    """Bytes in the frame buffers of a card's parts (heap types 1 and 2 of kfd_crat.h)."""
    sizes = []
    for number in numbers:
        for bank in host.list(f"{NODES}/{number}/mem_banks"):
            values = _properties(host, f"{NODES}/{number}/mem_banks/{bank}")
            if values.get("heap_type") in (1, 2):
                sizes.append(values.get("size_in_bytes", 0))
    return sum(sizes) or None


def pairs(host: Host, gpus: tuple[Gpu, ...]) -> tuple[GpuPair, ...]:
    """The links between two GPUs: ``io_links`` has XGMI, ``p2p_links`` what reaches another over PCI Express."""
    indexes = {gpu.pci_address: gpu.index for gpu in gpus if gpu.vendor == "AMD" and gpu.index is not None}
    cards = {node.number: indexes[node.address] for node in nodes(host) if node.address in indexes}
    found: dict[tuple[int, int], str] = {}
    for number, index in cards.items():
        for kind, far in _links(host, number):
            other = cards.get(str(far))
            if other is not None and other != index and kind in LINKS:
                place = (min(index, other), max(index, other))
                found[place] = LINKS[XGMI] if kind == XGMI else found.get(place, LINKS[kind])
    return tuple(GpuPair(a=a, b=b, link=link, p2p=True) for (a, b), link in sorted(found.items()))


def processes(host: Host, gpu_ids: list[int]) -> tuple[GpuProcess, ...] | None:
    """Those that hold memory of a GPU; None where the driver lists none because it is not there."""
    if not gpu_ids or not host.list(NODES):
        return None
    found = []
    for pid in sorted(int(name) for name in host.list(PROCESSES) if name.isdecimal()):
        used = [host.number(f"{PROCESSES}/{pid}/vram_{gpu_id}") or 0 for gpu_id in gpu_ids]
        if sum(used) > 0:
            contained = virtualization.container(host) not in (None, "none")  # numbers are another's there
            name = None if contained else host.read(f"/proc/{pid}/comm")
            found.append(GpuProcess(pid=pid, name=name, memory_mib=sum(used) // 2**20, kind="compute"))
    return tuple(found)


def _links(host: Host, number: str) -> Iterator[tuple[int, int]]:
    """Kind and far end of each link of a node."""
    for folder in ("io_links", "p2p_links"):
        for link in host.list(f"{NODES}/{number}/{folder}"):
            values = _properties(host, f"{NODES}/{number}/{folder}/{link}")
            if "type" in values and "node_to" in values:
                yield values["type"], values["node_to"]


def _properties(host: Host, place: str) -> dict[str, int]:
    words = (line.split() for line in (host.read(f"{place}/properties") or "").splitlines())
    return {pair[0]: int(pair[1]) for pair in words if len(pair) == 2 and pair[1].isdecimal()}


def _pci_id(values: dict[str, int]) -> str | None:
    vendor, device = values.get("vendor_id"), values.get("device_id")
    return f"{vendor:04x}:{device:04x}" if vendor and device else None


def _address(values: dict[str, int]) -> str:
    """``location_id`` is bus, device and function as PCI numbers them (kfd_topology.c).

    The function of a partitioned card is the number of the part, which the bus does not have.
    """
    place = values.get("location_id", 0)
    return f"{values.get('domain', 0):04x}:{place >> 8 & 0xFF:02x}:{place >> 3 & 0x1F:02x}.0"


def _gfx(version: int | None) -> str | None:
    """90402 is gfx942, 90010 gfx90a, 110001 gfx1101: major, minor and stepping, the last in hexadecimal."""
    if not version:
        return None
    return f"gfx{version // 10000}{version // 100 % 100:x}{version % 100:x}"
