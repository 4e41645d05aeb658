"""AMD GPUs from sysfs: the amdgpu driver's files and KFD's topology."""

import re
from typing import NamedTuple

from dlws.catalog import gpus as catalog
from dlws.host import Host
from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuPower
from dlws.probes.board.hwmon import Hwmon
from dlws.probes.gpu import pci
from dlws.probes.gpu.pci import PciGpu

NODES = "/sys/class/kfd/kfd/topology/nodes"
NAMES = ("/usr/share/libdrm/amdgpu.ids", "/opt/amdgpu/share/libdrm/amdgpu.ids")
DRM = "/sys/class/drm"
MIB = 2**20

APUS = {
    "15dd",
    "15d8",
    "1636",
    "1638",
    "164c",
    "15e7",
    "1681",
    "164d",
    "163f",
    "164e",
    "1506",
    "15bf",
    "15c8",
    "1900",
    "1901",
    "150e",
    "1586",
    "1114",
    "13c0",
}
"""Device ids of GPUs inside processors, Raven Ridge to Granite Ridge (pci.ids)."""


class Node(NamedTuple):
    """A GPU as ROCm's kernel driver lists it."""

    address: str
    gfx: str | None
    apu: bool


def gpus(host: Host, found: tuple[PciGpu, ...]) -> tuple[Gpu, ...]:
    """The cards of this vendor among those on the PCI bus, or those that the driver shows without one."""
    nodes = {node.address: node for node in _nodes(host)}
    cards = [(f"{pci.DEVICES}/{one.address}", one) for one in found if one.vendor == pci.AMD]
    if not pci.known(host) and not cards:
        cards = _drm(host)
    return tuple(_gpu(host, place, device, nodes.get(device.address)) for place, device in cards)


def _drm(host: Host) -> list[tuple[str, PciGpu]]:
    """Cards below /sys/class/drm, for a machine that shows no more of /sys than that."""
    places = [f"{DRM}/{name}/device" for name in host.list(DRM) if re.fullmatch(r"card\d+", name)]
    return [
        (place, pci.described(host, place, pci.AMD, driver="amdgpu"))
        for place in places
        if host.number(f"{place}/mem_info_vram_total") is not None
    ]


def _nodes(host: Host) -> list[Node]:
    found = []
    for name in host.list(NODES):
        lines = (host.read(f"{NODES}/{name}/properties") or "").splitlines()
        words = (line.split() for line in lines)
        values = {pair[0]: int(pair[1]) for pair in words if len(pair) == 2 and pair[1].isdecimal()}
        if values.get("simd_count"):
            gfx = _gfx(values.get("gfx_target_version"))
            found.append(Node(_address(values), gfx, apu=values.get("cpu_cores_count", 0) > 0))
    return found


def _address(values: dict[str, int]) -> str:
    """``location_id`` is bus, device and function as PCI numbers them (kfd_topology.c)."""
    place = values.get("location_id", 0)
    return f"{values.get('domain', 0):04x}:{place >> 8 & 0xFF:02x}:{place >> 3 & 0x1F:02x}.{place & 7}"


def _gfx(version: int | None) -> str | None:
    """90402 is gfx942, 90010 gfx90a, 110001 gfx1101: major, minor and stepping, the last in hexadecimal."""
    if not version:
        return None
    return f"gfx{version // 10000}{version // 100 % 100:x}{version % 100:x}"


def _gpu(host: Host, place: str, device: PciGpu, node: Node | None) -> Gpu:
    total, used = (host.number(f"{place}/mem_info_vram_{name}") for name in ("total", "used"))
    shared = host.number(f"{place}/mem_info_gtt_total")
    unified = True if (device.pci_id or "")[5:] in APUS else _unified(node, total, shared)
    if is_carved_out(unified, total, shared):
        total = used = None
    sensors = Hwmon(host, place)
    return Gpu(
        vendor="AMD",
        name=host.read(f"{place}/product_name") or _listed_name(host, device) or _known_name(device),
        gfx=node.gfx if node else None,
        memory_mib=None if total is None else total // MIB,
        memory_used_mib=None if used is None else used // MIB,
        memory_free_mib=None if total is None or used is None else (total - used) // MIB,
        unified_memory=unified,
        pci_address=device.address or None,
        pci_id=device.pci_id,
        numa_node=device.numa_node,
        pcie=device.pcie,
        power=_power(sensors),
        clocks=_clocks(host, place, sensors),
        temperature_c=sensors.celsius("temp2_input", "temp1_input"),
        temperature_slowdown_c=sensors.celsius("temp2_crit", "temp1_crit"),
        temperature_max_c=sensors.celsius("temp2_emergency", "temp1_emergency"),
        fan_percent=sensors.fan_percent(),
        utilization_percent=_percent(host, place),
        ecc=_ras(host, place),
        vbios=host.read(f"{place}/vbios_version"),
        driver=device.driver,
    )


def _unified(node: Node | None, total: int | None, shared: int | None) -> bool | None:
    """An APU's "VRAM" is a small part of main memory that the firmware sets aside.

    On KFD an APU shares its node with CPU cores. Without KFD it shows by more GTT (main memory that the
    GPU may map) than VRAM, with little VRAM: a card's own memory is not below 2 GiB on what is in use.
    """
    if node and node.apu:
        return True
    if total is None or shared is None:
        return False if node else None
    return total < 2 * 1024 * MIB and shared > total


def is_carved_out(unified: bool | None, total: int | None, shared: int | None) -> bool:
    """True if an APU's "VRAM" is what the firmware took for the screen, not what programs may use: less than
    the driver lets the GPU map of the main memory. It is no size of a memory, and so unknown."""
    return bool(unified) and total is not None and shared is not None and total < shared


def _power(sensors: Hwmon) -> GpuPower:
    return GpuPower(
        limit_w=sensors.watts("power1_cap"),
        default_w=sensors.watts("power1_cap_default"),
        min_w=sensors.watts("power1_cap_min"),
        max_w=sensors.watts("power1_cap_max"),
        draw_w=sensors.watts("power1_average", "power1_input"),
    )


def _clocks(host: Host, place: str, sensors: Hwmon) -> GpuClocks:
    return GpuClocks(
        sm_mhz=sensors.megahertz("freq1_input"),
        sm_max_mhz=_top_level(host.read(f"{place}/pp_dpm_sclk")),
        memory_mhz=sensors.megahertz("freq2_input"),
        memory_max_mhz=_top_level(host.read(f"{place}/pp_dpm_mclk")),
    )


def _top_level(text: str | None) -> int | None:
    """``2: 2100Mhz *``: the last line is the highest level."""
    words = (text or "").splitlines()[-1:]
    digits = words[0].split()[1].lower().removesuffix("mhz") if words and len(words[0].split()) > 1 else ""
    return int(digits) if digits.isdigit() else None


def _percent(host: Host, place: str) -> float | None:
    busy = host.number(f"{place}/gpu_busy_percent")
    return float(busy) if busy is not None and 0 <= busy <= 100 else None


def _ras(host: Host, place: str) -> GpuEcc:
    """Error counts of the memory controller (UMC) since the driver was loaded: ``ue: 0`` and ``ce: 0``."""
    lines = (host.read(f"{place}/ras/umc_err_count") or "").splitlines()
    counts = dict(line.split(": ", 1) for line in lines if ": " in line)
    corrected, uncorrected = (counts.get(name, "").strip() for name in ("ce", "ue"))
    return GpuEcc(
        enabled=True if counts else None,
        corrected_volatile=int(corrected) if corrected.isdigit() else None,
        uncorrected_volatile=int(uncorrected) if uncorrected.isdigit() else None,
    )


def _listed_name(host: Host, device: PciGpu) -> str | None:
    """The marketing name in libdrm's list: ``744C,	C8,	AMD Radeon RX 7900 XTX``."""
    if not device.pci_id or not device.revision:
        return None
    start = f"{device.pci_id.partition(':')[2]},\t{device.revision},\t".upper()
    for path in NAMES:
        for line in (host.read(path) or "").splitlines():
            if line.upper().startswith(start):
                return line[len(start) :].strip() or None
    return None


def _known_name(device: PciGpu) -> str | None:
    """The catalog knows many cards by device and revision, which together mean one model."""
    model = catalog.find(device.pci_id, revision=device.revision)
    return model.aliases[0] if model and model.aliases else device.name
