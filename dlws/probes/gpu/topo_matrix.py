"""The matrix of ``nvidia-smi topo -m``."""

import re

from msgspec import Struct

from dlws.model.topology import GpuPair
from dlws.pattern import pattern

COLOUR = pattern(r"\x1b\[[0-9;]*m")
CELL = pattern(r"\bX\b|NV\d+|PIX|PXB|PHB|NODE|SYS|PSB|SOC|C2C")
"""Found one by one: where a line was wrapped and joined again, two cells can touch (``PIXPHB``)."""

OLD = {"SOC": "SYS", "PSB": "PIX"}
"""Names until branch 375, and of boards with two GPUs behind one switch."""


class Matrix(Struct, frozen=True, kw_only=True):
    """What the matrix says of each pair, and of each GPU where it says so."""

    pairs: tuple[GpuPair, ...] = ()
    numa: dict[int, int] = {}
    """NUMA node by GPU, where it is one."""
    cpus: dict[int, str] = {}
    """CPU list by GPU."""


def parse(text: str) -> Matrix:
    """Of any text that holds such a matrix; an empty one for any other."""
    lines = COLOUR.sub("", text).splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*GPU0\b(?!\s+X\b)", line)]
    if not heads:
        return Matrix()
    columns = [int(number) for number in re.findall(r"GPU(\d{1,4})\b", lines[heads[0]].partition("CPU")[0])]
    pairs: list[GpuPair] = []
    numa: dict[int, int] = {}
    cpus: dict[int, str] = {}
    for line in lines[heads[0] + 1 :]:
        row = re.match(r"\s*GPU(\d{1,4})\s", line)
        cells = list(CELL.finditer(line))
        if not row or not cells:
            break
        gpu = int(row[1])
        pairs += [
            GpuPair(a=gpu, b=other, link=OLD.get(cell[0], cell[0]))
            for other, cell in zip(columns, cells, strict=False)
            if other > gpu  # the other half of the matrix says the same
        ]
        _place(gpu, line[cells[-1].end() :].split(), numa, cpus)
    return Matrix(pairs=tuple(pairs), numa=numa, cpus=cpus)


def _place(gpu: int, words: list[str], numa: dict[int, int], cpus: dict[int, str]) -> None:
    """CPU affinity, NUMA affinity and the GPU's own node, which some versions print without a gap."""
    if not words or not re.fullmatch(r"\d+(?:[-,]\d+)*", words[0]):
        return
    cpus[gpu] = words[0]
    node = re.fullmatch(r"(\d{1,4})(?:N/A)?", words[1]) if len(words) > 1 else None
    if node:
        numa[gpu] = int(node[1])
