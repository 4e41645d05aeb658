"""Clocks and how they are governed, from cpufreq (Documentation/admin-guide/pm/cpufreq.rst)."""

import re
from collections import Counter

from msgspec import Struct

from dlws.host import Host
from dlws.pattern import pattern
from dlws.probes.cpu.cpu_layout import CPU

KHZ = 1000
BRAND_CLOCK = pattern(r"@ *(\d{1,2}\.\d{1,3}) ?GHz")


class Clock(Struct, frozen=True, kw_only=True):
    """None: not told."""

    base_mhz: float | None = None
    max_mhz: float | None = None
    governor: str | None = None
    driver: str | None = None


def clock(host: Host, online: frozenset[int], model: str | None) -> Clock:
    """Base clock: as the chip's name gives it, or else of the fastest cores as driver or firmware do.

    The name comes first, because laptops are often set to run below what was sold.
    """
    places = _policies(host, online)
    maxima = {place: host.number(f"{place}/cpuinfo_max_freq") for place in places}
    fastest = max((value for value in maxima.values() if value), default=None)
    leader = next((place for place, value in maxima.items() if value == fastest), None)
    governors = Counter(value for place in places if (value := host.read(f"{place}/scaling_governor")))
    return Clock(
        base_mhz=brand_clock(model) or (_driver_base(host, leader) if leader else None),
        max_mhz=fastest / KHZ if fastest else None,
        governor=", ".join(name for name, _ in governors.most_common()) or None,
        driver=host.read(f"{leader}/scaling_driver") or None if leader else None,
    )


def brand_clock(model: str | None) -> float | None:
    """The clock in a model name, ``... @ 2.30GHz``: Intel's base clock."""
    found = BRAND_CLOCK.search(model or "")
    return round(float(found[1]) * 1000, 1) if found else None


def _policies(host: Host, online: frozenset[int]) -> list[str]:
    """Folders with settings, shared by CPUs that change together. Before Linux 4.3 each CPU has one."""
    names = [name for name in host.list(f"{CPU}/cpufreq") if re.fullmatch(r"policy\d{1,5}", name)]
    if names:
        return [f"{CPU}/cpufreq/{name}" for name in names]
    return [f"{CPU}/cpu{cpu}/cpufreq" for cpu in sorted(online)]


def _driver_base(host: Host, place: str) -> float | None:
    if khz := host.number(f"{place}/base_frequency"):  # intel_pstate
        return khz / KHZ
    found = re.search(r"(?:policy|cpu)(\d+)(?:/cpufreq)?$", place)
    if found and (mhz := host.number(f"{CPU}/cpu{found[1]}/acpi_cppc/nominal_freq")):
        return float(mhz)
    if host.read(f"{place}/scaling_driver") != "acpi-cpufreq":
        return None
    # ACPI lists the base clock first, or second after a step of 1 MHz that stands for turbo (Intel).
    states = [
        int(word)
        for word in (host.read(f"{place}/scaling_available_frequencies") or "").split()
        if word.isdecimal()
    ]
    turbo = len(states) > 1 and states[0] - states[1] == KHZ
    return states[1 if turbo else 0] / KHZ if states else None
