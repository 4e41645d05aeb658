"""Numbers as tools write them: ``12``, ``"12"``, ``12.0``, ``"1e+06"``, ``"0x0c"``, ``"20,701"``."""

import math
from typing import Any

LIMIT = 2**64
"""No counter of a disk is wider; a greater number is garbage."""


def number(value: Any) -> float | None:
    """A number from JSON or text; None for anything else."""
    if isinstance(value, dict):  # newer nvme-cli: {"critical_warning": {"value": 0, ...}}
        value = value.get("value")
    if isinstance(value, str):
        value = _from_text(value.strip().rstrip("%").replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < LIMIT and math.isfinite(value) else None


def whole(value: Any) -> int | None:
    """The same as a whole number."""
    found = number(value)
    return None if found is None else round(found)


def _from_text(text: str) -> int | float | None:
    try:
        return int(text, 16) if text.lower().startswith("0x") else float(text)
    except ValueError:
        return None
