"""Names of Arm cores, by the implementer and part numbers that /proc/cpuinfo shows."""

from functools import cache

from msgspec import Struct

from .table import rows

RANKS = ("little", "big", "prime")
"""Of cores that are built to stand side by side on one chip, the weakest first."""


class ArmCore(Struct, frozen=True, kw_only=True):
    """One design of a core."""

    vendor: str
    name: str
    rank: int | None
    """Place in RANKS; None for a core that is not made for mixing."""
    threads: int
    """Threads that one core runs at most."""


def core_of(implementer: str | None, part: str | None) -> ArmCore | None:
    """The core with these numbers (``0x41``, ``0xd0c``); None if it is not in the table."""
    try:
        return _cores().get((int(implementer or "", 16), int(part or "", 16)))
    except ValueError:
        return None


def rank_of(name: str) -> int | None:
    """Place in RANKS of the core with this name; None for a core that is not made for mixing, or unknown."""
    return next((core.rank for core in _cores().values() if core.name == name), None)


def vendor_of(implementer: str | None) -> str | None:
    """Who makes the cores of an implementer; also of one whose design is not in the table."""
    try:
        number = int(implementer or "", 16)
    except ValueError:
        return None
    return next((core.vendor for (maker, _), core in _cores().items() if maker == number), None)


@cache
def _cores() -> dict[tuple[int, int], ArmCore]:
    return {
        (int(row["implementer"], 16), int(row["part"], 16)): ArmCore(
            vendor=row["vendor"],
            name=row["name"],
            rank=RANKS.index(row["rank"]) if row["rank"] else None,
            threads=int(row["threads"]),
        )
        for row in rows("arm_cores.csv")
    }
