"""What the kernel's drivers answer about a card's memory, as they lay it out."""

import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Live, drm_memory
from dlws.host.drm_memory import I915_HEADER, I915_REGION, XE_HEADER, XE_REGION

GIB = 2**30


def _region(kind: int, instance: int, size: int) -> bytes:
    """class, instance, smallest page or reserved, size; the rest is of no interest here."""
    return struct.pack("<HHIQ", kind, instance, 0x10000, size) + bytes(72)


def _xe(*regions: bytes) -> bytes:
    return struct.pack("<II", len(regions), 0) + b"".join(regions)


def _i915(*regions: bytes) -> bytes:
    return struct.pack("<IIII", len(regions), 0, 0, 0) + b"".join(regions)


def test_memory_of_the_card_is_told_from_main_memory() -> None:
    regions = (_region(0, 0, 64 * GIB), _region(1, 1, 12 * GIB))
    assert drm_memory.total(_xe(*regions), XE_HEADER, XE_REGION) == 12 * GIB
    assert drm_memory.total(_i915(*regions), I915_HEADER, I915_REGION) == 12 * GIB


def test_tiles_are_added_up() -> None:
    reply = _xe(_region(0, 0, 512 * GIB), _region(1, 1, 64 * GIB), _region(1, 2, 64 * GIB))
    assert drm_memory.total(reply, XE_HEADER, XE_REGION) == 128 * GIB


def test_a_gpu_inside_a_processor_has_none() -> None:
    assert drm_memory.total(_xe(_region(0, 0, 16 * GIB)), XE_HEADER, XE_REGION) is None


@given(st.binary(max_size=300))
def test_a_reply_that_is_cut_off_or_garbled_raises_nothing(reply: bytes) -> None:
    drm_memory.total(reply, XE_HEADER, XE_REGION)
    drm_memory.total(reply, I915_HEADER, I915_REGION)


def test_what_is_no_render_node_tells_nothing(tmp_path: Path) -> None:
    file = tmp_path / "renderD128"
    file.write_bytes(b"")
    for driver in ("xe", "i915", "amdgpu"):
        assert Live().vram(str(file), driver) is None
        assert Live().vram("/dev/null", driver) is None
        assert Live().vram(str(tmp_path / "missing"), driver) is None
