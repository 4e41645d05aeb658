"""Temperatures, fans, power and voltages of the kernel's hwmon (Documentation/hwmon/sysfs-interface.rst)."""

from collections.abc import Iterator

from msgspec import Struct

from dlws.host import Host
from dlws.model.system import Sensor
from dlws.pattern import pattern

HWMON = "/sys/class/hwmon"
FILE = pattern(r"(temp|fan|power|in)(\d{1,3})_(input|average)")


class Kind(Struct, frozen=True):
    """How a kind of file reads; a value outside of the limits is a sentinel of an input that is not wired."""

    name: str
    divisor: float
    low: float
    high: float


KINDS = {
    # Unwired inputs show -273, -128, 127 to 128, 255 or 511 degrees, depending on the width of the register.
    "temp": Kind("temperature_c", 1e3, -50, 126.9),
    "fan": Kind("fan_rpm", 1, 0, 40_000),
    "power": Kind("power_w", 1e6, 0, 20_000),
    "in": Kind("voltage_v", 1e3, -60, 300),
}


ALL_ONES = (2**31 - 1, 2**32 - 1)
"""What a register that was never written reads."""


def sensors(host: Host) -> tuple[Sensor, ...]:
    """All readings, chip by chip; one that makes no sense has no value."""
    return tuple(sensor for chip in host.list(HWMON) for sensor in _chip(host, f"{HWMON}/{chip}"))


def _chip(host: Host, place: str) -> Iterator[Sensor]:
    if host.read(f"{place}/name") is None:  # before Linux 3.15 the files lay one level deeper
        place = f"{place}/device"
    chip = host.read(f"{place}/name")
    names = set(host.list(place))
    for name in sorted(names, key=_order):
        found = FILE.fullmatch(name)
        if not chip or not found or (found[3] == "average" and f"{found[1]}{found[2]}_input" in names):
            continue
        sensor = f"{place}/{found[1]}{found[2]}"
        yield Sensor(
            chip=chip,
            label=host.read(f"{sensor}_label") or None if f"{found[1]}{found[2]}_label" in names else None,
            kind=KINDS[found[1]].name,
            value=None
            if host.number(f"{sensor}_fault") == 1
            else _value(host, f"{place}/{name}", KINDS[found[1]]),
        )


def _value(host: Host, path: str, kind: Kind) -> float | None:
    raw = host.number(path)
    if raw is None or raw in ALL_ONES:
        return None
    value = raw / kind.divisor
    return round(value, 3) if kind.low <= value <= kind.high else None


def _order(name: str) -> tuple[str, int]:
    found = FILE.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, 0)
