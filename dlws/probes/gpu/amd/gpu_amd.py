"""AMD GPUs from sysfs: the amdgpu driver's files and KFD's topology."""

import re

from msgspec import structs

from dlws.catalog import gpus as catalog
from dlws.host import Host
from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuPower
from dlws.pattern import pattern
from dlws.probes.board.hwmon import Hwmon
from dlws.probes.gpu import drm, pci
from dlws.probes.gpu.amd import amd_metrics, gpu_amdsmi, kfd
from dlws.probes.gpu.amd.kfd import Node
from dlws.probes.gpu.pci import PciGpu
from dlws.probes.problems import Problems

LEVEL = pattern(r"^\s*\w+:\s*(\d+)mhz", re.MULTILINE | re.IGNORECASE)
NAMES = ("/usr/share/libdrm/amdgpu.ids", "/opt/amdgpu/share/libdrm/amdgpu.ids")
MIB = 2**20

APUS = {
    "15dd", "15d8", "1636", "1638", "164c", "15e7", "1681", "164d", "163f", "164e", "1506", "15bf",
    "15c8", "1900", "1901", "150e", "1586", "1114", "13c0",
}  # fmt: skip
"""Device ids of GPUs inside processors, Raven Ridge to Granite Ridge (pci.ids)."""

APU_NAMES = pattern(
    r"Radeon Vega Series / Radeon Vega Mobile Series"
    r"|(?:Renoir|Lucienne|Cezanne|Barcelo|Rembrandt|Raphael|Mendocino|Phoenix|Hawk ?Point|Strix|Krackan"
    r"|Granite Ridge)\d?(?: .{1,80})?"
    r"|Radeon (?:6[168]0M|7[468]0M|8[2468]0M|890M|80[456]0S)(?: .{1,80})?"
)
"""The same as pci.ids names them: all that lspci tells without ``-n``."""


APU_CHIPS = {
    "gfx902", "gfx909", "gfx90c", "gfx1013", "gfx1033", "gfx1035", "gfx1036", "gfx1103",
    "gfx1150", "gfx1151", "gfx1152", "gfx1153",
}  # fmt: skip
"""Chips of GPUs inside processors (LLVM's User Guide for AMDGPU, column "dGPU/APU")."""

SCREEN_MIB = 4096
"""Up to so much an APU's "VRAM" is what firmware takes for the screen by itself, and no size of a memory."""


def with_apu(gpu: Gpu) -> Gpu:
    """A GPU that a text tells of, named as part of a processor if it is one."""
    if gpu.unified_memory is None and (gpu.gfx in APU_CHIPS or (gpu.pci_id or "")[5:] in APUS):
        gpu = structs.replace(gpu, unified_memory=True)
    if gpu.unified_memory and gpu.memory_mib is not None and gpu.memory_mib <= SCREEN_MIB:
        return structs.replace(gpu, memory_mib=None, memory_used_mib=None, memory_free_mib=None)
    return gpu


def gpus(host: Host, found: tuple[PciGpu, ...], problems: Problems) -> tuple[Gpu, ...]:
    """The cards of this vendor among those on the PCI bus, or those that the driver shows without one."""
    cards = [(f"{pci.DEVICES}/{one.address}", one) for one in found if one.vendor == pci.AMD]
    if not pci.known(host) and not cards:
        cards = drm.cards(host, pci.AMD) or kfd.cards(host)
    if not cards:
        return ()
    nodes: dict[str, list[Node]] = {}
    for node in kfd.nodes(host):
        nodes.setdefault(node.address, []).append(node)
    listed = tuple(_gpu(host, place, device, nodes.get(device.address, [])) for place, device in cards)
    if any(device.driver == "amdgpu" for _, device in cards):
        return gpu_amdsmi.completed(listed, host.amdsmi(), problems)
    return listed


def _gpu(host: Host, place: str, device: PciGpu, nodes: list[Node]) -> Gpu:
    gpu = _chip(host, place, device, nodes)
    sensors = Hwmon(host, place)
    return structs.replace(
        gpu,
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
        throttle_reasons=amd_metrics.throttle_reasons(host, place),
        compute_partition=_word(host, place, "current_compute_partition"),
        memory_partition=_word(host, place, "current_memory_partition"),
        processes=kfd.processes(host, [node.gpu_id for node in nodes if node.gpu_id]),
        driver=device.driver,
    )


def _chip(host: Host, place: str, device: PciGpu, nodes: list[Node]) -> Gpu:
    """What it is, and its memory."""
    node = nodes[0] if nodes else None
    total, used = (host.number(f"{place}/mem_info_vram_{name}") for name in ("total", "used"))
    shared = host.number(f"{place}/mem_info_gtt_total")
    inside = (device.pci_id or "")[5:] in APUS or APU_NAMES.fullmatch(device.name or "")
    unified = True if inside else _unified(node, total, shared)
    if is_carved_out(unified, total, shared):
        total = used = None
    if total is None and not unified:
        total = kfd.memory(host, [part.number for part in nodes])
    return Gpu(
        vendor="AMD",
        name=host.read(f"{place}/product_name") or _listed_name(host, device) or _known_name(device),
        gfx=node.gfx if node else None,
        memory_mib=None if total is None else total // MIB,
        memory_used_mib=None if used is None else used // MIB,
        memory_free_mib=None if total is None or used is None else (total - used) // MIB,
        memory_vendor=_word(host, place, "mem_info_vram_vendor"),
        unified_memory=unified,
        uuid=_uuid(host.read(f"{place}/unique_id")),
        pci_address=device.address or None,
        pci_id=device.pci_id,
        vbios=host.read(f"{place}/vbios_version"),
    )


def _unified(node: Node | None, total: int | None, shared: int | None) -> bool | None:
    """An APU's "VRAM" is a small part of main memory that the firmware sets aside.

    On KFD an older APU shares its node with CPU cores. Without KFD it shows by more GTT (main memory that the
    GPU may map) than VRAM, with little VRAM: a card's own memory is not below 2 GiB on what is in use.
    """
    if node and (node.apu or node.gfx in APU_CHIPS):
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
    """``2: 2100Mhz *``: mostly the last line; some cards list a deep sleep, or nothing but ``0Mhz``."""
    return max((int(level) for level in LEVEL.findall(text or "")), default=0) or None


def _uuid(unique_id: str | None) -> str | None:
    """As rocminfo and ROCR_VISIBLE_DEVICES have it."""
    return f"GPU-{unique_id}" if unique_id and unique_id.strip("0") else None


def _word(host: Host, place: str, name: str) -> str | None:
    text = host.read(f"{place}/{name}")
    return None if not text or text.lower() in ("unknown", "n/a") else text


def _percent(host: Host, place: str) -> float | None:
    busy = host.number(f"{place}/gpu_busy_percent")
    return float(busy) if busy is not None and 0 <= busy <= 100 else None


def _ras(host: Host, place: str) -> GpuEcc:
    """Error counts of the memory controller (UMC) since the driver was loaded: ``ue: 0`` and ``ce: 0``.

    A bad page is ``0x00000001 : 0x00001000 : R``: retired, P: to be retired, F: cannot be (amdgpu_ras.c).
    """
    lines = (host.read(f"{place}/ras/umc_err_count") or "").splitlines()
    counts = dict(line.split(": ", 1) for line in lines if ": " in line)
    corrected, uncorrected = (counts.get(name, "").strip() for name in ("ce", "ue"))
    pages = host.read(f"{place}/ras/gpu_vram_bad_pages")
    states = [line.rpartition(":")[2].strip() for line in (pages or "").splitlines() if line.count(":") == 2]
    return GpuEcc(
        enabled=True if counts else None,
        corrected_volatile=int(corrected) if corrected.isdigit() else None,
        uncorrected_volatile=int(uncorrected) if uncorrected.isdigit() else None,
        retired_pages=None if pages is None else states.count("R"),
        retired_pages_pending=None if pages is None else "P" in states,
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
