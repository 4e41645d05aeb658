"""Intel GPUs from sysfs: the i915 and xe drivers."""

import re

from dlws.host import Host
from dlws.model.gpu import Gpu, GpuClocks, GpuPower
from dlws.probes.board.hwmon import Hwmon
from dlws.probes.gpu import pci
from dlws.probes.gpu.pci import PciGpu

MIB = 2**20


def gpus(host: Host, found: tuple[PciGpu, ...]) -> tuple[Gpu, ...]:
    """The GPUs of this vendor among those on the PCI bus."""
    return tuple(_gpu(host, device) for device in found if device.vendor == pci.INTEL)


def _gpu(host: Host, device: PciGpu) -> Gpu:
    place = f"{pci.DEVICES}/{device.address}"
    integrated = device.address.endswith(":00:02.0")  # where every processor of Intel has its own GPU
    sensors = Hwmon(host, place)
    return Gpu(
        vendor="Intel",
        name=device.name,
        memory_mib=_memory(host, place),
        unified_memory=integrated,
        pci_address=device.address,
        pci_id=device.pci_id,
        numa_node=device.numa_node,
        pcie=device.pcie,
        power=GpuPower(
            limit_w=sensors.watts("power1_max", "power2_max"),
            default_w=sensors.watts("power1_rated_max", "power2_rated_max"),
        ),
        clocks=_clocks(host, place),
        temperature_c=sensors.celsius("temp1_input", "temp2_input"),
        driver=device.driver,
    )


def _memory(host: Host, place: str) -> int | None:
    """Only some versions of i915 tell the size; xe gives it to programs with the card open, not to sysfs."""
    for card in _cards(host, place):
        total = host.number(f"{place}/drm/{card}/lmem_total_bytes")
        if total:
            return total // MIB
    return None


def _clocks(host: Host, place: str) -> GpuClocks:
    for card in _cards(host, place):
        top = host.number(f"{place}/drm/{card}/gt_RP0_freq_mhz")
        if top is not None:
            return GpuClocks(sm_mhz=host.number(f"{place}/drm/{card}/gt_act_freq_mhz"), sm_max_mhz=top)
    frequency = f"{place}/tile0/gt0/freq0"
    return GpuClocks(
        sm_mhz=host.number(f"{frequency}/act_freq"), sm_max_mhz=host.number(f"{frequency}/rp0_freq")
    )


def _cards(host: Host, place: str) -> list[str]:
    return [name for name in host.list(f"{place}/drm") if re.fullmatch(r"card\d+", name)]
