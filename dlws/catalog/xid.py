"""What NVIDIA's Xid numbers mean.

Match by number only: the names of some numbers differ between NVIDIA's catalog and the driver's source.
"""

from functools import cache

from msgspec import Struct

from .table import rows


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
    return {int(row["number"]): _xid(row) for row in rows("xid.csv")}


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
