"""AMD GPUs from what ``rocminfo`` printed."""

import re
from collections import Counter

from msgspec import structs

from dlws.model.gpu import Gpu, GpuClocks
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.gpu.amd import gpu_amd

AGENT = pattern(r"^[ \t]*Agent \d+[ \t]*$", re.MULTILINE)
CHIP = pattern(r"^(?=[ \t]*Name:[ \t]+gfx[0-9a-f]{3,4}[ \t]*$)", re.MULTILINE)
POOL = pattern(r"Segment: +GLOBAL;[^\n]*\n\s*Size: +(\d{1,15})")
HEXADECIMAL = pattern(r"\(0x([0-9a-f]{1,8})\)", re.IGNORECASE)


def parse(text: str) -> tuple[Gpu, ...]:
    """Agents that are GPUs; they stand after the CPUs, in the order of HIP's numbers.

    Their place lacks the PCI domain: where two seem to be at one place, none of it is known.
    """
    agents = AGENT.split(text)[1:]
    found = [agent for agent in agents if _field(agent, "Device Type") == "GPU"]
    if not agents:  # only the lines that somebody looked for: rocminfo | grep Name
        found = [part for part in CHIP.split(text) if CHIP.match(part)]
    gpus = [_gpu(index, agent) for index, agent in enumerate(found)]
    places = Counter(gpu.pci_address for gpu in gpus)
    return tuple(
        structs.replace(gpu, pci_address=None) if places[gpu.pci_address] > 1 else gpu for gpu in gpus
    )


def _gpu(index: int, agent: str) -> Gpu:
    place = _count(_field(agent, "BDFID"))
    chip, uuid = HEXADECIMAL.search(_field(agent, "Chip ID") or ""), _field(agent, "Uuid")
    gfx = _field(agent, "Name")
    unified = "APU" in (_field(agent, "Memory Properties") or "").split() or gfx in gpu_amd.APU_CHIPS
    pools = POOL.findall(agent)
    return Gpu(
        index=index,
        vendor="AMD",
        name=_field(agent, "Marketing Name"),
        gfx=gfx,
        memory_mib=int(pools[0]) // 1024 if pools and not unified else None,
        unified_memory=True if unified else None,
        uuid=uuid if uuid and not uuid.endswith("XX") else None,
        pci_address=f"0000:{place >> 8 & 0xFF:02x}:{place >> 3 & 0x1F:02x}.{place & 7}" if place else None,
        pci_id=f"{pci.AMD}:{int(chip[1], 16):04x}" if chip else None,
        clocks=GpuClocks(sm_max_mhz=_count(_field(agent, r"Max Clock Freq\. \(MHz\)"))),
        driver="amdgpu",
    )


def _field(agent: str, name: str) -> str | None:
    found = re.search(rf"^[ \t]*{name}:[ \t]*(\S(?:.*\S)?)[^\S\n]*$", agent, re.MULTILINE)
    return found[1] if found else None


def _count(text: str | None) -> int | None:
    found = re.match(r"\d{1,9}", text or "")
    return int(found[0]) if found else None
