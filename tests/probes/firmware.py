"""dmidecode's text for machines that never were."""

ARRAY = """Handle 0x1000, DMI type 16, 23 bytes
Physical Memory Array
\tLocation: System Board Or Motherboard
\tUse: {use}
\tError Correction Type: Multi-bit ECC

"""
DEVICE = """Handle 0x11{n:02x}, DMI type 17, 92 bytes
Memory Device
\tArray Handle: 0x1000
\tTotal Width: {total} bits
\tData Width: 64 bits
\tSize: {size}
\tForm Factor: DIMM
\tLocator: {slot}
\tBank Locator: {bank}
\tType: {type}
\tSpeed: 4800 MT/s
\tManufacturer: Not Specified
\tPart Number: M393A4K40DB3-CWE
\tRank: 2
\tConfigured Memory Speed: 6000 MT/s

"""


def table(
    *slots: tuple[str, str, str], use: str = "System Memory", total: int = 72, type: str = "DDR5"
) -> str:
    """dmidecode's text for slots of (slot, bank, size)."""
    devices = [
        DEVICE.format(n=n, slot=slot, bank=bank, size=size, total=total, type=type)
        for n, (slot, bank, size) in enumerate(slots)
    ]
    return ARRAY.format(use=use) + "".join(devices)
