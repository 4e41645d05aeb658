"""Takes values out of NVML's plain data, which may be another's recording and hold anything."""

from typing import Any

Data = dict[str, Any]

NO_VALUE = 2**64 - 1
"""NVML_VALUE_NOT_AVAILABLE."""


def version(pair: Any) -> str | None:
    """``8.9`` from ``[8, 9]``."""
    major, minor = pair(pair)
    return None if major is None else f"{major}.{minor}"


def pair(value: Any) -> tuple[Any, Any]:
    """Both of two values."""
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, None)


def record(data: Data, key: str) -> Data:
    """A part that has parts."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def text(data: Data, key: str) -> str | None:
    """A text that is not empty."""
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def whole(data: Data, key: str) -> int | None:
    """A whole number."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(data: Data, key: str) -> float | None:
    """The same as a float."""
    value = whole(data, key)
    return None if value is None else float(value)


def flag(value: Any) -> bool | None:
    """NVML's 0 and 1."""
    return bool(value) if isinstance(value, int) else None


def watts(milliwatts: Any) -> float | None:
    """Watts from milliwatts."""
    return milliwatts / 1000 if isinstance(milliwatts, int) else None


def mib(size: Any) -> int | None:
    """MiB from bytes."""
    return size // 2**20 if isinstance(size, int) and 0 <= size < NO_VALUE else None
