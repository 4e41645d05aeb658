"""File systems in what ``df`` prints, for machines that are known by such an answer only."""

import re
from collections.abc import Iterator

from msgspec import Struct

from dlws.model.storage import Filesystem
from dlws.pattern import pattern

HEAD = pattern(
    r"^Filesystem +(?P<type>Type +)?(?P<unit>Size|(?P<block>\d+)(?P<factor>[KMG]?)-blocks)\b.*\bMounted on",
    re.M,
)
ROW = pattern(
    r"^(?P<device>\S.*?)\s+(?:(?P<fstype>[a-zA-Z][\w.+-]*)\s+)?(?P<size>[\d.,]+[KMGTPE]?i?B?)\s+"
    r"[\d.,]+[KMGTPE]?i?B?\s+(?P<free>-?[\d.,]+[KMGTPE]?i?B?)\s+(?:\d{1,3}%|-)\s+"
    r"(?:\d+\s+\d+\s+\d+%\s+)?(?P<mount>/.*?)[ \t]*$"  # macOS counts inodes too
)
FACTORS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
SHM = "/dev/shm"
HIDDEN = re.compile(
    r"/(?:proc|sys|run|snap|etc|dev|System/Volumes)(?:/|$)|/var/lib/(?:docker|containers|kubelet)/"
)
LOCAL = re.compile(r"/dev/(?!loop)|[\w.-]+(?:/[\w./-]+)?$")
"""A device, or a data set of ZFS."""
NO_DATA = re.compile(
    r"(?:dev|run|none|map|udev|shm|cgroup\w*|tmpfs|devtmpfs|devfs|squashfs|efivarfs|overlay|rootfs)\b"
)


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table, sizes in bytes."""

    device: str
    fstype: str | None
    size: float
    free: float
    mount: str


def filesystems(text: str) -> tuple[Filesystem, ...]:
    """File systems that can hold data."""
    return tuple(
        Filesystem(
            mount=row.mount,
            fstype=row.fstype,
            device=row.device,
            size_gb=round(row.size / 1e9, 3),
            free_gb=round(row.free / 1e9, 3),
            network=_remote(row),
        )
        for row in rows(text)
        if _holds_data(row)
    )


def shm_gb(text: str) -> float | None:
    """Size of /dev/shm."""
    return next((round(row.size / 1e9, 3) for row in rows(text) if row.mount == SHM), None)


def rows(text: str) -> Iterator[Row]:
    """Lines of the table; a long device name stands on a line of its own."""
    head = HEAD.search(text)
    if head is None:
        return
    block = float(head["block"]) * 1024.0 ** FACTORS[head["factor"]] if head["block"] else 1.0
    table = re.sub(r"^(/\S+|\S+:/\S*)\n[ \t]+(?=\d|[a-z]\w+ +\d)", r"\1 ", text[head.end() :], flags=re.M)
    for line in table.splitlines():
        found = ROW.match(line)
        if found is None:
            continue
        size, free = (_bytes(found[name], block) for name in ("size", "free"))
        if size is not None and free is not None:
            typed = found["fstype"] if head["type"] else None
            yield Row(device=found["device"], fstype=typed, size=size, free=free, mount=found["mount"])


def _bytes(told: str, block: float) -> float | None:
    found = re.fullmatch(r"(-?[\d.,]{1,20})([KMGTPE]?)(?:iB?|B)?", told)
    plain = (found[1] if found else "").replace(",", ".")
    if found is None or plain.count(".") > 1 or not re.search(r"\d", plain):
        return None
    if not found[2] and "i" not in told and "B" not in told:
        return float(plain) * block
    return float(plain) * 1024.0 ** FACTORS[found[2]]


def _remote(row: Row) -> bool:
    return re.match(r"//|[\w.-]+(?:@[\w.]+)?:/|\[?[\da-f:]+\]?:/", row.device) is not None


def _holds_data(row: Row) -> bool:
    if row.size == 0 or HIDDEN.match(row.mount):
        return False
    if row.mount == "/":
        return True
    return _remote(row) or (LOCAL.match(row.device) is not None and not NO_DATA.match(row.device))
