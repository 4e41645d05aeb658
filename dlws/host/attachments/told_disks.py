"""Disks that answers about single disks name, listed as lsblk would, unless lsblk itself has answered."""

from typing import Any

import msgspec

from .evidence import ANY, Evidence

LSBLK = ("lsblk", ANY)
LISTED = " \n"
"""How a list that smartctl's answers made begins."""


def free(pattern: str, evidence: Evidence) -> str:
    """The first name of its sort that no other disk has."""
    numbers = "0123456789" if pattern.startswith("nvme") else "abcdefghijklmnopqrstuvwxyz"
    names = (pattern.format(number) for number in numbers)
    taken = {argv[-1] for argv in evidence.commands if argv[0] == "smartctl"}
    return next((name for name in names if f"/dev/{name}" not in taken), pattern.format("x"))


def tell(row: dict[str, Any], text: str, evidence: Evidence) -> None:
    """A disk's health, and the disk itself beside those of other answers, unless lsblk has listed all."""
    evidence.command("smartctl", ANY, f"/dev/{row['name']}", text=text)
    if mine(evidence):
        listed = evidence.commands.get(LSBLK, "")
        others = msgspec.json.decode(listed.removeprefix(LISTED))["blockdevices"] if listed else []
        if row["name"] not in [other["name"] for other in others]:
            rows = msgspec.json.encode({"blockdevices": [*others, row]}).decode()
            evidence.commands[LSBLK] = LISTED + rows


def mine(evidence: Evidence) -> bool:
    """True unless a real list of disks is known."""
    return evidence.commands.get(LSBLK, LISTED).startswith(LISTED)
