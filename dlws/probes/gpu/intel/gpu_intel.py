"""Intel GPUs from sysfs: the i915 and xe drivers."""

from dlws.host import Host
from dlws.model.gpu import Gpu, GpuClocks, GpuPower, PcieLink
from dlws.pattern import pattern
from dlws.probes.board.hwmon import Hwmon
from dlws.probes.gpu import drm, pci
from dlws.probes.gpu.pci import PciGpu
from dlws.probes.problems import Problems

MIB = 2**20
CARD = pattern(r"card\d+")
NODE = pattern(r"renderD\d+")

CARDS = ("490", "569", "56a", "56b", "56c", "0b6", "0bd", "0be", "e20", "e21", "e22")
"""How the device ids of cards begin: DG1, Alchemist, Ponte Vecchio and Battlemage (pci.ids)."""

REASONS = {
    "pl1": "sw_power_cap",
    "pl2": "sw_power_cap",
    "pl4": "sw_power_cap",
    "vr_tdc": "current_limit",
    "thermal": "sw_thermal_slowdown",
    "ratl": "sw_thermal_slowdown",
    "vr_thermalert": "hw_thermal_slowdown",
    "prochot": "hw_slowdown",
}
"""Intel's names of what limits the clock, in the words that NVIDIA has for them."""

CLOSED = (
    "the size of an Intel card's memory is told by its driver to members of the group render only: "
    "sudo usermod -aG render $USER, then log in again"
)


def gpus(host: Host, found: tuple[PciGpu, ...], problems: Problems) -> tuple[Gpu, ...]:
    """The GPUs of this vendor among those on the PCI bus, or those that the driver shows without one."""
    cards = [(f"{pci.DEVICES}/{one.address}", one) for one in found if one.vendor == pci.INTEL]
    if not pci.known(host) and not cards:
        cards = drm.cards(host, pci.INTEL)
    return tuple(_gpu(host, place, device, problems) for place, device in cards)


def _gpu(host: Host, place: str, device: PciGpu, problems: Problems) -> Gpu:
    integrated = is_integrated(device.address, device.pci_id)
    memory = None if integrated else _memory(host, place, device.driver)
    if memory is None and not integrated and device.driver in ("i915", "xe") and pci.known(host):
        problems.add(CLOSED)
    sensors = Hwmon(host, place)
    return Gpu(
        vendor="Intel",
        name=device.name,
        memory_mib=memory,
        unified_memory=integrated,
        pci_address=device.address or None,
        pci_id=device.pci_id,
        numa_node=device.numa_node,
        pcie=_link(device.pcie, integrated),
        power=GpuPower(
            limit_w=sensors.watts("power1_max", "power2_max", "power1_cap", "power2_cap") or None,
            default_w=sensors.watts("power1_rated_max", "power2_rated_max") or None,
        ),
        clocks=_clocks(host, place),
        temperature_c=sensors.celsius("temp1_input", "temp2_input"),
        temperature_slowdown_c=sensors.celsius("temp2_crit"),
        temperature_max_c=sensors.celsius("temp2_emergency"),
        throttle_reasons=None if integrated else _throttle_reasons(host, place),
        driver=device.driver,
    )


def is_integrated(address: str, pci_id: str | None) -> bool:
    """Every GPU in a processor is 00:02.0; a card can be there too, in a virtual machine."""
    if (pci_id or "").partition(":")[2].startswith(CARDS):
        return False
    return address == "" or address.endswith(":00:02.0")


def _link(told: PcieLink, integrated: bool) -> PcieLink:
    """A GPU in a processor has none. A card by itself claims 2.5 GT/s x1: that is inside the card."""
    inside = told.gen == 1 and told.width == 1
    return pci.NO_LINK if integrated or inside else told


def _memory(host: Host, place: str, driver: str | None) -> int | None:
    """Only Intel's own build of i915 has a file for it; the kernel's drivers tell who may open the card."""
    names = host.list(f"{place}/drm")
    for name in filter(CARD.fullmatch, names):
        if total := host.number(f"{place}/drm/{name}/lmem_total_bytes"):
            return total // MIB
    for name in filter(NODE.fullmatch, names):
        if driver and (total := host.vram(f"/dev/dri/{name}", driver)):
            return total // MIB
    return None


def _clocks(host: Host, place: str) -> GpuClocks:
    for card in _cards(host, place):
        top = host.number(f"{card}/gt_RP0_freq_mhz")
        if top is not None:
            return GpuClocks(sm_mhz=host.number(f"{card}/gt_act_freq_mhz"), sm_max_mhz=top)
    frequency = f"{place}/tile0/gt0/freq0"
    return GpuClocks(
        sm_mhz=host.number(f"{frequency}/act_freq"), sm_max_mhz=host.number(f"{frequency}/rp0_freq")
    )


def _throttle_reasons(host: Host, place: str) -> tuple[str, ...] | None:
    """Both drivers have a file for each reason that is 1 while it holds (i915_sysfs.c, xe_gt_throttle.c).

    Not asked of a GPU in a processor: what limits that is mostly the processor's load.
    """
    starts = [f"{place}/tile0/gt0/freq0/throttle/reason_"]
    starts += [f"{card}/gt/gt0/throttle_reason_" for card in _cards(host, place)]
    for start in starts:
        states = {name: host.number(f"{start}{name}") for name in REASONS}
        if any(state is not None for state in states.values()):
            return tuple(dict.fromkeys(REASONS[name] for name, state in states.items() if state))
    return None


def _cards(host: Host, place: str) -> list[str]:
    """Where the card's own files are: below its device, or above it in a tree without the bus."""
    below = [f"{place}/drm/{name}" for name in host.list(f"{place}/drm") if CARD.fullmatch(name)]
    return below or [place.removesuffix("/device")]
