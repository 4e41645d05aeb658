"""What ``amd-smi`` prints, in any of its forms, as one tree of lower-case names for each GPU."""

import re
from typing import Any

from dlws.host.json_text import decoded
from dlws.pattern import pattern
from dlws.probes.gpu.amd import amd_smi_table
from dlws.probes.gpu.amd.amd_smi_tree import CELL, Tree, put, put_used

LINE = pattern(r"([ \t]*)([A-Z][\w %/()-]{0,80}?)[ \t]*:(?:[ \t]+(\S.*))?$")
HEADER = pattern(r"[ \t]*GPU[ \t]+(?:XCP|POWER|PWR_CAP|GPU_T|GPU_TEMP|GFX|MEM|VRAM|BDF|UUID)\S*(?:[ \t]|$)")
TOPOLOGY = pattern(
    r"^[A-Z ]+ TABLE:[ \t]*\r?\n((?:[ \t]+[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)+)",
    re.MULTILINE | re.IGNORECASE,
)

MOST = 10_000
"""GPUs; MI300 in its smallest partitions makes 64 of eight cards."""
DEEPEST = 20
"""Levels of JSON; amd-smi has fewer than ten, and Python ends at a thousand."""

PLACES = {
    "power": "power.socket_power",
    "power_usage": "power.socket_power",
    "pwr_cap": "limit.socket_power",
    "max_power": "limit.socket_power",
    "gpu_t": "temperature.hotspot",
    "gpu_temp": "temperature.hotspot",
    "hotspot_temperature": "temperature.hotspot",
    "gfx_clk": "clock.gfx_0.clk",
    "gfx_clock": "clock.gfx_0.clk",
    "mem_clock": "clock.mem_0.clk",
    "gfx%": "usage.gfx_activity",
    "gfx_util": "usage.gfx_activity",
    "gfx": "usage.gfx_activity",
    "vram_used": "mem_usage.used_vram",
    "vram_free": "mem_usage.free_vram",
    "vram_total": "mem_usage.total_vram",
    "single_ecc": "ecc.total_correctable_count",
    "single_bit_ecc": "ecc.total_correctable_count",
    "double_ecc": "ecc.total_uncorrectable_count",
    "double_bit_ecc": "ecc.total_uncorrectable_count",
}
"""Where ``amd-smi monitor``'s columns stand in the tree of ``static`` and ``metric``, as of its text and JSON."""


COLUMNS = {
    "market_name": "asic.market_name",
    "device_id": "asic.device_id",
    "target_graphics_version": "asic.target_graphics_version",
    "bdf": "bus.bdf",
    "uuid": "uuid",
    "max_pcie_width": "bus.max_pcie_width",
    "max_pcie_speed": "bus.max_pcie_speed",
    "part_number": "vbios.part_number",
    "compute_partition": "partition.compute_partition",
    "accelerator_partition": "partition.accelerator_partition",
    "memory_partition": "partition.memory_partition",
    "max_power": "limit.max_power",
    "min_power": "limit.min_power",
    "gfx_activity": "usage.gfx_activity",
    "hotspot": "temperature.hotspot",
    "edge": "temperature.edge",
    "total_vram": "mem_usage.total_vram",
    "used_vram": "mem_usage.used_vram",
    "free_vram": "mem_usage.free_vram",
}
"""Names of ``--csv``, which leaves out what they stand below, where that makes no difference."""


def trees(text: str) -> dict[int, Tree]:
    """By GPU's number; what was told first stays."""
    found: dict[int, Tree] = {}
    if text.lstrip().startswith(("[", "{")):
        _from_json(text, found)
    else:
        _from_blocks(text, found)
        _from_monitor(text, found)
        amd_smi_table.read(text, found)
        _from_topology(text, found)
        _from_csv(text, found)
    return found


def _from_json(text: str, found: dict[int, Tree]) -> None:
    data = decoded(text)
    if isinstance(data, dict):  # ROCm 7 puts the list below a name
        data = next((part for part in data.values() if isinstance(part, list)), [data])
    for card in data if isinstance(data, list) else ():
        index = card.get("gpu") if isinstance(card, dict) else None
        if type(index) is int and 0 <= index < MOST:
            _place(found.setdefault(index, {}), _lower(card))


def _lower(value: Any, left: int = DEEPEST) -> Any:
    if not isinstance(value, dict) or not left:
        return value
    return {str(key).lower(): _lower(part, left - 1) for key, part in value.items()}


def _place(tree: Tree, told: Tree) -> None:
    """Puts names that stand for a place in the tree there, and the others where they are."""
    for name, value in told.items():
        if name in PLACES and not (isinstance(value, dict) and "value" not in value):
            put(tree, PLACES[name], value)
        else:
            tree.setdefault(name, value)


def _from_blocks(text: str, found: dict[int, Tree]) -> None:
    """``GPU: 0`` and below it names by their indentation; a name without a value has others below it."""
    stack: list[tuple[int, Tree]] = []
    for line in text.splitlines():
        told = LINE.match(line.rstrip())
        if told is None:
            stack = stack if not line.strip() or line[0] in " \t" else []
            continue
        indent, name, value = len(told[1].expandtabs(4)), told[2].lower(), told[3]
        if name == "gpu" and _is_index(value or ""):
            stack = [(indent, found.setdefault(int(value), {}))]
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if stack:
            stack = [*stack, *_below(stack[-1][1], name, value, indent)]


def _is_index(text: str) -> bool:
    return text.isdecimal() and len(text) < len(str(MOST))


def _below(tree: Tree, name: str, value: str | None, indent: int) -> list[tuple[int, Tree]]:
    if name.startswith("process_info"):  # one block for each process
        known = tree.setdefault("process_list", [])
        if value is None and isinstance(known, list):
            known.append({"process_info": {}})
            return [(indent, known[-1]["process_info"])]
        return []
    if value is not None:
        if tree.get(name) in (None, "N/A"):
            tree[name] = value
        return []
    below = tree.setdefault(name, {})
    return [(indent, below)] if isinstance(below, dict) else []


def _from_monitor(text: str, found: dict[int, Tree]) -> None:
    """A line of names and one for each GPU, or for each part of one, of which the first says most."""
    names: list[str] = []
    for line in text.splitlines():
        if HEADER.match(line):
            names = line.lower().split()
            continue
        cells = CELL.findall(line) if names else []
        if len(cells) != len(names) or not cells or not _is_index(cells[0]):
            names = names if not cells or _is_index(cells[0]) else []
            continue
        row = dict(zip(names, cells, strict=True))
        tree = found.setdefault(int(cells[0]), {})
        for name, value in row.items():
            if name in PLACES:
                put(tree, PLACES[name], value)
        put_used(tree, row.get("vram_usage", ""))


def _from_topology(text: str, found: dict[int, Tree]) -> None:
    """The first line of a square table has the places of all cards."""
    heads = TOPOLOGY.search(text)
    for index, place in enumerate(heads[1].split() if heads else ()):
        put(found.setdefault(index, {}), "bus.bdf", place)


def _from_csv(text: str, found: dict[int, Tree]) -> None:
    """No value of these columns holds a comma."""
    names: list[str] = []
    for line in text.splitlines():
        cells = line.strip().split(",")
        if cells[0] == "gpu" and len(cells) > 1:
            names = cells
        elif names and len(cells) == len(names) and _is_index(cells[0]):
            tree = found.setdefault(int(cells[0]), {})
            for name, value in zip(names, cells, strict=True):
                if place := COLUMNS.get(name, PLACES.get(name)):
                    put(tree, place, value)
