"""The size of a card's own memory, asked of Intel's kernel drivers by ioctl(2): no file of /sys tells it.

i915 and xe answer every program that may open the render node, which members of the group render may. The
layouts are those of include/uapi/drm/i915_drm.h and xe_drm.h, which never change.
"""

import array
import fcntl
import os
import struct

XE_QUERY = 0xC0286440
"""DRM_IOCTL_XE_DEVICE_QUERY: extensions, query, size, data, two reserved."""
XE_MEMORY = 1
"""DRM_XE_DEVICE_QUERY_MEM_REGIONS."""
XE_HEADER, XE_REGION = 8, 88
"""Sizes of drm_xe_query_mem_regions before its regions, and of one drm_xe_mem_region."""

I915_QUERY = 0xC0106479
"""DRM_IOCTL_I915_QUERY: number of items, flags, their address; an item is id, length, flags, data."""
I915_MEMORY = 4
"""DRM_I915_QUERY_MEMORY_REGIONS."""
I915_HEADER, I915_REGION = 16, 88
"""Sizes of drm_i915_query_memory_regions before its regions, and of one drm_i915_memory_region_info."""

OWN = 1
"""DRM_XE_MEM_REGION_CLASS_VRAM and I915_MEMORY_CLASS_DEVICE."""
MOST = 1 << 20


def size(node: str, driver: str) -> int | None:
    """Bytes of memory on the card behind a node such as /dev/dri/renderD128; None if nobody tells."""
    try:
        handle = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        if driver == "xe":
            return total(_xe(handle), XE_HEADER, XE_REGION)
        return total(_i915(handle), I915_HEADER, I915_REGION) if driver == "i915" else None
    except OSError:  # another driver's node, or a kernel that does not know the question
        return None
    finally:
        os.close(handle)


def total(reply: bytes, header: int, region: int) -> int | None:
    """Of the regions on the card; None if there are none, as on every GPU inside a processor."""
    count = struct.unpack_from("<I", reply)[0] if len(reply) >= header else 0
    places = range(header, min(header + count * region, len(reply) - region + 1), region)
    own = [place for place in places if struct.unpack_from("<H", reply, place)[0] == OWN]
    return sum(struct.unpack_from("<Q", reply, place + 8)[0] for place in own) or None


def _xe(handle: int) -> bytes:
    """The kernel fills in the size if it is 0, and the data in a second call."""
    asked = bytearray(struct.pack("<QIIQQQ", 0, XE_MEMORY, 0, 0, 0, 0))
    fcntl.ioctl(handle, XE_QUERY, asked)
    room = array.array("B", bytes(min(struct.unpack_from("<I", asked, 12)[0], MOST)))
    struct.pack_into("<IQ", asked, 12, len(room), room.buffer_info()[0])
    fcntl.ioctl(handle, XE_QUERY, asked)
    return room.tobytes()


def _i915(handle: int) -> bytes:
    """The same; a question that the kernel does not know gets a length below 0."""
    item = array.array("B", struct.pack("<QiIQ", I915_MEMORY, 0, 0, 0))
    asked = bytearray(struct.pack("<IIQ", 1, 0, item.buffer_info()[0]))
    fcntl.ioctl(handle, I915_QUERY, asked)
    length = struct.unpack_from("<i", item, 8)[0]
    room = array.array("B", bytes(max(0, min(length, MOST))))
    struct.pack_into("<iIQ", item, 8, len(room), 0, room.buffer_info()[0])
    fcntl.ioctl(handle, I915_QUERY, asked)
    return room.tobytes()
