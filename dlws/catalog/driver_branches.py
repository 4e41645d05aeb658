"""Branches of the NVIDIA driver for Linux, and how long NVIDIA supports them."""

from functools import cache

from msgspec import Struct

from .table import rows

OLDEST_SUPPORTED = 580
"""Every older branch is absent from NVIDIA's table of supported drivers (``source`` of branch 570)."""
LAST_WITHOUT_GSP = 580
"""Last branch for Maxwell, Pascal and Volta.

https://docs.nvidia.com/datacenter/tesla/drivers/cuda-toolkit-driver-and-architecture-matrix.html
"""


class Branch(Struct, frozen=True, kw_only=True):
    """One branch, as it stood in the month ``as_of``."""

    number: int
    kind: str
    """``long-term``, ``production`` or ``new feature``."""
    supported: bool | None
    """None: not known."""
    end_of_life: str | None
    """Month or year, as published."""
    as_of: str
    source: str


@cache
def branches() -> dict[int, Branch]:
    """All known branches by number."""
    return {int(row["branch"]): _branch(row) for row in rows("driver_branches.csv")}


def number(version: str | None) -> int | None:
    """The branch of a driver's version: 580 of ``580.95.05``."""
    major = (version or "").partition(".")[0]
    return int(major) if major.isascii() and major.isdigit() else None


def find(number: int) -> Branch | None:
    """The branch of a number; None: the catalog does not have it."""
    return branches().get(number)


def _branch(row: dict[str, str]) -> Branch:
    return Branch(
        number=int(row["branch"]),
        kind=row["kind"],
        supported={"yes": True, "no": False}.get(row["supported"]),
        end_of_life=row["end_of_life"] or None,
        as_of=row["as_of"],
        source=row["source"],
    )
