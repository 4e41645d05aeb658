"""AMD GPUs from the JSON of ``amdgpu_top --json`` or ``-d``; for machines known from a text only."""

from typing import Any

from dlws.host.json_text import decoded
from dlws.model.gpu import Gpu, GpuClocks, GpuPower, GpuSpecs, PcieLink
from dlws.probes.gpu import pci
from dlws.probes.gpu.amd import gpu_amd
from dlws.probes.numbers import number, whole

Data = dict[str, Any]


def parse(text: str) -> tuple[Gpu, ...]:
    """GPUs of a dump; empty for anything else."""
    data = decoded(text)
    cards = data.get("devices") if isinstance(data, dict) else data
    known = [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
    return tuple(_gpu(index, card) for index, card in enumerate(known) if "DevicePath" in card)


def _gpu(index: int, card: Data) -> Gpu:
    place, sensors, cap = (_part(card, name) for name in ("DevicePath", "Sensors", "Power Cap"))
    total, used = _mib(card.get("VRAM Size")), _mib(card.get("VRAM Usage Size"))
    unified = {"APU": True, "dGPU": False}.get(str(card.get("GPU Type")))
    if gpu_amd.is_carved_out(unified, total, _mib(card.get("GTT Size"))):
        total = used = None
    device = whole(place.get("DeviceID"))
    return Gpu(
        index=index,
        vendor="AMD",
        name=_text(card, "DeviceName"),
        gfx=_text(card, "gfx_target_version"),
        memory_mib=total,
        memory_used_mib=used,
        memory_free_mib=None if total is None or used is None else total - used,
        unified_memory=unified,
        pci_address=pci.normal(_text(place, "pci")),
        pci_id=None if device is None else f"{pci.AMD}:{device:04x}",
        pcie=_link(card, sensors),
        power=GpuPower(
            limit_w=number(cap.get("current")),
            min_w=number(cap.get("min")),
            max_w=number(cap.get("max")),
            draw_w=_value(sensors, "Average Power", "Input Power"),
        ),
        clocks=GpuClocks(
            sm_mhz=whole(_value(sensors, "GFX_SCLK")),
            sm_max_mhz=whole(_part(card, "GPU Clock").get("max")),
            memory_mhz=whole(_value(sensors, "GFX_MCLK")),
            memory_max_mhz=whole(_part(card, "Memory Clock").get("max")),
        ),
        temperature_c=_value(sensors, "Junction Temperature", "Edge Temperature"),
        temperature_slowdown_c=_value(sensors, "Junction Critical Temperature", "Edge Critical Temperature"),
        temperature_max_c=_value(sensors, "Junction Emergency Temperature", "Edge Emergency Temperature"),
        utilization_percent=_value(_part(card, "gpu_activity"), "GFX"),
        vbios=_text(_part(card, "VBIOS"), "ver_str"),
        driver="amdgpu",
        specs=_specs(card),
    )


def _link(card: Data, sensors: Data) -> PcieLink:
    """``max_gpu_link`` is the card's maximum and ``max_system_link`` the slot's."""
    links = _part(card, "PCIe Link")
    now, most, slot = (
        _part(sensors, "PCIe Link Speed"),
        _part(links, "max_gpu_link"),
        _part(links, "max_system_link"),
    )
    told = PcieLink(gen=whole(now.get("gen")), width=whole(now.get("width")))
    bus = PcieLink(
        gen_max=whole(most.get("gen")),
        width_max=whole(most.get("width")),
        slot_gen_max=whole(slot.get("gen")),
        slot_width_max=whole(slot.get("width")),
    )
    return pci.combined(told, bus)


def _specs(card: Data) -> GpuSpecs | None:
    bandwidth = number(_part(card, "Peak Memory Bandwidth").get("value", card.get("Peak Memory Bandwidth")))
    return None if bandwidth is None else GpuSpecs(bandwidth_gbps=bandwidth, source="driver")


def _part(data: Data, name: str) -> Data:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: Data, name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None


def _value(data: Data, *names: str) -> float | None:
    """The first of these readings: ``{"unit": "C", "value": 50}``."""
    readings = (number(_part(data, name).get("value")) for name in names)
    return next((reading for reading in readings if reading is not None), None)


def _mib(size: Any) -> int | None:
    found = whole(size)
    return None if found is None else found // 2**20
