"""What a processor's name tells: its memory channels, and whether it has AVX-512."""

import re
from functools import cache

from msgspec import Struct

from dlws.pattern import pattern

from .table import rows

NOISE = pattern(
    r"""(?ix) \((?:R|TM)\) | @.* | \b(?:with|w/) .* | \b\d+(?:st|nd|rd|th) \s Gen\b
    | \b(?:\d+|Dual|Quad|Six|Eight|Twelve|Sixteen)-Cores?\b | \b(?:CPU|Processor|AMD|Intel)\b"""
)
"""What makers print around a model's name."""


class CpuModel(Struct, frozen=True, kw_only=True):
    """One series of processors."""

    memory_channels: int
    """Of one socket, as on the maker's data sheet: a DDR5 channel is 64 bits wide."""
    avx512: bool
    source: str


def find(model: str) -> CpuModel | None:
    """The series that a model name belongs to; the whole name must fit, so a lookalike is None."""
    short = " ".join(NOISE.sub(" ", model).split())
    return next((found for names, found in _series() if names.fullmatch(short)), None)


def memory_channels(model: str) -> int | None:
    """Memory channels of one socket; None for a processor that is not in the catalog."""
    found = find(model)
    return found.memory_channels if found else None


@cache
def _series() -> tuple[tuple[re.Pattern[str], CpuModel], ...]:
    return tuple(
        (
            pattern(row["pattern"], re.IGNORECASE),
            CpuModel(
                memory_channels=int(row["memory_channels"]),
                avx512=row["avx512"] == "yes",
                source=row["source"],
            ),
        )
        for row in rows("cpus.csv")
    )
