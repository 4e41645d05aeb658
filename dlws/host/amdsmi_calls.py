"""Which questions libamd_smi.so is asked, and how its answers lie in memory.

Only functions and offsets are used that are the same in the headers of ROCm 6.2 to 7.1; every structure is
given a buffer that is larger than it has ever been. So no copy of AMD's own Python package is needed: that
one binds each function of its version at import, fails on an older library, prints to standard output where
there is none, and lays its structures out for one version (market_name had 64 characters, vram_vendor was a
number, amdsmi_link_type_t has been renumbered twice).
"""

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

LIBRARIES = ("libamd_smi.so.26", "libamd_smi.so.25", "libamd_smi.so.24", "libamd_smi.so")
"""Of ROCm 7, 6.4, and 6.1 to 6.3; the last is a newer one, or that of an installation for developers."""
PLACES = ("/opt/rocm/lib",)
"""ROCm's packages leave their folder out of the linker's search path unless the user adds it."""
LIBRARY_NOT_FOUND = "LibraryNotFound"

SIZE = 16384
"""Of a buffer; the largest structure asked for, amdsmi_violation_status_t of ROCm 7, has 6016 bytes."""

OLDEST = (24, 6)
"""ROCm 6.2. In older libraries amdsmi_vram_type_t and several structures differ."""

VRAM_TYPES = {
    1: "HBM", 2: "HBM2", 3: "HBM2E", 4: "HBM3", 5: "HBM3E", 10: "DDR2", 11: "DDR3", 12: "DDR4", 17: "GDDR",
    18: "GDDR2", 19: "GDDR3", 20: "GDDR4", 21: "GDDR5", 22: "GDDR6", 23: "GDDR7",
}  # fmt: skip
"""amdsmi_vram_type_t."""

ACTIVE_AT = {24: 104, 25: 120, 26: 120}
"""Offset of ``active_prochot_thrm`` in amdsmi_violation_status_t by the library's major version."""

VIOLATIONS = ("prochot", "package_power", "socket_thermal", "vr_thermal", "hbm_thermal")
"""Flags that follow each other from there: 1 active, 0 not, 255 not known."""

LINK_UP = 1
"""amdsmi_xgmi_link_status_type_t; 0 is down and 2 switched off."""
LINKS = 8
"""AMDSMI_MAX_NUM_XGMI_LINKS."""

STATUS = {
    1: "INVAL", 2: "NOT_SUPPORTED", 3: "NOT_YET_IMPLEMENTED", 4: "FAIL_LOAD_MODULE", 5: "FAIL_LOAD_SYMBOL",
    6: "DRM_ERROR", 7: "API_FAILED", 8: "TIMEOUT", 9: "RETRY", 10: "NO_PERM", 11: "INTERRUPT", 12: "IO",
    13: "ADDRESS_FAULT", 14: "FILE_ERROR", 15: "OUT_OF_RESOURCES", 16: "INTERNAL_EXCEPTION",
    17: "INPUT_OUT_OF_BOUNDS", 18: "INIT_ERROR", 19: "REFCOUNT_OVERFLOW", 20: "DIRECTORY_NOT_FOUND", 30: "BUSY",
    31: "NOT_FOUND", 32: "NOT_INIT", 33: "NO_SLOT", 34: "DRIVER_NOT_LOADED", 39: "MORE_DATA", 40: "NO_DATA",
    41: "INSUFFICIENT_SIZE", 42: "UNEXPECTED_SIZE", 43: "UNEXPECTED_DATA", 51: "NO_DRV", 52: "FILE_NOT_FOUND",
    53: "ARG_PTR_NULL", 54: "AMDGPU_RESTART_ERR", 55: "SETTING_UNAVAILABLE", 56: "CORRUPTED_EEPROM",
}  # fmt: skip
"""amdsmi_status_t; others are told by their number."""


class Call(NamedTuple):
    """One question about a GPU: key of the answer, function, and how to take the answer from the buffer."""

    key: str
    function: str
    decode: Callable[[bytes], Any]
    arguments: str = "buffer"
    """After the handle: ``buffer``, ``buffer, size`` or ``*size, buffer``."""


def text(buffer: bytes) -> str:
    """A text at the buffer's beginning, up to its NUL."""
    return buffer.split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def number(buffer: bytes) -> int:
    """uint64_t."""
    return int(struct.unpack_from("<Q", buffer)[0])


def address(buffer: bytes) -> str:
    """amdsmi_bdf_t: 3 bits function, 5 bits device, 8 bits bus, 48 bits domain."""
    bits = number(buffer)
    return f"{bits >> 16:04x}:{bits >> 8 & 0xFF:02x}:{bits >> 3 & 0x1F:02x}.{bits & 7}"


def _vram_type(buffer: bytes) -> str | None:
    return VRAM_TYPES.get(struct.unpack_from("<I", buffer)[0])


def _counts(buffer: bytes) -> list[int]:
    """amdsmi_error_count_t: corrected and uncorrected, then deferred."""
    return list(struct.unpack_from("<3Q", buffer))


def _links(buffer: bytes) -> list[int]:
    """amdsmi_xgmi_link_status_t: how many links, then the state of each."""
    count, *states = struct.unpack_from(f"<{1 + LINKS}I", buffer)
    return [int(state) for state in states[:count]]


DEVICE = (
    Call("market_name", "amdsmi_get_gpu_asic_info", text),
    Call("uuid", "amdsmi_get_gpu_device_uuid", text, "*size, buffer"),
    Call("vram_type", "amdsmi_get_gpu_vram_info", _vram_type),
    Call("vram_vendor", "amdsmi_get_gpu_vram_vendor", text, "buffer, size"),
    Call("compute_partition", "amdsmi_get_gpu_compute_partition", text, "buffer, size"),
    Call("memory_partition", "amdsmi_get_gpu_memory_partition", text, "buffer, size"),
    Call("ecc_blocks", "amdsmi_get_gpu_ecc_enabled", number),
    Call("ecc_counts", "amdsmi_get_gpu_total_ecc_count", _counts),
    Call("xgmi_links", "amdsmi_get_gpu_xgmi_link_status", _links),
)


def violations(major: int) -> tuple[Call, ...]:
    """What limits the clocks; not asked of a library whose structure is not known."""
    start = ACTIVE_AT.get(major)
    if start is None:
        return ()

    def decode(buffer: bytes) -> dict[str, bool]:
        flags = buffer[start : start + len(VIOLATIONS)]
        return {name: flag == 1 for name, flag in zip(VIOLATIONS, flags, strict=True) if flag in (0, 1)}

    return (Call("violations", "amdsmi_get_violation_status", decode),)
