"""What NVIDIA's Xid numbers mean.

Match by number only: the names of some numbers differ between NVIDIA's catalog and the driver's source.
"""

import csv
from functools import cache
from pathlib import Path

from msgspec import Struct

DATA = Path(__file__).with_name("xid.csv")


class Xid(Struct, frozen=True, kw_only=True):
    """One Xid number. Severity and wording are ours where ``confidence`` says so; actions are NVIDIA's."""

    number: int
    mnemonic: str
    meaning: str
    severity: str
    """``info``, ``warning``, ``error`` or ``critical``."""
    domain: str
    """Where the cause usually lies: ``app``, ``driver``, ``hw memory``, ``hw link``, ..."""
    action: str
    source: str
    source_date: str
    confidence: str


@cache
def catalog() -> dict[int, Xid]:
    """All known Xids by number."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {int(row["number"]): _xid(row) for row in csv.DictReader(file)}


def find(number: int) -> Xid | None:
    """The Xid of a number; None: the catalog does not have it."""
    return catalog().get(number)


def _xid(row: dict[str, str]) -> Xid:
    return Xid(
        number=int(row["number"]),
        mnemonic=row["mnemonic"],
        meaning=row["meaning"],
        severity=row["severity"],
        domain=row["domain"],
        action=row["action"],
        source=row["source"],
        source_date=row["source_date"],
        confidence=row["confidence"],
    )
