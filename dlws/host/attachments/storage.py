"""/proc/mdstat, lsblk and nvme list."""

import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

ARRAYS = pattern(
    r"^Personalities :|^md\w+ : (?:in)?active |\bPersonalities : \["
    r"|\bmd\d+ :\s+(?:in)?active (?:\([\w-]+\) )?(?:raid|\S+\[\d+\])",
    re.MULTILINE,
)
"""Mail programs break the lines."""
LSBLK = pattern(
    r"^NAME +(?:MAJ:MIN|FSTYPE|SIZE|TYPE)\b(?!.*\b(?:ALLOC|CLUSTER-IP)\b)"
    r"|^K?NAME +(?:[A-Z][A-Z0-9:%_-]* +)*(?:MAJ:MIN|FSTYPE|FSVER|MOUNTPOINTS?|ROTA|TRAN|PKNAME|HCTL)\b"
    r'|^NAME="[^"]+" .*\bTYPE="|^[^\w\n]*sd[a-z] +\d+:\d+ ',
    re.MULTILINE,
)
MAPPED = (("lvm", "LVM-"), ("crypt", "CRYPT-"), ("mpath", "mpath-"))
"""Types of devices that the device mapper makes, and how their UUIDs begin in /sys."""
NVME_LIST = pattern(r"^Node +(?:Generic +)?SN +Model\b", re.MULTILINE)


def _mdstat(text: str, evidence: Evidence) -> None:
    begin = ARRAYS.search(text)
    evidence.file("/proc/mdstat", text[begin.start() if begin else 0 :] + "\n")


def _disks(text: str, evidence: Evidence) -> None:
    """nvme's list answers for lsblk: both name disks, and their reader knows either."""
    evidence.command("lsblk", ANY, text=text)
    for number, (kind, prefix) in enumerate(MAPPED):
        if re.search(rf'[\s"]{kind}(?=["\s])', text):
            evidence.file(f"/sys/block/dm-{number}/dm/uuid", prefix)


JSON = (
    Kind(
        name="the output of lsblk --json",
        matches=lambda text: text.lstrip().startswith("{") and '"blockdevices"' in text,
        read=_disks,
        alone=True,
    ),
    Kind(
        name="the output of nvme list -o json",
        matches=lambda text: text.lstrip().startswith("{") and '"Devices"' in text,
        read=_disks,
        alone=True,
    ),
)

KINDS = (
    Kind(name="a copy of /proc/mdstat", matches=ARRAYS.search, read=_mdstat),
    Kind(name="the output of lsblk", matches=LSBLK.search, read=_disks),
    Kind(name="the output of nvme list", matches=NVME_LIST.search, read=_disks),
)
