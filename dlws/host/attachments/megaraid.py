"""MegaCli, storcli and perccli: what a RAID controller says of its disks and arrays."""

import re

from dlws.pattern import pattern

from .evidence import Evidence, Kind

PLACE = "/megacli"
"""The whole answer, for what no file or command that dlws asks for says; no machine has such a file."""

PARTS = pattern(
    r"^[ \t]*Enclosure Device ID: |^Adapter \d+ -- Virtual Drive Information:|^Controller Count: \d"
    r"|^[ \t]*Number of enclosures on adapter \d+|^Hardware\n[ \t]+Controller\n[ \t]+ProductName",
    re.MULTILINE,
)
KERNEL = pattern(r"^[ \t]*Operating System:[ \t]+Linux version (\S+)", re.MULTILINE)


def _read(text: str, evidence: Evidence) -> None:
    evidence.file(PLACE, text)
    evidence.root = True
    if kernel := KERNEL.search(text):
        evidence.file("/proc/sys/kernel/osrelease", kernel[1])


STORCLI = "/storcli"
TABLES = pattern(r"^[ \t]*(?:EID:Slt +DID +State|DG/VD +TYPE +State)\b", re.MULTILINE)
COMMAND = pattern(r"^[ \t]*Operating system = Linux (\S+)", re.MULTILINE)
SYSTEM = pattern(r'"Operating system"\s*:\s*"Linux (\S+?)"')


def _storcli(text: str, evidence: Evidence) -> None:
    evidence.file(STORCLI, text)
    evidence.root = True
    if kernel := COMMAND.search(text) or SYSTEM.search(text):
        evidence.file("/proc/sys/kernel/osrelease", kernel[1])


JSON = (
    Kind(
        name="the JSON of storcli",
        matches=lambda text: (
            text.lstrip().startswith("{") and '"Controllers"' in text and "Command Status" in text
        ),
        read=_storcli,
        alone=True,
    ),
)
TABLE = Kind(name="what storcli says of a RAID controller", matches=TABLES.search, read=_storcli)
KIND = Kind(name="what MegaCli says of a RAID controller", matches=PARTS.search, read=_read)
