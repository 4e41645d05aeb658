"""Takes values out of what NVML or AMD SMI answered: plain data, which may be another's recording and hold anything."""

from typing import Any

Data = dict[str, Any]

NO_VALUE = 2**64 - 1
"""NVML_VALUE_NOT_AVAILABLE."""


def version(value: Any) -> str | None:
    """``8.9`` from ``[8, 9]``."""
    major, minor = pair(value)
    return f"{major}.{minor}" if isinstance(major, int) and isinstance(minor, int) else None


def pair(value: Any) -> tuple[Any, Any]:
    """Both of two values."""
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, None)


def record(data: Data, key: str) -> Data:
    """A part that has parts."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def records(data: Data, key: str) -> list[Data] | None:
    """Parts of one kind; None if there is no list of them."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else None


def text(data: Data, key: str) -> str | None:
    """A text that is not empty."""
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def whole(data: Data, key: str) -> int | None:
    """A whole number."""
    return _whole(data.get(key))


def number(data: Data, key: str) -> float | None:
    """The same as a float."""
    value = whole(data, key)
    return None if value is None else float(value)


def flag(value: Any) -> bool | None:
    """NVML's 0 and 1."""
    return bool(value) if isinstance(value, int) else None


def watts(milliwatts: Any) -> float | None:
    """Watts from milliwatts."""
    value = _whole(milliwatts)
    return None if value is None else value / 1000


def mib(size: Any) -> int | None:
    """MiB from bytes."""
    value = _whole(size)
    return value // 2**20 if value is not None and 0 <= value < NO_VALUE else None


def _whole(value: Any) -> int | None:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and abs(value) <= NO_VALUE else None
