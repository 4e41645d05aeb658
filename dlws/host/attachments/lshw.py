"""lshw's text: graphics cards, processors, memory modules, disks and the board, put as others print them."""

import re

import msgspec

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

NODE = pattern(r"^([ \t]*)\*-([a-z]+)(?::\d+)?(?: ([A-Z]+))?[ \t]*$", re.MULTILINE)
FIELD = pattern(r"^[ \t]*([^\W\d_][^:\n*]{0,24}): (\S.*)$", re.MULTILINE)
TRANSLATED = {
    "Beschreibung": "description",
    "Produkt": "product",
    "Hersteller": "vendor",
    "Physische ID": "physical id",
    "Bus-Informationen": "bus info",
    "Logischer Name": "logical name",
    "Version": "version",
    "Steckplatz": "slot",
    "Größe": "size",
    "Fähigkeiten": "capabilities",
    "Konfiguration": "configuration",
    "詳細": "description",
    "製品": "product",
    "ベンダー": "vendor",
    "物理ID": "physical id",
    "バス情報": "bus info",
    "バージョン": "version",
    "スロット": "slot",
    "サイズ": "size",
    "性能": "capabilities",
    "設定": "configuration",
}
"""Names of fields in German and Japanese."""
PCI = pattern(r"pci@((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7])")
VENDOR_ID = pattern(r" \[[0-9A-F]{4}\]$")
"""With ``-numeric``."""
DRIVER = pattern(r"\bdriver=([\w-]+)")
SIZE = pattern(r"(\d{1,6})([KMGTP])iB\b")
UNITS = "KMGTP"
BLOCK = pattern(r"/dev/(sd[a-z]+|nvme\d+n\d+|mmcblk\d+|[hv]d[a-z]+)")
MODULE = pattern(r"\b(LPDDR\d|DDR\d|DDR)\b")
FORM = pattern(r"^(SODIMM|DIMM|Row of chips)\b")
SPEED = pattern(r"\b(\d{3,5}) (?:MHz|MT/s)\b")
BOARD = {
    "core": {"product": "board_name", "vendor": "board_vendor"},
    "firmware": {"vendor": "bios_vendor", "version": "bios_version", "date": "bios_date"},
}
"""Files of /sys/class/dmi/id that hold a node's fields."""


class Node(msgspec.Struct, frozen=True):
    """One device of the tree."""

    name: str
    status: str | None
    fields: dict[str, str]


def _nodes(text: str) -> list[Node]:
    heads = list(NODE.finditer(text))
    ends = [*(head.start() for head in heads), len(text)][1:]
    return [
        Node(head[2], head[3], _fields(text[head.end() : end]))
        for head, end in zip(heads, ends, strict=False)
    ]


def _fields(text: str) -> dict[str, str]:
    """What stands below a node, up to a blank line; the first of a name counts."""
    found: dict[str, str] = {}
    for name, value in FIELD.findall(re.split(r"\n[ \t]*\n", text, maxsplit=1)[0]):
        found.setdefault(TRANSLATED.get(name, name), value.rstrip())
    return found


def _read(text: str, evidence: Evidence) -> None:
    nodes = _nodes(text)
    if cards := [line for node in nodes if (line := _card(node))]:
        evidence.command("lspci", ANY, text="".join(cards))
    _processor([node for node in nodes if node.name == "cpu" and node.status is None], evidence)
    if modules := [_module(node) for node in nodes if node.name == "bank"]:
        evidence.command("dmidecode", ANY, text="\n".join(modules))
    if disks := [row for node in nodes if (row := _disk(node))]:
        evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": disks}).decode())
    for node in nodes:
        for field, file in BOARD.get(node.name, {}).items():
            if field in node.fields:
                evidence.file(f"/sys/class/dmi/id/{file}", node.fields[field])


def _card(node: Node) -> str | None:
    """As lspci -k lists it. Others are listed for their drivers: a card beside them that has none is UNCLAIMED."""
    place = PCI.search(node.fields.get("bus info", ""))
    driver = DRIVER.search(node.fields.get("configuration", ""))
    if place is None or not (node.name == "display" or driver):
        return None
    kind = node.fields.get("description", "VGA compatible controller")
    vendor = VENDOR_ID.sub("", node.fields.get("vendor", ""))
    product = node.fields.get("product", "Device").replace(vendor or " ", "Device")
    revision = node.fields.get("version")
    head = f"{place[1]} {kind}: {vendor} {product}" + (f" (rev {revision})" if revision else "")
    return f"{head}\n\tKernel driver in use: {driver[1]}\n" if driver else f"{head}\n"


def _processor(found: list[Node], evidence: Evidence) -> None:
    """As lscpu prints it. How many threads run is not told: lshw has their number from the firmware."""
    names = {name for node in found if (name := node.fields.get("product"))}
    if len(names) != 1:
        return
    lines = [f"Model name: {names.pop()}", f"Socket(s): {len(found)}"]
    features = found[0].fields.get("capabilities", "").split()
    if "x86-64" in features:
        lines += ["Architecture: x86_64", f"Flags: {' '.join(features)}"]
    evidence.command("lscpu", ANY, text="\n".join(lines) + "\n")


def _module(node: Node) -> str:
    """As dmidecode prints a memory device."""
    about, size = node.fields.get("description", ""), SIZE.search(node.fields.get("size", ""))
    form, kind, speed = FORM.search(about), MODULE.search(about), SPEED.search(about)
    told = {
        "Size": f"{size[1]} {size[2]}B" if size else "No Module Installed",
        "Locator": node.fields.get("slot"),
        "Form Factor": form[1] if form else None,
        "Type": kind[1] if kind else None,
        "Speed": f"{speed[1]} MT/s" if speed and size else None,
        "Manufacturer": node.fields.get("vendor"),
        "Part Number": node.fields.get("product"),
    }
    lines = "".join(f"\t{name}: {value}\n" for name, value in told.items() if value)
    return f"Handle 0x{1:04X}, DMI type 17, 40 bytes\nMemory Device\n{lines}"


def _disk(node: Node) -> dict[str, object] | None:
    """As lsblk --json lists it."""
    name, size = BLOCK.fullmatch(node.fields.get("logical name", "")), SIZE.match(node.fields.get("size", ""))
    slot_for_cards = size is None and "removable" in node.fields.get("capabilities", "")
    if node.name not in ("disk", "namespace", "nvme") or name is None or slot_for_cards:
        return None
    return {
        "name": name[1],
        "type": "disk",
        "size": int(size[1]) * 1024 ** (UNITS.index(size[2]) + 1) if size else None,
        "model": node.fields.get("product"),
        "tran": "nvme" if name[1].startswith("nvme") else None,
    }


KIND = Kind(
    name="the output of lshw",
    matches=lambda text: any(
        "physical id" in node.fields or "bus info" in node.fields for node in _nodes(text)
    ),
    read=_read,
)
