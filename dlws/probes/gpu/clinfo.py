"""GPUs from what clinfo printed: Giuseppe Bilotta's, which distributions have, or AMD's own."""

import re

from dlws.model.gpu import Gpu
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.gpu.amd import gpu_amd

START = pattern(r"^[ \t]*(?:Device Name[ \t]{2,}|Device Type:[ \t])", re.MULTILINE)
PLACE = pattern(r"(?:([0-9a-f]{4}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])", re.IGNORECASE)
PARTS = pattern(r"B#(\d{1,3}), D#(\d{1,2}), F#([0-7])\b")
SOFTWARE = ("llvmpipe", "swrast", "pocl", "softpipe")

TOLD = {
    "NVIDIA": ("NVIDIA",),
    "AMD": ("AMD", "Advanced Micro Devices"),
    "Intel": ("Intel",),
    "Apple": ("Apple",),
    "Arm": ("ARM",),
}


def parse(text: str) -> tuple[Gpu, ...]:
    """GPUs, each once although every OpenCL platform lists it again; empty for anything else."""
    found: dict[str, Gpu] = {}
    starts = [match.start() for match in START.finditer(text)]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=False):
        gpu = _gpu(text[begin:end])
        if gpu is not None:
            found.setdefault(gpu.pci_address or f"{gpu.vendor} {gpu.name}", gpu)
    places = {gpu.vendor for gpu in found.values() if gpu.pci_address}
    return tuple(gpu for gpu in found.values() if gpu.pci_address or gpu.vendor not in places)


def _gpu(device: str) -> Gpu | None:
    kind, name = _field(device, "Device Type"), _field(device, "Device Name", "Name") or ""
    vendor = _vendor(_field(device, "Device Vendor", "Vendor") or "")
    if vendor is None or "GPU" not in (kind or "") or name.lower().startswith(SOFTWARE):
        return None
    unified = {"yes": True, "true": True, "1": True}.get(
        (_field(device, "Unified memory for Host and Device") or "").lower()
    )
    size = re.match(r"\d{1,15}", _field(device, "Global memory size") or "")
    gfx = re.match(r"gfx\w+", name)
    shared = unified or (gfx is not None and gfx[0] in gpu_amd.APU_CHIPS)
    tells = vendor != "Intel" and not shared  # Intel's is what a program may have of it
    return Gpu(
        vendor=vendor,
        name=_field(device, r"Device Board Name \(AMD\)", "Board name") or (None if gfx else _plain(name)),
        gfx=gfx[0] if gfx else None,
        memory_mib=int(size[0]) // 2**20 if tells and size else None,
        unified_memory=unified,
        pci_address=_place(device),
    )


def _field(device: str, *names: str) -> str | None:
    for name in names:
        if found := re.search(
            rf"^[ \t]*{name}(?::[ \t]*|[ \t]{{2,}})(\S(?:.*\S)?)[^\S\n]*$", device, re.MULTILINE
        ):
            return found[1]
    return None


def _vendor(told: str) -> str | None:
    return next((name for name, starts in TOLD.items() if told.startswith(starts)), None)


def _plain(name: str) -> str | None:
    """Mesa adds the chip, the compiler and the kernel in brackets."""
    return re.sub(r" \([^()]*(?:LLVM|DRM|radeonsi)[^()]*\)$", "", name).strip() or None


def _place(device: str) -> str | None:
    told = (
        _field(device, r"Device PCI bus info \(KHR\)", r"Device Topology \((?:AMD|NV)\)", "Device Topology")
        or ""
    )
    if parts := PARTS.search(told):
        return f"0000:{int(parts[1]):02x}:{int(parts[2]):02x}.{parts[3]}"
    found = PLACE.search(told)
    return pci.normal(found[0]) if found else None
