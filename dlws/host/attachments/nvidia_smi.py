"""nvidia-smi in its forms: ``-q``, ``-q -x``, the table, ``-L`` and ``topo -m``."""

import re

from dlws.pattern import pattern

from .evidence import Evidence, Kind

LISTED = pattern(
    r"\bGPU \d+: [^\n]{1,80}?\(UUID: [^()\n]+\)|\bMIG [^\n]{1,40}Device[ \t]+\d+: \(UUID: [^()\n]+\)"
)
"""Also within a sentence, or behind the name of a container."""
TABLE = pattern(
    r"^[ \t]*[|│][ \t]*(?:NVIDIA-SMI\s+\S+"
    r"|\d+[ \t][^|│\n]+[|│][ \t]*[\da-fA-F]{4,8}:[\da-fA-F]{2}:[\da-fA-F]{2}\.[0-7][ \t])",
    re.MULTILINE,
)
"""Its head, or where that was left out, the first row of a card."""
TABLE_LINES = pattern(r"(?:^[ \t]*[|+│╒╞╘├└┌].*\n?|^[ \t]*\n)+", re.MULTILINE)
TOPOLOGY = pattern(r"^[ \t]*GPU0[ \t]+(?:GPU1|NIC0|mlx|CPU Affinity|NUMA)", re.MULTILINE)
LARGEST, MOST = 100_000, 4
"""Characters of one matrix, and matrices: of links and of access, perhaps in two places."""
LONGEST = 200
OTHER = pattern(r"topo -p2p [nap]\b")
"""Matrices of what is possible over NVLink, with atomics or by properties: not of plain access."""
FAILED = pattern(
    r"^.*(?:NVIDIA-SMI (?:has failed because|couldn.?t find)|Failed to initialize NVML:|\bnvml error:"
    r"|Unable to determine the device handle|libnvidia-ml\.so(?:\.1)?: cannot open shared object).*$"
    r"(?:\n.*NVML library version.*$)?"
    r"|^[^\w\n]{0,20}(?:nvidia-smi: )?No devices were found[^\w\n]{0,20}$",
    re.MULTILINE | re.IGNORECASE,
)
"""Of nvidia-smi, and of the container toolkit, which asks the same library."""
MODPROBE = pattern(
    r"^.*(?:could not insert '?nvidia[\w-]*'?: |Module nvidia(?:-current)? not found in directory).*$",
    re.MULTILINE,
)


XML_END = "</nvidia_smi_log>"
LOST = pattern(r"^.*Unable to determine the device handle.*$", re.MULTILINE | re.IGNORECASE)
"""``-L`` names such a GPU amid the others."""
LINKS = pattern(
    r"^[ \t]*(?:GPU \d+: .+\(UUID: .+\)|Link \d+: (?:<inactive>|\d+(?:\.\d+)? GB/s))[ \t]*$"
    r"|^.*all links are in[aA]ctive[ \t]*$",
    re.MULTILINE,
)
LINK = pattern(
    r"^[ \t]*Link \d+: (?:<inactive>|\d+(?:\.\d+)? GB/s)|NVLink information as all links are in", re.MULTILINE
)
"""A GPU, and below it each of its NVLinks with its speed."""


def _xml_place(text: str) -> slice:
    """From its first line to its last one, or to the end where that is missing."""
    begin = next((at for mark in ("<?xml", "<nvidia_smi_log") if (at := text.find(mark)) >= 0), 0)
    end = text.find(XML_END, begin)
    return slice(begin, end + len(XML_END) if end >= 0 else len(text))


def _xml(text: str, evidence: Evidence) -> None:
    evidence.command("nvidia-smi", "-q", "-x", text=text[_xml_place(text)])


def _around_xml(text: str) -> str:
    place = _xml_place(text)
    return f"{text[: place.start]}\n{text[place.stop :]}"


def _query(text: str, evidence: Evidence) -> None:
    """The first log; a bundle may hold a second one, taken under load."""
    begin = re.search(r"^=+NVSMI LOG=+", text, re.MULTILINE)
    log = text[begin.start() if begin else 0 :]
    end = re.search(r"^(?:#{8,}|_{8,}|\+-{8,}).*$|\n=+NVSMI LOG=+", log, re.MULTILINE)
    evidence.command("nvidia-smi", "-q", text=log[: end.start()] if end else log)


def _table(text: str, evidence: Evidence) -> None:
    begin = next(iter(TABLE.finditer(text))).start()
    for block in TABLE_LINES.finditer(text):
        if block.start() <= begin < block.end():
            evidence.command("nvidia-smi", text=block[0])


def _list(text: str, evidence: Evidence) -> None:
    lines = dict.fromkeys(f"  {line}" if line.startswith("MIG") else line for line in LISTED.findall(text))
    evidence.command("nvidia-smi", "-L", text="\n".join((*lines, *LOST.findall(text))))


def _links(text: str, evidence: Evidence) -> None:
    evidence.command("nvidia-smi", "nvlink", "--status", text="\n".join(LINKS.findall(text)))


def topology(text: str, evidence: Evidence) -> None:
    """The matrices of ``nvidia-smi topo`` up to their legends."""
    blocks = []
    for begin, _ in zip(TOPOLOGY.finditer(text), range(MOST), strict=False):
        above = text[max(0, begin.start() - LONGEST) : begin.start()].rstrip().rpartition("\n")[2]
        if not OTHER.search(above):
            blocks.append(re.split(r"\n[ \t]*\n", text[begin.start() :][:LARGEST], maxsplit=1)[0])
    if blocks:
        evidence.command("nvidia-smi", "topo", "-m", text="\n\n".join(blocks) + "\n")


def _failure(text: str, evidence: Evidence) -> None:
    evidence.command("nvidia-smi", text="\n".join(dict.fromkeys(FAILED.findall(text))))


def _refusal(text: str, evidence: Evidence) -> None:
    evidence.command("nvidia-smi", text="\n".join(dict.fromkeys(MODPROBE.findall(text))))


XML = (
    Kind(
        name="the XML of nvidia-smi -q -x",
        matches=pattern(r"<nvidia_smi_log\b|<gpu id=\"[\da-fA-F]{4}").search,
        read=_xml,
        alone=True,
        rest=_around_xml,
        once=True,
    ),
)

KINDS = (
    Kind(
        name="an nvidia-smi -q log",
        matches=pattern(r"^=+NVSMI LOG=+", re.MULTILINE).search,
        read=_query,
        once=True,
    ),
    Kind(name="an nvidia-smi table", matches=TABLE.search, read=_table),
    Kind(name="an nvidia-smi -L list", matches=LISTED.search, read=_list),
    Kind(name="an nvidia-smi nvlink list", matches=LINK.search, read=_links),
    Kind(name="an nvidia-smi topology matrix", matches=TOPOLOGY.search, read=topology),
    Kind(name="an nvidia-smi error message", matches=FAILED.search, read=_failure),
    Kind(name="an error message of modprobe", matches=MODPROBE.search, read=_refusal),
)
