"""Trees of what ``nvidia-smi -q`` prints, as text or as XML, under names that both have in common.

Names are in lower case with one underscore for whatever is no letter or digit, so that the text's
``FB Memory Usage`` and the XML's ``fb_memory_usage`` are one. The first value of a name counts.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from msgspec import Struct

from dlws.pattern import pattern
from dlws.probes.gpu.nvidia import nvidia_smi_flat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

Tree = dict[str, Any]
"""Values are texts or trees."""

CARD = pattern(r"^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7])[ \t]*$", re.MULTILINE)
PROCESS = pattern(
    r"Process ID +: (\d{1,10})\s+Type +: (\S+)\s+Name +: ?(.*)\n\s+Used GPU Memory +: (.*)", re.MULTILINE
)
ROOT = pattern(r"<nvidia_smi_log[\s>]|<gpu id=")
"""Where the log begins. What comes before, above all a document type, whose entities can make a few bytes into
gigabytes, is not parsed (``nvidia-smi -q -x --dtd`` puts the whole type there)."""

NOTHING = {
    "",
    "n/a",
    "[n/a]",
    "not supported",
    "[not supported]",
    "none",
    "unknown error",
    "[unknown error]",
    "gpu is lost",
    "[gpu is lost]",
    "err!",
    "requested functionality has been deprecated",
    "insufficient permissions",
    "gpu requires reset",
    "[gpu requires reset]",
    "[requires reset]",
}
"""Where nvidia-smi prints one of these there is no value; whether it is a fault is asked of the name."""

DEEPEST = 20
"""Levels of elements; nvidia-smi has fewer than ten, and Python ends at a thousand."""

LOST = pattern(r"gpu is lost|unknown error|requires reset|err!", re.IGNORECASE)


class Process(NamedTuple):
    """A process as it is printed."""

    pid: int
    kind: str
    """``C``, ``G``, ``C+G``, ``M+C``."""
    name: str
    memory: str


class Card(Struct, frozen=True, kw_only=True):
    """One GPU's part of the log."""

    address: str
    tree: Tree
    processes: tuple[Process, ...] = ()
    mig_devices: int = 0

    def text(self, *paths: str) -> str | None:
        """The first of these paths that has a value, as printed."""
        for path in paths:
            value = self.raw(path)
            if value is not None and value.lower() not in NOTHING:
                return value
        return None

    def raw(self, path: str) -> str | None:
        """What stands at a path, also where it means that there is no value."""
        found: Any = self.tree
        for name in path.split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, str) else None

    def number(self, *paths: str) -> float | None:
        """The number at the start of a value: ``143771 MiB``, ``16x``, ``0 %``."""
        return number(self.text(*paths))

    def whole(self, *paths: str) -> int | None:
        """The same as a whole number."""
        return whole(self.text(*paths))

    def flag(self, *paths: str) -> bool | None:
        """Enabled, Yes, Active and On are true."""
        words = {"enabled": True, "yes": True, "active": True, "on": True}
        words |= {"disabled": False, "no": False, "not active": False, "off": False}
        return words.get((self.text(*paths) or "").lower())

    @property
    def lost(self) -> bool:
        """True if the driver could not even tell the name."""
        return LOST.search(self.raw("product_name") or "") is not None


def number(text: str | None) -> float | None:
    """The number at the start of a text; no counter is wider than 64 bits."""
    found = re.match(r"-?\d{1,20}(?:\.\d{1,9})?(?!\d)", text or "")
    return float(found[0]) if found else None


def whole(text: str | None) -> int | None:
    """The same as a whole number."""
    value = number(text)
    return None if value is None else round(value)


def cards(text: str) -> tuple[Card, ...]:
    """GPUs of a log in either form; empty for anything else."""
    return _from_xml(text) if ROOT.search(text) else _from_text(text)


def _from_text(text: str) -> tuple[Card, ...]:
    heads = list(CARD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return tuple(_text_card(head[1], text[head.end() : end]) for head, end in zip(heads, ends, strict=False))


def _text_card(address: str, body: str) -> Card:
    if nvidia_smi_flat.is_flat(body):
        body = nvidia_smi_flat.indented(body)
    return Card(
        address=address,
        tree=_tree(body),
        processes=tuple(
            Process(int(pid), kind, name.strip(), memory.strip())
            for pid, kind, name, memory in PROCESS.findall(body)
        ),
        mig_devices=len(re.findall(r"^ *MIG Device\s*$", body, re.MULTILINE)),
    )


def _tree(body: str) -> Tree:
    """Indented lines; one with a value has no children, what is deeper below it belongs beside it."""
    root: Tree = {}
    above: list[tuple[int, Tree]] = [(-1, root)]
    for line in body.splitlines():
        line = line.replace("\t", "    ")
        indent = len(line) - len(line.lstrip(" "))
        name, colon, value = line.partition(" :")
        label = _label(name)
        if not label:
            continue
        while above[-1][0] >= indent:
            above.pop()
        parent = above[-1][1]
        if colon:
            parent.setdefault(label, value.strip())
        elif isinstance(child := parent.setdefault(label, {}), dict):
            above.append((indent, child))
    return root


def _label(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _from_xml(text: str) -> tuple[Card, ...]:
    """GPUs up to the place where a text that was cut off or mangled cannot be read on."""
    from xml.etree import ElementTree  # only where there is such a text: it takes its time to load

    begin = ROOT.search(text)
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(("start", "end"))
    found: list[Element] = []
    with suppress(ElementTree.ParseError, ValueError, LookupError):
        parser.feed(f"<log>{text[begin.start() if begin else 0 :]}".encode("utf-8", "replace"))
        depth = 0
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            if element.tag == "gpu":
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    found.append(element)
    return tuple(_xml_card(gpu) for gpu in found)


def _xml_card(gpu: Element) -> Card:
    return Card(
        address=gpu.get("id") or gpu.findtext("pci/pci_bus_id") or "",
        tree=_branch(gpu),
        processes=tuple(filter(None, map(_xml_process, gpu.iter("process_info")))),
        mig_devices=len(gpu.findall("mig_devices/mig_device")),
    )


def _branch(element: Element, left: int = DEEPEST) -> Tree:
    branch: Tree = {}
    for child in element:
        below = _branch(child, left - 1) if len(child) and left else (child.text or "").strip()
        branch.setdefault(_label(child.tag), below)
    return branch


def _xml_process(element: Element) -> Process | None:
    pid = (element.findtext("pid") or "").strip()
    rest = ((element.findtext(name) or "").strip() for name in ("type", "process_name", "used_memory"))
    return Process(int(pid), *rest) if re.fullmatch(r"\d{1,10}", pid) else None
