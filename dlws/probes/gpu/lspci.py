"""Display devices in what lspci printed, with any of its options that list one device a paragraph."""

import re

from msgspec import Struct

from dlws.host import Host
from dlws.pattern import pattern

HEAD = pattern(
    r"^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7])"
    r" (?:Class )?([^:\[\n]+?)?(?: ?\[([0-9a-f]{4})\])?: (.*)$",
    re.IGNORECASE | re.MULTILINE,
)
IDS = pattern(r" ?\[([0-9a-f]{4}):([0-9a-f]{4})\]", re.IGNORECASE)
NUMERIC = pattern(r"([0-9a-f]{4}):([0-9a-f]{4})\b", re.IGNORECASE)
"""With ``-n`` in place of the names: ``01:00.0 0300: 10de:2684 (rev a1)``."""
REVISION = pattern(r" \(rev ([0-9a-f]{2})\)")
TAIL = pattern(r" \((?:rev [0-9a-f]{2}|prog-if [^()]*)\)")
MARKETING = pattern(r"\[([^\[\]]+)\]$")
BEHIND = pattern(r"Bus: primary=[0-9a-f]{2}, secondary=([0-9a-f]{2})", re.IGNORECASE)

CLASSES = {
    "vga compatible controller": "0300",
    "xga compatible controller": "0301",
    "3d controller": "0302",
    "display controller": "0380",
    "processing accelerators": "1200",
    "pci bridge": "0604",
}
VENDORS = {"NVIDIA Corporation": "10de", "Advanced Micro Devices, Inc.": "1002", "Intel Corporation": "8086"}


class Device(Struct, frozen=True, kw_only=True):
    """One device; without ``-n`` lspci leaves out the ids."""

    address: str
    pci_class: str | None = None
    vendor: str | None = None
    pci_id: str | None = None
    revision: str | None = None
    name: str | None = None
    driver: str | None = None
    numa_node: int | None = None
    speed: str | None = None
    speed_max: str | None = None
    width: int | None = None
    width_max: int | None = None
    slot_speed_max: str | None = None
    slot_width_max: int | None = None
    lost: bool = False


def devices(host: Host) -> tuple[Device, ...]:
    """Devices that a display-class check may look at, with the link of the port above each."""
    return parse(host.run("lspci", "-nnDvvv").stdout)


def parse(text: str) -> tuple[Device, ...]:
    """All devices of a listing; an address that appears again is left out."""
    blocks = _blocks(text)
    ports = {bus: block for block in blocks.values() if (bus := _secondary(block))}
    return tuple(_device(address, block, ports.get(_bus(address))) for address, block in blocks.items())


def _blocks(text: str) -> dict[str, str]:
    blocks: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if head := HEAD.match(line):
            lines = []
            blocks.setdefault(_full(head[1]), lines)
        lines.append(line)
    return {address: "\n".join(block) for address, block in blocks.items()}


def _full(address: str) -> str:
    return address.lower() if address.count(":") == 2 else f"0000:{address.lower()}"


def _bus(address: str) -> str:
    return address.rpartition(":")[0]


def _secondary(block: str) -> str | None:
    """Domain and number of the bus behind a bridge."""
    found = BEHIND.search(block)
    head = HEAD.match(block)
    return f"{_full(head[1]).split(':')[0]}:{found[1].lower()}" if found and head else None


def _device(address: str, block: str, port: str | None) -> Device:
    head = HEAD.match(block)
    what = head[4] if head else ""
    numeric = bool(head and re.fullmatch(r"[0-9a-fA-F]{4}", head[2] or ""))
    ids = NUMERIC.match(what) if numeric else IDS.search(what)
    revision = REVISION.search(what)
    words = "" if numeric else TAIL.sub("", IDS.sub("", what)).strip()
    node = re.search(r"NUMA node: (\d{1,4})\b", block)
    driver = re.search(r"Kernel driver in use: (\S+)", block)
    slot = port or ""
    return Device(
        address=address,
        pci_class=head and (head[3] or (head[2] if numeric else CLASSES.get((head[2] or "").lower()))),
        vendor=ids[1].lower() if ids else _vendor(words),
        pci_id=f"{ids[1]}:{ids[2]}".lower() if ids else None,
        revision=revision[1] if revision else None,
        name=_name(words),
        driver=driver[1] if driver else None,
        numa_node=int(node[1]) if node else None,
        speed=_word(r"LnkSta:.{0,200}?Speed ([^, (]+)", block),
        speed_max=_word(r"LnkCap:.{0,200}?Speed ([^, (]+)", block),
        width=_width(r"LnkSta:.{0,200}?Width x(\d{1,3})", block),
        width_max=_width(r"LnkCap:.{0,200}?Width x(\d{1,3})", block),
        slot_speed_max=_word(r"LnkCap:.{0,200}?Speed ([^, (]+)", slot),
        slot_width_max=_width(r"LnkCap:.{0,200}?Width x(\d{1,3})", slot),
        lost=(revision is not None and revision[1] == "ff") or "Unknown header type 7f" in block,
    )


def _vendor(words: str) -> str | None:
    return next((vendor for name, vendor in VENDORS.items() if words.startswith(name)), None)


def _name(words: str) -> str | None:
    """The marketing name in brackets, else the chip's; None for ``Device 2684``, which lspci did not know."""
    for vendor in VENDORS:
        words = words.removeprefix(vendor)
    words = words.strip().removeprefix("[AMD/ATI]").removeprefix("[AMD]").strip()
    found = MARKETING.search(words)
    name = found[1] if found else words
    return None if not name or re.match(r"Device( [0-9a-f]{4})?$", name) else name


def _word(words: str, text: str) -> str | None:
    found = re.search(words, text)
    return found[1] if found else None


def _width(words: str, text: str) -> int | None:
    """An empty slot has width 0."""
    return int(word) or None if (word := _word(words, text)) else None
