"""Intel GPUs from what ``xpu-smi discovery`` printed, as table or JSON, and from the table of ``xpu-smi`` 2."""

import re
from typing import Any

from dlws.host.json_text import decoded
from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuPower, PcieLink
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.gpu.intel import gpu_intel
from dlws.probes.numbers import number, whole

ROW = pattern(r"\|[ ]*(\d{0,4})[ ]*\|[ ]*([A-Z][^:|]*):(.*)\|$")
UPPER = pattern(
    r"\|[ ]+(\d{1,4})[ ]{2,}(\S[^|]*[ ]{2})[^\s|]+[ ]+\|[ ]+([0-9a-f:]{10,14}\.\d)[ ]+\S+[ ]+\|(.*)\|$",
    re.IGNORECASE,
)
LOWER = pattern(
    r"\|[ ]*([^\s|]+)[ ]+([^\s|]+)[ ]+([^\s|/]+)[ ]*/[ ]*([^\s|/]+)[ ]*"
    r"\|[ ]*([^\s|/]+)[ ]*/[ ]*([^\s|/]+)[ ]*\|[ ]*(\S+)"
)
MORE = pattern(r"\|[ ]{4,}([A-Za-z][^|]*)\|[ ]*\|[ ]*\|$")

Card = dict[str, Any]

MIB = 2**20


def parse(text: str) -> tuple[Gpu, ...]:
    """GPUs in the order of their numbers; empty for anything else."""
    if text.lstrip().startswith("{"):
        return _from_json(text)
    cards = _from_discovery(text)
    return tuple(_gpu(index, card) for index, card in sorted(cards.items())) or _from_table(text)


def _from_discovery(text: str) -> dict[int, Card]:
    """A number stands in the first line of a card only; lines below it are the same card's."""
    found: dict[int, Card] = {}
    card: Card | None = None
    for line in text.splitlines():
        told = ROW.match(line.strip())
        if told is None:
            continue
        if told[1]:
            card = found.setdefault(int(told[1]), {})
        if card is not None:
            card.setdefault(told[2].lower(), told[3].strip())
    return {index: card for index, card in found.items() if "device name" in card}


NAMES = {
    "device_name": "device name",
    "uuid": "uuid",
    "pci_bdf_address": "pci bdf address",
    "pci_device_id": "pci device id",
    "core_clock_rate_mhz": "core clock rate",
    "pcie_generation": "pcie generation",
    "pcie_max_link_width": "pcie max link width",
    "memory_ecc_state": "ecc state",
}
"""The same in the JSON's words."""


def _from_json(text: str) -> tuple[Gpu, ...]:
    data = decoded(text)
    listed = data.get("device_list", [data]) if isinstance(data, dict) else []
    cards = [card for card in listed if isinstance(card, dict)] if isinstance(listed, list) else []
    return tuple(_gpu(whole(card.get("device_id")), _card(card)) for card in cards if "device_name" in card)


def _card(card: Card) -> Card:
    told = {name: str(card[key]) for key, name in NAMES.items() if key in card}
    size = number(card.get("memory_physical_size_byte"))
    return told if size is None else {**told, "memory physical size": f"{size / MIB:.0f} MiB"}


def _gpu(index: int | None, card: Card) -> Gpu:
    address = pci.normal(card.get("pci bdf address"))
    device = str(card.get("pci device id", "")).lower().removeprefix("0x")
    pci_id = f"{pci.INTEL}:{device.zfill(4)}" if device and not device.strip("0123456789abcdef") else None
    integrated = gpu_intel.is_integrated(address, pci_id) if address else None
    memory = _leading(card.get("memory physical size"))
    return Gpu(
        index=index,
        vendor="Intel",
        name=card.get("device name") or None,
        memory_mib=None if integrated or not memory else round(memory),
        unified_memory=integrated,
        uuid=card.get("soc uuid") or card.get("uuid"),
        pci_address=address,
        pci_id=pci_id,
        pcie=PcieLink(
            gen_max=_positive(card.get("pcie generation")),
            width_max=_positive(card.get("pcie max link width")),
        ),
        clocks=GpuClocks(sm_max_mhz=_positive(card.get("core clock rate"))),
        ecc=GpuEcc(enabled={"enabled": True, "disabled": False}.get(str(card.get("ecc state", "")).lower())),
    )


def _from_table(text: str) -> tuple[Gpu, ...]:
    """Two lines for a card, or three where its name does not fit."""
    found: list[Gpu] = []
    upper, name = None, ""
    for line in text.splitlines():
        if told := UPPER.match(line.strip()):
            upper, name = told, told[2].rstrip()
        elif upper is not None and (told := LOWER.match(line.strip())):
            found.append(_row(upper, name, told))
            upper = None
        elif upper is not None and (told := MORE.match(line.strip())):
            name = f"{name} {told[1].rstrip()}"
    return tuple(found)


def _row(upper: Any, name: str, lower: Any) -> Gpu:
    """Fan, temperature, draw and limit; used and total; load."""
    address = pci.normal(upper[3])
    integrated = gpu_intel.is_integrated(address or "", None)
    used, total = (_leading(lower[place]) for place in (5, 6))
    return Gpu(
        index=int(upper[1]),
        vendor="Intel",
        name=name,
        memory_mib=None if integrated or total is None else round(total),
        memory_used_mib=None if integrated or used is None else round(used),
        unified_memory=integrated,
        pci_address=address,
        power=GpuPower(draw_w=_leading(lower[3]), limit_w=_leading(lower[4])),
        temperature_c=_leading(lower[2]),
        fan_percent=_leading(lower[1]),
        utilization_percent=_leading(lower[7]),
        ecc=GpuEcc(enabled={"enabled": True}.get(upper[4].strip().lower())),
    )


def _leading(told: Any) -> float | None:
    """The number that a text begins with: ``12216.00 MiB``, ``66W``."""
    digits = str(told).split(" ", maxsplit=1)[0].rstrip("CWMiB%")
    return number(digits)


def _positive(told: Any) -> int | None:
    """-1 stands for unknown."""
    value = _leading(told)
    return round(value) if value is not None and value > 0 else None
