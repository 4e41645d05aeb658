"""lstopo's text and hwloc's XML: a tree of packages, caches, cores and threads."""

import re

from msgspec import Struct, field

from .evidence import Evidence, Kind
from .topologies import NODE, Processor, known, processors

DMI = "/sys/class/dmi/id"
CONSOLE = re.compile(r"^[ \t]*Machine (?:L#0 )?\((?:[^\n]*\btotal\b|[\d.]+[KMGT]i?B\))", re.MULTILINE)
OBJECT = re.compile(
    r"\b(Package|Socket|NUMANode|Core|PU|L[1-4][di]?(?:Cache)?) L#\d+"
    r"(?: \(((?:\"[^\"\n]*\"|[^()\"\n])*)\))?"
)
QUOTED = re.compile(r"\b((?:DMI|CPU)[A-Z]\w+)=(?:\"([^\"\n]*)\"|([^\s\")]+))")
XML = re.compile(r"<topology\b[^>]*>\s*<object type=\"(?:Machine|System)\"")
TAG = re.compile(r"<(object|info)\b([^>]*)>")
ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
KIND_OF = re.compile(r"Package|Socket|NUMANode|Core|PU|L[1-4][di]?(?:Cache)?")
UNITS = {"K": 1, "M": 1024, "G": 1024**2, "T": 1024**3}
LIMIT = 1 << 16
"""More processors than this are no machine's."""
FIRMWARE = {
    "DMIProductName": "product_name",
    "DMISysVendor": "sys_vendor",
    "DMIBoardVendor": "board_vendor",
    "DMIBoardName": "board_name",
    "DMIChassisType": "chassis_type",
    "DMIBIOSVendor": "bios_vendor",
    "DMIBIOSVersion": "bios_version",
    "DMIBIOSDate": "bios_date",
}
"""hwloc's words for files of /sys/class/dmi/id."""
CPU_FIELDS = {"CPUModel": "model name", "CPUVendor": "vendor_id"}


class Tree(Struct, kw_only=True):
    """What is gathered on the way from the top."""

    processors: list[Processor] = field(default_factory=list)
    nodes: dict[int, int | None] = field(default_factory=dict)
    """Memory in KiB by number."""
    facts: dict[str, str] = field(default_factory=dict)
    package: int | None = None
    core: int | None = None
    caches: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    objects: int = 0

    def enter(self, kind: str, number: int | None, kib: int | None) -> None:
        """The next object. Its number is the kernel's."""
        self.objects += 1
        if kind in ("Package", "Socket"):
            self.package, self.core, self.caches = self.objects, None, {}
        elif kind == "Core":
            self.core = self.objects
        elif kind == "NUMANode":
            self.nodes.setdefault(len(self.nodes) if number is None else number, kib)
        elif kind == "PU":
            self._thread(len(self.processors) if number is None else number)
        else:
            level = {"L1": "L1d"}.get(kind.removesuffix("Cache"), kind.removesuffix("Cache"))
            above = {
                name: cache
                for name, cache in self.caches.items()
                if name[1] > level[1] or (level, name) == ("L1i", "L1d")
            }
            self.caches = above | {level if level[1] == "1" else level[:2]: (self.objects, kib)}

    def _thread(self, cpu: int) -> None:
        if len(self.processors) < LIMIT:
            self.processors.append(
                Processor(cpu=cpu, core=self.core, package=self.package, caches=self.caches)
            )


def _kib(text: str) -> int | None:
    found = re.search(r"(\d{1,9}(?:\.\d{1,3})?) ?([KMGT])i?B", text)
    return round(float(found[1]) * UNITS[found[2]]) if found else None


def _console(text: str, evidence: Evidence) -> None:
    """One line may hold a cache, a core and its thread. Memory is rounded there, so it is left out."""
    begin = CONSOLE.search(text)
    tree = Tree()
    body = text[begin.start() if begin else 0 :]
    for line in body.splitlines():
        for kind, details in OBJECT.findall(line):
            number = re.search(r"P#(\d{1,6})", details)
            size = re.search(r"\bsize=(\S+)", details)
            kib = None if kind == "NUMANode" else _kib(size[1] if size else details)
            tree.enter(kind, int(number[1]) if number else None, kib)
    for name, quoted, plain in QUOTED.findall(body):
        tree.facts.setdefault(name, quoted or plain)
    _tell(tree, evidence)


def _xml(text: str, evidence: Evidence) -> None:
    """Versions 1 to 3, tag by tag: nothing of a stranger's document is expanded."""
    tree = Tree()
    for tag, inside in TAG.findall(text):
        values = dict(ATTRIBUTE.findall(inside))
        if tag == "info":
            tree.facts.setdefault(values.get("name", ""), values.get("value", "").strip())
            continue
        kind = values.get("type", "")
        if kind == "Cache":  # hwloc 1
            letter = {"1": "d", "2": "i"}.get(values.get("cache_type", ""), "")
            kind = f"L{values.get('depth', '')}{letter}"
        if KIND_OF.fullmatch(kind) and values.get("subtype") != "GPUMemory":
            size = values.get("local_memory" if kind == "NUMANode" else "cache_size", "")
            number = values.get("os_index", "")
            tree.enter(
                kind,
                int(number) if re.fullmatch(r"\d{1,6}", number) else None,
                int(size) // 1024 if re.fullmatch(r"[1-9]\d{0,17}", size) else None,
            )
    if tree.nodes and all(tree.nodes.values()):
        evidence.file("/proc/meminfo", f"MemTotal: {sum(kib or 0 for kib in tree.nodes.values())} kB\n")
    _tell(tree, evidence)


def _tell(tree: Tree, evidence: Evidence) -> None:
    for name, file in FIRMWARE.items():
        if value := tree.facts.get(name):
            evidence.file(f"{DMI}/{file}", value)
    if release := tree.facts.get("OSRelease"):
        evidence.file("/proc/sys/kernel/osrelease", release)
    evidence.machine = evidence.machine or tree.facts.get("Architecture")
    for number, kib in tree.nodes.items():
        evidence.file(f"{NODE}/node{number}/meminfo", f"Node {number} MemTotal: {kib} kB\n" if kib else "")
    if known(evidence) or not tree.processors:
        return
    processors(tree.processors, evidence)
    fields = [f"{field} : {tree.facts[name]}\n" for name, field in CPU_FIELDS.items() if tree.facts.get(name)]
    if fields:
        blocks = (f"processor : {one.cpu}\n{''.join(fields)}" for one in tree.processors)
        evidence.file("/proc/cpuinfo", "\n".join(blocks))


KINDS = (
    Kind(name="the XML of hwloc's lstopo", matches=XML.search, read=_xml),
    Kind(name="the output of lstopo", matches=CONSOLE.search, read=_console),
)
