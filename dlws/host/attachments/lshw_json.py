"""lshw -json, put as lshw's text."""

import re
from collections.abc import Iterator
from typing import Any

from dlws.pattern import pattern

from ..json_text import decoded
from . import lshw
from .evidence import Evidence, Kind

FIELDS = {
    "description": "description",
    "product": "product",
    "vendor": "vendor",
    "physid": "physical id",
    "businfo": "bus info",
    "logicalname": "logical name",
    "version": "version",
    "date": "date",
    "slot": "slot",
}
"""Names in JSON and in text."""
START = pattern(r"^[ \t]{0,80}[\[{]", re.MULTILINE)
MIB = 2**20


def _read(text: str, evidence: Evidence) -> None:
    begin = START.search(text)
    rows = text[begin.start() : max(text.rfind("}"), text.rfind("]")) + 1] if begin else ""
    # Before 2.19 what was asked by class came as objects without the brackets of a list.
    nodes = decoded(rows) or decoded(f"[{rows}]")
    told = "\n".join(line for node in _all(nodes) for line in _lines(node))
    lshw.KIND.read(told, evidence)


def _all(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of the tree, in the order of the text."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo.extend(reversed(one))
        elif isinstance(one, dict):
            yield one
            todo.append(one.get("children"))


def _lines(node: dict[str, Any]) -> Iterator[str]:
    yield f"*-{node.get('id')}" + (" DISABLED" if node.get("disabled") is True else "")
    for name, label in FIELDS.items():
        value = node.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            yield f"  {label}: {' '.join(value.split())}"
    size = node.get("size")
    if isinstance(size, int) and node.get("units") == "bytes" and size >= MIB:
        yield f"  size: {_size(size)}"
    settings, abilities = node.get("configuration"), node.get("capabilities")
    if isinstance(settings, dict):
        yield "  configuration: " + " ".join(f"{name}={value}" for name, value in settings.items())
    if isinstance(abilities, dict):
        yield "  capabilities: " + " ".join(abilities)


def _size(size: int) -> str:
    """In the smallest unit that keeps it below a million."""
    unit = next((unit for unit in range(1, 5) if size < 10**6 * 1024 ** (unit + 1)), 4)
    return f"{size // 1024 ** (unit + 1)}{lshw.UNITS[unit]}iB"


KIND = Kind(
    name="the JSON of lshw",
    matches=pattern(
        r'"id"\s{0,99}:\s{0,99}"[\w:.-]{1,99}",\s{0,999}"class"\s{0,99}:\s{0,99}'
        r'"(?:system|bus|processor|memory|display|disk|storage|volume|network|bridge|generic|multimedia)"'
    ).search,
    read=_read,
    alone=True,
)
