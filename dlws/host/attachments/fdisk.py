"""``fdisk -l``, in any language: disks and their exact sizes, put as lsblk lists them."""

import re

import msgspec

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

DISK = pattern(
    r"^\S{1,20} /dev/(sd[a-z]+|nvme\d+n\d+|mmcblk\d+|[hv]d[a-z]+|xvd[a-z]+)\xa0? ?:"
    r" \d[\d.,]{0,9} [KMGTP]i?B, (\d{4,16}) \S.*(?:\n(?=[^\n:]{0,30}mod[eè])[^\n:]{1,40}: *(\S.*))?",
    re.MULTILINE | re.IGNORECASE,
)
"""The first word and those after the number are translated; the model is told since util-linux 2.33."""


def _read(text: str, evidence: Evidence) -> None:
    rows = {
        name: {"name": name, "type": "disk", "size": int(size), "model": model.strip() or None}
        for name, size, model in DISK.findall(text)
    }
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": list(rows.values())}).decode())


KIND = Kind(name="the output of fdisk -l", matches=DISK.search, read=_read)
