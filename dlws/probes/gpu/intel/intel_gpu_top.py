"""Intel GPUs from ``intel_gpu_top``: its JSON, its list of cards (-L) and the first line of its screen."""

import re
from typing import Any

from dlws.host.json_text import decoded
from dlws.model.gpu import Gpu, GpuClocks, GpuPower
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.numbers import number, whole

LISTED = pattern(
    r"^card\d+[ \t]+(.*?)[ \t]+pci:vendor=8086,device=([0-9A-F]{4})", re.MULTILINE | re.IGNORECASE
)
SCREEN = pattern(
    r"^intel-gpu-top:?[ \t]+(?:(Intel .*?) @ \S+ )?-[ \t]*(\d{1,6})(?:/[ \t]*\d+)?[ \t]*MHz", re.MULTILINE
)


def parse(text: str) -> tuple[Gpu, ...]:
    """The cards that are listed, or the one that is watched; empty for anything else."""
    listed = LISTED.findall(text)
    if listed:
        return tuple(
            Gpu(index=index, vendor="Intel", name=_name(name), pci_id=f"{pci.INTEL}:{device.lower()}")
            for index, (name, device) in enumerate(listed)
        )
    if told := SCREEN.search(text):
        return (Gpu(index=0, vendor="Intel", name=_name(told[1]), clocks=GpuClocks(sm_mhz=int(told[2]))),)
    return _from_json(text)


def _name(told: str | None) -> str | None:
    """Newer versions give the numbers of the device in its place."""
    return None if not told or re.fullmatch(r"8086:[0-9A-Fa-f]{4}", told) else told


def _from_json(text: str) -> tuple[Gpu, ...]:
    """One sample or a list of them, which is not closed while the program runs; the first will do."""
    start = text.find("{")
    sample = decoded(text[start : _end(text, start)]) if start >= 0 else None
    if not isinstance(sample, dict) or not isinstance(sample.get("engines"), dict):
        return ()
    render = next((part for name, part in sample["engines"].items() if name.startswith("Render/3D")), None)
    return (
        Gpu(
            index=0,
            vendor="Intel",
            utilization_percent=_reading(render, "busy"),
            power=GpuPower(draw_w=_reading(sample.get("power"), "GPU") or None),
            clocks=GpuClocks(sm_mhz=whole(_reading(sample.get("frequency"), "actual"))),
        ),
    )


def _reading(part: Any, name: str) -> float | None:
    return number(part.get(name)) if isinstance(part, dict) else None


def _end(text: str, start: int) -> int:
    """Where the first object ends; its strings hold no braces."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place + 1
    return len(text)
