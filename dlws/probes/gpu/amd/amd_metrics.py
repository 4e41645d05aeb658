"""Why an AMD card's clocks are limited, from the driver's table ``gpu_metrics`` (kgd_pp_interface.h)."""

import struct

from dlws.host import Host

VERSION = b"\x01\x03"
"""gpu_metrics_v1_3, of Radeon cards since RDNA and of Instinct until MI200."""
HOTSPOT_AT, THROTTLE_AT = 6, 112

KINDS = (
    ("sw_power_cap", range(8)),
    ("current_limit", range(16, 24)),
    ("sw_thermal_slowdown", range(32, 44)),
    ("hw_thermal_slowdown", range(44, 46)),
    ("hw_slowdown", range(46, 48)),
)
"""Bits of ``indep_throttle_status`` (amdgpu_smu.h): power (PPT), current (TDC, EDC), temperatures, hot voltage
regulators (VRHOT), and a signal from outside (PROCHOT); in the words that NVIDIA has for them."""

HOTSPOT = 1 << 36
WARM = 90
"""The firmware of RDNA 3 sets the hot spot's bit at rest too (gitlab.freedesktop.org/drm/amd, issue 3251):
below this temperature it means nothing."""


def throttle_reasons(host: Host, place: str) -> tuple[str, ...] | None:
    """What limits the clocks now; None where the table is of another layout or says nothing."""
    table = host.read_bytes(f"{place}/gpu_metrics") or b""
    if table[2:4] != VERSION or len(table) < THROTTLE_AT + 8:
        return None
    bits = struct.unpack_from("<Q", table, THROTTLE_AT)[0]
    if bits == 2**64 - 1:
        return None
    if struct.unpack_from("<H", table, HOTSPOT_AT)[0] < WARM:
        bits &= ~HOTSPOT
    return tuple(name for name, places in KINDS if any(bits >> place & 1 for place in places))
