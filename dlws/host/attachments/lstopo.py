"""lstopo's text and hwloc's XML: a tree of packages, caches, cores and threads."""

import re

from msgspec import Struct, field

from dlws.pattern import pattern

from .evidence import Evidence, Kind
from .topologies import NODE, Processor, known, processors

DMI = "/sys/class/dmi/id"
CONSOLE = pattern(
    r"^[ \t]*Machine (?:L#0 )?\((?:[^\n]*\btotal\b|[\d.]+[KMGT]i?B\))"
    r"|^[ \t]*(?:Machine\b[^\n:]{0,400}\n\s+)?(?:Package|NUMANode|Core|Socket) L#0\b",
    re.MULTILINE,
)
"""Some cut off the first line, and hwloc may not know the size of the memory that it ends with."""
OBJECT = pattern(
    r"\b(Package|Socket|NUMANode|Core|PU|L[1-4][di]?(?:Cache)?) L#\d+"
    r"(?: \(((?:\"[^\"\n]*\"|[^()\"\n])*)\))?"
)
QUOTED = pattern(r"\b((?:DMI|CPU)[A-Z]\w+)=(?:\"([^\"\n]*)\"|([^\s\")]+))")
XML = pattern(r"<topology\b[^<>]*>\s*<object type=\"(?:Machine|System)\"")
TAG = pattern(r"<(object|info|/?cpukind)\b([^<>]*)>")
ATTRIBUTE = pattern(r"([\w-]{1,60})=\"([^\"]*)\"")
KIND_OF = pattern(r"Package|Socket|NUMANode|Core|PU|L[1-4][di]?(?:Cache)?")
ROUNDED = pattern(r"\d[\d.]* ?[GT]i?B")
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
ARM_FIELDS = {"CPUImplementer": "CPU implementer", "CPUPart": "CPU part"}


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
    kinds: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Groups of alike processors: their mask, and what is told of them alone."""

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
                if name[1] > level[1] or name[:2] == level[:2] == "L1" != name != level
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
    """One line may hold a cache, a core and its thread. Memory that is rounded to GiB is left out."""
    begin = CONSOLE.search(text)
    tree = Tree()
    body = text[begin.start() if begin else 0 :]
    for line in body.splitlines():
        for kind, details in OBJECT.findall(line):
            number = re.search(r"P#(\d{1,6})", details)
            size = re.search(r"\bsize=(\S+)", details)
            whole = kind != "NUMANode" or not ROUNDED.search(details)
            kib = _kib(size[1] if size else details) if whole else None
            tree.enter(kind, int(number[1]) if number else None, kib)
    for name, quoted, plain in QUOTED.findall(body):
        tree.facts.setdefault(name, quoted or plain)
    _tell(tree, evidence)


def _xml(text: str, evidence: Evidence) -> None:
    """Versions 1 to 3, tag by tag: nothing of a stranger's document is expanded."""
    tree = Tree()
    facts = tree.facts
    for tag, inside in TAG.findall(text):
        values = dict(ATTRIBUTE.findall(inside))
        if tag == "cpukind":
            tree.kinds.append((_mask(values.get("cpuset", "")), {}))
        if tag.endswith("cpukind"):
            facts = tree.kinds[-1][1] if tag == "cpukind" and not inside.endswith("/") else tree.facts
            continue
        if tag == "info":
            facts.setdefault(values.get("name", ""), values.get("value", "").strip())
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
    _tell(tree, evidence)


def _mask(text: str) -> int:
    """``0x00000001,,0x0000ffff``: groups of 32 bits, the highest first."""
    groups = [group.removeprefix("0x") or "0" for group in text.split(",")]
    if len(groups) > LIMIT // 32 or not all(re.fullmatch(r"[0-9a-f]{1,8}", group) for group in groups):
        return 0
    return int("".join(group.zfill(8) for group in groups), 16)


def _tell(tree: Tree, evidence: Evidence) -> None:
    for name, file in FIRMWARE.items():
        if value := tree.facts.get(name):
            evidence.file(f"{DMI}/{file}", value)
    if release := tree.facts.get("OSRelease"):
        evidence.file("/proc/sys/kernel/osrelease", release)
    evidence.machine = evidence.machine or tree.facts.get("Architecture")
    if tree.nodes and all(tree.nodes.values()):
        evidence.file("/proc/meminfo", f"MemTotal: {sum(kib or 0 for kib in tree.nodes.values())} kB\n")
    for number, kib in tree.nodes.items():
        evidence.file(f"{NODE}/node{number}/meminfo", f"Node {number} MemTotal: {kib} kB\n" if kib else "")
    if known(evidence) or not tree.processors:
        return
    processors(tree.processors, evidence)
    blocks = [_block(tree, one.cpu) for one in tree.processors]
    if any(blocks):
        pairs = zip(tree.processors, blocks, strict=True)
        evidence.file("/proc/cpuinfo", "\n".join(f"processor : {one.cpu}\n{block}" for one, block in pairs))


def _block(tree: Tree, cpu: int) -> str:
    """A processor's part of /proc/cpuinfo. Where kinds are mixed, the part number of the whole is one kind's."""
    own = next((facts for mask, facts in tree.kinds if mask >> cpu & 1), {})
    facts = tree.facts | own if "CPUPart" in own else tree.facts if len(tree.kinds) == 1 else {}
    told = {field: facts.get(name) for name, field in ARM_FIELDS.items()}
    told |= {field: tree.facts.get(name) for name, field in CPU_FIELDS.items()}
    return "".join(f"{field} : {value}\n" for field, value in told.items() if value)


KINDS = (
    Kind(name="the XML of hwloc's lstopo", matches=XML.search, read=_xml),
    Kind(name="the output of lstopo", matches=CONSOLE.search, read=_console),
)
