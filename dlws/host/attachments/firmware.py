"""dmidecode, lspci and os-release."""

import re

from dlws.pattern import pattern

from .evidence import ANY, UNAME, Evidence, Kind

DMI = pattern(r"^Handle 0x[0-9A-Fa-f]{4}, DMI type \d+", re.MULTILINE)
DMI_OF_OLD = pattern(r"^Handle (0x[0-9A-Fa-f]{4})\n[ \t]+DMI type (\d+), (\d+) bytes\.?$", re.MULTILINE)
"""Up to dmidecode 2.6 the type had its own line, and all was indented once more."""
DMI_QUIET = pattern(
    r"^(?:(?:BIOS|System|Base Board|Chassis|Processor|System Slot) Information|Physical Memory Array|Memory Device"
    r"|System Power Supply)[ \t]*\n[ \t]{0,8}"
    r"(?:Vendor|Manufacturer|Socket Designation|Designation|Location|Array Handle|Total Width|Power Unit Group): ?\S",
    re.MULTILINE,
)
"""``dmidecode -q``, and some who leave the lines with the handles out."""
DEVICE = pattern(
    r"^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7] (?:\S.*: |\"|[0-9a-f]{4}: )", re.MULTILINE
)
DETAIL = pattern(
    r"(?:Subsystem|DeviceName|Control|Status|Latency|Interrupt|NUMA node|IOMMU group|Region \d|Flags|Capabilities"
    r"|LnkCap|LnkSta|Kernel (?:driver in use|modules)|Physical Slot):? "
)
"""Lines below a device; forms and chats take their indent away."""
OS_RELEASE = pattern(r"^(?:PRETTY_NAME|VERSION_ID|ID)=\S", re.MULTILINE)


def _dmidecode(text: str, evidence: Evidence) -> None:
    if DMI_OF_OLD.search(text):
        text = DMI_OF_OLD.sub(r"\nHandle \1, DMI type \2, \3 bytes", text)
        text = re.sub(r"(?m)^(?:\t| {8})", "", text)
    evidence.command("dmidecode", ANY, text=text)
    evidence.root = True


def _lspci(text: str, evidence: Evidence) -> None:
    """Device lines and what is indented below them."""
    lines = []
    inside = False
    for line in text.splitlines():
        if inside and DETAIL.match(line):
            line = f"\t{line}"
        inside = bool(DEVICE.match(line)) or (inside and (line[:1] in ("\t", " ") or not line.strip()))
        if inside:
            lines.append(line)
    evidence.command("lspci", ANY, text="\n".join(lines) + "\n")


def _os_release(text: str, evidence: Evidence) -> None:
    lines = re.findall(r"^[A-Z][A-Z0-9_]*=.*$", text, re.MULTILINE)
    evidence.file("/etc/os-release", "\n".join(lines) + "\n")


KINDS = (
    Kind(
        name="the output of dmidecode",
        matches=lambda text: DMI.search(text) or DMI_OF_OLD.search(text) or DMI_QUIET.search(text),
        read=_dmidecode,
        once=True,
    ),
    Kind(name="the output of lspci", matches=DEVICE.search, read=_lspci),
    Kind(name="an os-release file", matches=OS_RELEASE.search, read=_os_release),
    Kind(
        name="the output of uname -a", matches=UNAME.search, read=lambda text, evidence: evidence.uname(text)
    ),
)
