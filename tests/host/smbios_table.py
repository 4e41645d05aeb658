"""SMBIOS tables made from nothing, for tests."""

import random
import struct

from dlws.host.smbios import Structure, join

STRING_OFFSETS = {
    0: (4, 5, 8),
    1: (4, 5, 6, 7, 0x19, 0x1A),
    2: (4, 5, 6, 7, 8),
    3: (4, 6, 7, 8),
    4: (4, 7, 0x10),
    9: (4,),
    17: (0x10, 0x11, 0x17, 0x18, 0x19, 0x1A),
    39: (5, 6, 7, 8, 9, 0x0A, 0x0B),
}
LENGTHS = {0: 26, 1: 27, 2: 15, 3: 22, 4: 48, 9: 17, 16: 23, 17: 92, 39: 22}
WORDS = (
    b"DIMM_A1",
    b"P0 CHANNEL B",
    b"Samsung",
    b"M393A4K40DB3-CWE",
    b"Not Specified",
    b"PCIE5",
    b"PWS-2K05A-1R",
)


def dump(table: bytes) -> bytes:
    """A file for ``dmidecode --from-dump``: entry point, then the table at offset 32 (DSP0134, 5.2.2)."""
    entry = struct.pack("<5sBBBBBBBIQ", b"_SM3_", 0, 24, 3, 4, 0, 1, 0, len(table), 32)
    entry = entry[:5] + bytes([-sum(entry) & 0xFF]) + entry[6:]
    return entry.ljust(32, b"\0") + table


def random_table(seed: int, count: int) -> bytes:
    """Structures of the types that dlws reads, with random content that the specification allows."""
    source = random.Random(seed)
    kinds = [source.choice(sorted(LENGTHS)) for _ in range(count)]
    structures = [_structure(source, kind, 0x100 + number) for number, kind in enumerate(kinds)]
    return join([*structures, Structure(bytes([127, 4, 0xFF, 0xFE]))])


def _structure(source: random.Random, kind: int, handle: int) -> Structure:
    body = bytearray(source.randbytes(LENGTHS[kind]))
    body[:4] = struct.pack("<BBH", kind, len(body), handle)
    for offset in STRING_OFFSETS.get(kind, ()):
        body[offset] = source.randint(0, len(WORDS))
    if kind == 3:
        body[5] = source.randint(1, 0x24)
    if kind == 9:
        body[5], body[6] = source.choice((6, 0x12, 0xA5, 0xAA, 0xB6, 0xBD, 0xC3)), source.randint(1, 0x0E)
        body[7] = source.randint(1, 5)
    if kind == 16:
        body[4], body[5], body[6] = 3, source.randint(1, 7), source.randint(1, 7)
    if kind == 17:
        _memory_device(source, body)
    if kind == 39:
        struct.pack_into("<H", body, 0x0C, source.choice((0x8000, 460, 2000)))
        struct.pack_into("<H", body, 0x0E, source.randint(1, 5) << 7 | source.randint(0, 1) << 1)
    return Structure(bytes(body), WORDS)


def _memory_device(source: random.Random, body: bytearray) -> None:
    struct.pack_into("<H", body, 4, 0x1000)
    for offset, values in {
        0x08: (72, 64, 80, 0xFFFF),
        0x0A: (64, 32, 0xFFFF),
        0x0C: (0, 0xFFFF, 0x7FFF, 16384, 0x8200),
        0x15: (0, 3200, 4800, 0xFFFF),
        0x20: (0, 2933, 5600, 0xFFFF),
    }.items():
        struct.pack_into("<H", body, offset, source.choice(values))
    struct.pack_into("<I", body, 0x1C, source.choice((65536, 131072)))
    struct.pack_into("<I", body, 0x54, source.choice((6400, 8800)))
    struct.pack_into("<I", body, 0x58, source.choice((6000, 8800)))
    body[0x0E], body[0x12], body[0x1B] = (
        source.randint(1, 0x10),
        source.randint(1, 0x1E),
        source.randint(0, 4),
    )
    body[0x28] = 3  # memory technology: DRAM
