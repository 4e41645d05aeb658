"""What ``amd-smi`` prints, in any of its forms, as one tree of lower-case names for each GPU."""

import re
from typing import Any

import msgspec

from dlws.pattern import pattern

Tree = dict[str, Any]

LINE = pattern(r"([ \t]*)([A-Z][\w %/()-]*?)[ \t]*:(?:[ \t]+(.*\S))?[ \t]*$")
HEADER = pattern(r"[ \t]*GPU[ \t]+(?:XCP|POWER|PWR_CAP|GPU_T|GPU_TEMP|GFX|MEM|VRAM|BDF|UUID)\S*(?:[ \t]|$)")
UNIT = r"(?: (?:W|°C|C|%|MHz|[KMGT]?B|Mb/s)(?= |$))?"
CELL = pattern(rf"\[[^\]]*\]|[\d.]+/[\d.]+ ?[A-Za-z]+|(?:N/A|-?[\d.]+){UNIT}|\S+")
UPPER = pattern(r"\|[ ]*([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)[ ]+(.*?)[ ]*\|(.*)\|", re.IGNORECASE)
LOWER = pattern(r"\|[ ]*(\d+)[ ]+(\S+)[ ]+(\S+)[ ]+(\S+)[ ]*\|(.*)\|")
TOPOLOGY = pattern(
    r"^[A-Z ]+ TABLE:[ \t]*\r?\n((?:[ \t]+[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)+)",
    re.MULTILINE | re.IGNORECASE,
)
PROCESS = pattern(r"\|[ ]*(\d+)[ ]+(\d+)[ ]+(.*?)[ ]{2,}(.*?)[ ]*\|")

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
        _from_table(text, found)
        _from_topology(text, found)
        _from_csv(text, found)
    return found


def _from_json(text: str, found: dict[int, Tree]) -> None:
    try:
        data = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return
    if isinstance(data, dict):  # ROCm 7 puts the list below a name
        data = next((part for part in data.values() if isinstance(part, list)), [data])
    for card in data if isinstance(data, list) else ():
        if isinstance(card, dict) and isinstance(card.get("gpu"), int) and not isinstance(card["gpu"], bool):
            _place(found.setdefault(card["gpu"], {}), _lower(card))


def _lower(value: Any) -> Any:
    return (
        {str(key).lower(): _lower(part) for key, part in value.items()} if isinstance(value, dict) else value
    )


def _place(tree: Tree, told: Tree) -> None:
    """Puts names that stand for a place in the tree there, and the others where they are."""
    for name, value in told.items():
        if name in PLACES and not (isinstance(value, dict) and "value" not in value):
            put(tree, PLACES[name], value)
        else:
            tree.setdefault(name, value)


def put(tree: Tree, path: str, value: Any) -> None:
    """A value at ``a.b.c``, unless one is there that says something."""
    *folders, name = path.split(".")
    for folder in folders:
        below = tree.setdefault(folder, {})
        tree = below if isinstance(below, dict) else {}
    if tree.get(name) in (None, "N/A"):
        tree[name] = value


def _from_blocks(text: str, found: dict[int, Tree]) -> None:
    """``GPU: 0`` and below it names by their indentation; a name without a value has others below it."""
    stack: list[tuple[int, Tree]] = []
    for line in text.splitlines():
        told = LINE.match(line)
        if told is None:
            stack = stack if not line.strip() or line[0] in " \t" else []
            continue
        indent, name, value = len(told[1].expandtabs(4)), told[2].lower(), told[3]
        if name == "gpu" and (value or "").isdecimal() and len(value) < 5:
            stack = [(indent, found.setdefault(int(value), {}))]
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if stack:
            stack = [*stack, *_below(stack[-1][1], name, value, indent)]


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
        if len(cells) != len(names) or not cells or not cells[0].isdecimal():
            names = names if not cells or cells[0].isdecimal() else []
            continue
        row = dict(zip(names, cells, strict=True))
        tree = found.setdefault(int(cells[0]), {})
        for name, value in row.items():
            if name in PLACES:
                put(tree, PLACES[name], value)
        _used(tree, row.get("vram_usage", ""))


def _used(tree: Tree, told: str) -> None:
    """``4976/196592 MB``."""
    used, slash, rest = told.partition("/")
    total, _, unit = rest.partition(" ")
    if slash and used.strip()[:1].isdigit() and total[:1].isdigit():
        put(tree, "mem_usage.used_vram", f"{used.strip()} {unit}")
        put(tree, "mem_usage.total_vram", f"{total} {unit}")


def _from_table(text: str, found: dict[int, Tree]) -> None:
    """The table of ROCm 7, which takes two lines for a GPU; its processes stand below."""
    upper = None
    for line in text.splitlines():
        if told := UPPER.match(line.strip()):
            upper = told
        elif upper is not None and (told := LOWER.match(line.strip())):
            _card(found.setdefault(int(told[1]), {}), upper, told)
            upper = None
        elif found and (told := PROCESS.match(line.strip())) and int(told[1]) in found:
            _process(found[int(told[1])], told)


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
        elif names and len(cells) == len(names) and cells[0].isdecimal() and len(cells[0]) < 5:
            tree = found.setdefault(int(cells[0]), {})
            for name, value in zip(names, cells, strict=True):
                if place := COLUMNS.get(name, PLACES.get(name)):
                    put(tree, place, value)


def _card(tree: Tree, upper: Any, lower: Any) -> None:
    put(tree, "bus.bdf", upper[1])
    put(tree, "asic.market_name", upper[2])
    cells = upper[3].replace("%", " ").split()  # 13 % 60 °C 0 734/750 W
    numbers = [cell for cell in cells if cell == "N/A" or cell[0].isdigit()]
    if len(numbers) == 4:
        put(tree, "temperature.hotspot", numbers[1])
        put(tree, "ecc.total_uncorrectable_count", numbers[2])
        draw, slash, limit = numbers[3].partition("/")
        if slash and draw != "N":
            put(tree, "power.socket_power", draw)
            put(tree, "limit.socket_power", limit)
    compute, slash, memory = lower[4].partition("/")
    if slash and compute != "N":
        put(tree, "partition.compute_partition", compute)
        put(tree, "partition.memory_partition", memory)
    left = lower[5].split()
    put(tree, "usage.gfx_activity", left[0] if left else "N/A")
    if len(left) >= 2:
        _used(tree, " ".join(left[-2:]))
        fan = left[2] if len(left) > 4 and left[1] == "%" else "N/A"
        put(tree, "fan.usage", fan)


def _process(tree: Tree, told: Any) -> None:
    sizes = CELL.findall(told[4])
    known = tree.setdefault("process_list", [])
    if len(sizes) >= 2 and isinstance(known, list):
        usage = {"gtt_mem": sizes[0], "vram_mem": sizes[1]}
        known.append({"process_info": {"pid": told[2], "name": told[3], "memory_usage": usage}})
