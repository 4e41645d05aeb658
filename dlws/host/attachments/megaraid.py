"""MegaCli (also perccli's old name): what a RAID controller says of its disks and arrays."""

import re

from .evidence import Evidence, Kind

PLACE = "/megacli"
"""The whole answer, for what no file or command that dlws asks for says; no machine has such a file."""

PARTS = re.compile(
    r"^[ \t]*Enclosure Device ID: |^Adapter \d+ -- Virtual Drive Information:|^Controller Count: \d"
    r"|^[ \t]*Number of enclosures on adapter \d+|^Hardware\n[ \t]+Controller\n[ \t]+ProductName",
    re.MULTILINE,
)
KERNEL = re.compile(r"^[ \t]*Operating System:[ \t]+Linux version (\S+)", re.MULTILINE)


def _read(text: str, evidence: Evidence) -> None:
    evidence.file(PLACE, text)
    evidence.root = True
    if kernel := KERNEL.search(text):
        evidence.file("/proc/sys/kernel/osrelease", kernel[1])


KIND = Kind(name="what MegaCli says of a RAID controller", matches=PARTS.search, read=_read)
