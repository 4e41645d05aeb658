"""Sets of CPUs as the kernel writes them: lists (``0-3,8-14:2``) and masks (``ff,00000000``)."""

import re

from dlws.host import Host
from dlws.pattern import pattern

LIMIT = 1 << 16
"""More CPUs than any kernel is built for; a longer range is garbage, not a machine."""

RANGE = pattern(r"(\d{1,7})(?:-(\d{1,7}))?(?::(?:\d{1,7}/)?(\d{1,7}))?")


def parse_list(text: str) -> frozenset[int]:
    """CPUs of a list; empty if any part of it makes no sense."""
    found: set[int] = set()
    listed = 0  # garbage may name all of them again and again
    for part in text.split(",") if text.strip() else []:
        match = RANGE.fullmatch(part.strip())
        if not match:
            return frozenset()
        first, last, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
        if last >= LIMIT or step < 1 or listed > LIMIT:
            return frozenset()
        listed += max(0, last - first + 1)
        found.update(range(first, last + 1, step))
    return frozenset(found)


def parse_mask(text: str) -> frozenset[int]:
    """CPUs of a hexadecimal mask, in groups of 32 bits with the highest first."""
    groups = text.strip().split(",")
    if not all(re.fullmatch(r"[0-9a-fA-F]{1,16}", group) for group in groups) or len(groups) > LIMIT // 32:
        return frozenset()
    value = int("".join(group.zfill(8) for group in groups), 16)
    return frozenset(bit for bit, digit in enumerate(reversed(f"{value:b}")) if digit == "1")


def as_list(cpus: frozenset[int]) -> str:
    """A set in the kernel's list format."""
    parts: list[str] = []
    for first in sorted(cpu for cpu in cpus if cpu - 1 not in cpus):
        last = first
        while last + 1 in cpus:
            last += 1
        parts.append(str(first) if first == last else f"{first}-{last}")
    return ",".join(parts)


def read(host: Host, *paths: str) -> frozenset[int]:
    """CPUs named by the first of these files that has any. Maps, siblings and _cpus are masks."""
    for path in paths:
        text = host.read(path)
        if text:
            found = parse_mask(text) if path.endswith(("_map", "siblings", "_cpus")) else parse_list(text)
            if found:
                return found
    return frozenset()
