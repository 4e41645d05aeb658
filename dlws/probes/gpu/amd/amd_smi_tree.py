"""The tree in which all forms of ``amd-smi``'s output are put, and how values get there."""

from typing import Any

from dlws.pattern import pattern

Tree = dict[str, Any]
"""Lower-case names, and texts, numbers or trees."""

UNIT = r"(?: (?:W|°C|C|%|MHz|[KMGT]?B|Mb/s)(?= |$))?"
CELL = pattern(rf"\[[^\]]{{0,99}}\]|[\d.]+/[\d.]+ ?[A-Za-z]+|(?:N/A|-?[\d.]+){UNIT}|\S+")
"""One cell of a line: a number belongs to its unit."""


def put(tree: Tree, path: str, value: Any) -> None:
    """A value at ``a.b.c``, unless one is there that says something."""
    *folders, name = path.split(".")
    for folder in folders:
        below = tree.setdefault(folder, {})
        tree = below if isinstance(below, dict) else {}
    if tree.get(name) in (None, "N/A"):
        tree[name] = value


def put_used(tree: Tree, told: str) -> None:
    """Memory in use and its size, of ``4976/196592 MB``."""
    used, slash, rest = told.partition("/")
    total, _, unit = rest.partition(" ")
    if slash and used.strip()[:1].isdigit() and total[:1].isdigit():
        put(tree, "mem_usage.used_vram", f"{used.strip()} {unit}")
        put(tree, "mem_usage.total_vram", f"{total} {unit}")
