"""The table of ROCm 7's ``amd-smi``, which takes two lines for a GPU; its processes stand below."""

import re
from typing import Any

from dlws.pattern import pattern
from dlws.probes.gpu.amd.amd_smi_tree import CELL, Tree, put, put_used

UPPER = pattern(r"\|[ ]*([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d) ([^|]*)\|(.*)\|", re.IGNORECASE)
LOWER = pattern(r"\|[ ]*(\d{1,4})[ ]+(\S+)[ ]+(\S+)[ ]+(\S+)[ ]*\|(.*)\|")
PROCESS = pattern(r"\|[ ]*(\d{1,4})[ ]+(\d{1,10})[ ]+([^\s|][^|]*)\|")


def read(text: str, found: dict[int, Tree]) -> None:
    """Adds what the table says to the trees that are known by their GPU's number."""
    upper = None
    for line in text.splitlines():
        if told := UPPER.match(line.strip()):
            upper = told
        elif upper is not None and (told := LOWER.match(line.strip())):
            _card(found.setdefault(int(told[1]), {}), upper, told)
            upper = None
        elif found and (told := PROCESS.match(line.strip())) and int(told[1]) in found:
            _process(found[int(told[1])], told)


def _card(tree: Tree, upper: Any, lower: Any) -> None:
    put(tree, "bus.bdf", upper[1])
    put(tree, "asic.market_name", upper[2].strip())
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
        put_used(tree, " ".join(left[-2:]))
        fan = left[2] if len(left) > 4 and left[1] == "%" else "N/A"
        put(tree, "fan.usage", fan)


def _process(tree: Tree, told: Any) -> None:
    name, _, cells = told[3].partition("  ")
    sizes = CELL.findall(cells)
    known = tree.setdefault("process_list", [])
    if len(sizes) >= 2 and isinstance(known, list):
        usage = {"gtt_mem": sizes[0], "vram_mem": sizes[1]}
        known.append({"process_info": {"pid": told[2], "name": name, "memory_usage": usage}})
