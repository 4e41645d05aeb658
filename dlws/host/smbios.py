"""The firmware's table of hardware (SMBIOS), as bytes: taking it apart, putting it together, masking it.

Layout: DMTF DSP0134 "System Management BIOS", section 6.1.2 (structure header and string set).
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dlws.pattern import pattern

HEADER_BYTES = 4
END_OF_TABLE = 127
OEM_STRINGS = 11
CONFIGURATION_OPTIONS = 12
CONTROLLER_INTERFACE = 42
FIRST_OEM_TYPE = 128
UUID_TYPE, UUID_OFFSET, UUID_BYTES = 1, 8, 16

SECRET_STRINGS = {
    1: (0x07,),
    2: (0x07, 0x08),
    3: (0x07, 0x08),
    4: (0x20, 0x21),
    17: (0x18, 0x19),
    22: (0x07,),
    39: (0x08, 0x09),
}
"""Offsets, by structure type, of the serial number and the asset tag (DSP0134, section 7)."""

PLACEHOLDER = pattern(
    r"""(?ix) ^ (?:
        | to \s be \s filled (?: \s by \s o\.?e\.?m\.? )? (?: \s more )? | fill(?:ed)? \s by \s oem
        | (?: oem \s )? default \s? string \d* | default | \$\(default_string\)
        | please \s change \b .* | system \s mfg | unknown \s product
        | not \s (?: specified | available | applicable | provided | present | set | defined | settable )
        | (?: system | base \s? board | board | chassis | mother \s? board ) [\s_]
          (?: manufacturer? | vendor | product [\s_]? name | version | serial [\s_]? number | name
            | sku (?: [\s_] number )? | asset \s? tag | family )
        | n/?a | none | unknown | undefined | unspecified | null | empty | \[empty\] | tbd (?: \s by \s odm )? | invalid
        | o\.e\.m\.? | oem (?: [\s_] (?: define \s \d+ | name | string ) )?
        | no \s (?: dimm | asset \s (?: tag | information ) | module \s installed )
        | < (?: bad \s index | out \s of \s spec ) >
        | type\d [\s-]+ .* name\d? | type1productconfigid
        | product [\s_] name
        | (?: \w+ _ )? (?: module )?
          (?: manufacturer | part [\s_]? num (?:ber)? | ser (?:ial)? [\s_]? num (?:ber)?
            | asset [\s_]? tag (?: num )? )
          _? \d*
        | \#? 0* x? 0+ | x+ (?: -x+ )* | [.\s_*?-]+ | 0?(?:1234567890?)+\d{0,9} | abcd | f{3,}
    ) $"""
)
"""What firmware makers leave in fields that nobody filled in."""


class Structure(Struct, frozen=True):
    """One structure: ``body`` is the formatted area with its header, ``strings`` the set that follows it."""

    body: bytes
    strings: tuple[bytes, ...] = ()

    @property
    def type(self) -> int:
        """Structure type: 17 is a memory device, 9 a slot, and so on."""
        return self.body[0]

    @property
    def handle(self) -> int:
        """Number by which other structures point at this one."""
        return self.number(2, 2) or 0

    def number(self, offset: int, size: int = 1) -> int | None:
        """Little-endian number; None where the structure ends before it (an older SMBIOS version)."""
        field = self.body[offset : offset + size]
        return int.from_bytes(field, "little") if len(field) == size else None

    def string(self, offset: int) -> str | None:
        """Text whose number stands at the offset; None if the field is not there or names no string."""
        index = self.number(offset)
        if not index or index > len(self.strings):
            return None
        return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in self.strings[index - 1])


def is_placeholder(text: str) -> bool:
    """True for an empty text and for what a firmware says where it has nothing to say."""
    return PLACEHOLDER.match(text.strip()) is not None


def split(data: bytes) -> Iterator[Structure]:
    """Structures of a table, up to its end mark or to where it stops making sense."""
    for start, body_end, end in _extents(data):
        strings = data[body_end:end].rstrip(b"\0")
        yield Structure(data[start:body_end], tuple(strings.split(b"\0")) if strings else ())


def join(structures: Iterable[Structure]) -> bytes:
    """The table of these structures."""
    return b"".join(
        one.body + (b"\0".join(one.strings) + b"\0\0" if one.strings else b"\0\0") for one in structures
    )


def redact(data: bytes) -> bytes:
    """The table with serial numbers, asset tags and UUIDs overwritten; every length stays as it was.

    Vendors' own structures and free strings hold service tags and more, and nothing here reads them: they
    are overwritten whole.
    """
    masked = bytearray(data)
    for start, body_end, end in _extents(data):
        kind = data[start]
        if kind >= FIRST_OEM_TYPE or kind in (OEM_STRINGS, CONFIGURATION_OPTIONS, CONTROLLER_INTERFACE):
            keep = 5 if kind in (OEM_STRINGS, CONFIGURATION_OPTIONS) else HEADER_BYTES
            masked[start + keep : body_end] = bytes(max(0, body_end - start - keep))
            _mask(masked, body_end, end)
            continue
        if kind == UUID_TYPE and body_end - start >= UUID_OFFSET + UUID_BYTES:
            place = start + UUID_OFFSET
            masked[place : place + UUID_BYTES] = bytes(UUID_BYTES)
        for offset in SECRET_STRINGS.get(kind, ()):
            if start + offset < body_end:
                _mask_string(masked, data[start + offset], body_end, end)
    return bytes(masked)


def _mask_string(masked: bytearray, index: int, start: int, end: int) -> None:
    """Overwrite one string of a set, unless it is a placeholder: those say that there is no number."""
    for number, text in enumerate(bytes(masked[start:end]).split(b"\0"), start=1):
        if number == index and not is_placeholder(text.decode("latin-1")):
            _mask(masked, start, start + len(text))
        start += len(text) + 1


def _mask(masked: bytearray, start: int, end: int) -> None:
    for place in range(start, end):
        if chr(masked[place]).isalnum():
            masked[place] = ord("X")


def _extents(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start of each structure, end of its formatted area, and end of its strings before the closing NULs."""
    start = 0
    while start + HEADER_BYTES <= len(data):
        length = data[start + 1]
        body_end = start + length
        end = data.find(b"\0\0", body_end)
        if length < HEADER_BYTES or end < 0:
            return
        yield start, body_end, end
        if data[start] == END_OF_TABLE:
            return
        start = end + 2
