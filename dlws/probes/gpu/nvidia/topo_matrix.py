"""The matrices of ``nvidia-smi topo -m`` and ``nvidia-smi topo -p2p r``."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from dlws.model.topology import GpuPair
from dlws.pattern import pattern

COLOUR = pattern(r"\x1b\[[0-9;]*m")
CELL = pattern(r"\bX\b|NV\d+|PIX|PXB|PHB|NODE|SYS|PSB|SOC|C2C")
"""Found one by one: where a line was wrapped and joined again, two cells can touch (``PIXPHB``)."""

STATUS = pattern(r"(?<!\S)(?:X|OK|CNS|GNS|TNS|NS|U)(?!\S)")
P2P = {"OK": True, "CNS": False, "GNS": False, "TNS": False, "NS": False}
"""Whether one GPU may read another's memory; the chipset, the GPU or the topology can stand against it."""

OLD = {"SOC": "SYS", "PSB": "PIX"}
"""Names until branch 375, and of boards with two GPUs behind one switch."""


class _Row(NamedTuple):
    gpu: int
    cells: dict[int, str]
    """By the number of the other GPU."""
    rest: str
    """What follows the cells."""


class Matrix(Struct, frozen=True, kw_only=True):
    """What the matrix says of each pair, and of each GPU where it says so."""

    pairs: tuple[GpuPair, ...] = ()
    numa: dict[int, int] = {}
    """NUMA node by GPU, where it is one."""
    cpus: dict[int, str] = {}
    """CPU list by GPU."""


def parse(text: str) -> Matrix:
    """Of any text that holds such matrices, the first of each; an empty one for any other."""
    lines = COLOUR.sub("", text).splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*GPU0\b(?!\s+X\b)", line)]
    links: dict[tuple[int, int], str] | None = None
    reach: dict[tuple[int, int], str] = {}
    numa: dict[int, int] = {}
    cpus: dict[int, str] = {}
    for head in heads:
        access = _pairs(_rows(lines, head, STATUS))
        reach = reach or access
        if not access and links is None:
            rows = _rows(lines, head, CELL)
            links = _pairs(rows)
            for row in rows:
                _place(row.gpu, row.rest.split(), numa, cpus)
    links = links or {}
    pairs = tuple(
        GpuPair(a=a, b=b, link=OLD.get(link, link) if link else None, p2p=P2P.get(reach.get((a, b), "")))
        for a, b in {**links, **reach}
        for link in [links.get((a, b))]
    )
    return Matrix(pairs=pairs, numa=numa, cpus=cpus)


def _rows(lines: list[str], head: int, kind: re.Pattern[str]) -> list[_Row]:
    """GPUs with their cells, from below a head up to the first line that has none of this kind."""
    columns = [int(number) for number in re.findall(r"GPU(\d{1,4})\b", lines[head].partition("CPU")[0])]
    rows: list[_Row] = []
    for line in islice(lines, head + 1, None):
        own = re.match(r"\s*GPU(\d{1,4})\s", line)
        cells = list(kind.finditer(line))
        if not own or not cells:
            break
        told = dict(zip(columns, (cell[0] for cell in cells), strict=False))
        rows.append(_Row(int(own[1]), told, line[cells[-1].end() :]))
    return rows


def _pairs(rows: list[_Row]) -> dict[tuple[int, int], str]:
    """Cells by their pairs; the other half of the matrix says the same."""
    return {(row.gpu, other): cell for row in rows for other, cell in row.cells.items() if other > row.gpu}


def _place(gpu: int, words: list[str], numa: dict[int, int], cpus: dict[int, str]) -> None:
    """CPU affinity, NUMA affinity and the GPU's own node, which some versions print without a gap."""
    if not words or not re.fullmatch(r"\d+(?:[-,]\d+)*", words[0]):
        return
    cpus[gpu] = words[0]
    node = re.fullmatch(r"(\d{1,4})(?:N/A)?", words[1]) if len(words) > 1 else None
    if node:
        numa[gpu] = int(node[1])
