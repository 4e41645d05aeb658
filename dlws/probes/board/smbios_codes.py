"""Words for the numbers in SMBIOS structures, as dmidecode(8) prints them.

Codes: DMTF DSP0134, section 7; each list starts with code 1.
"""

from collections.abc import Sequence

OUT_OF_SPEC = "<OUT OF SPEC>"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split("; "))


MEMORY_FORM_FACTORS = _names(
    "Other; Unknown; SIMM; SIP; Chip; DIP; ZIP; Proprietary Card; DIMM; TSOP; Row Of Chips; RIMM; "
    "SODIMM; SRIMM; FB-DIMM; Die; CAMM; CUDIMM; CSODIMM"
)
MEMORY_TYPES = _names(
    "Other; Unknown; DRAM; EDRAM; VRAM; SRAM; RAM; ROM; Flash; EEPROM; FEPROM; EPROM; CDRAM; 3DRAM; "
    "SDRAM; SGRAM; RDRAM; DDR; DDR2; DDR2 FB-DIMM; Reserved; Reserved; Reserved; DDR3; FBD2; DDR4; "
    "LPDDR; LPDDR2; LPDDR3; LPDDR4; Logical non-volatile device; HBM; HBM2; DDR5; LPDDR5; HBM3; MRDIMM"
)
ARRAY_LOCATIONS = _names("Other; Unknown; System Board Or Motherboard")
ARRAY_USES = _names(
    "Other; Unknown; System Memory; Video Memory; Flash Memory; Non-volatile RAM; Cache Memory"
)
ARRAY_CORRECTIONS = _names("Other; Unknown; None; Parity; Single-bit ECC; Multi-bit ECC; CRC")
CHASSIS_TYPES = _names(
    "Other; Unknown; Desktop; Low Profile Desktop; Pizza Box; Mini Tower; Tower; Portable; Laptop; "
    "Notebook; Hand Held; Docking Station; All In One; Sub Notebook; Space-saving; Lunch Box; Main "
    "Server Chassis; Expansion Chassis; Sub Chassis; Bus Expansion Chassis; Peripheral Chassis; RAID "
    "Chassis; Rack Mount Chassis; Sealed-case PC; Multi-system; CompactPCI; AdvancedTCA; Blade; Blade "
    "Enclosing; Tablet; Convertible; Detachable; IoT Gateway; Embedded PC; Mini PC; Stick PC"
)
PROCESSOR_STATES = (
    "Unknown",
    "Enabled",
    "Disabled By User",
    "Disabled By BIOS",
    "Idle",
    OUT_OF_SPEC,
    OUT_OF_SPEC,
    "Other",
)
"""From code 0."""
SLOT_USAGES = _names("Other; Unknown; Available; In Use; Unavailable")
SLOT_WIDTHS = (
    "",
    "",
    "8-bit ",
    "16-bit ",
    "32-bit ",
    "64-bit ",
    "128-bit ",
    "x1 ",
    "x2 ",
    "x4 ",
    "x8 ",
    "x12 ",
    "x16 ",
    "x32 ",
)
SLOT_TYPES = _names(
    "Other; Unknown; ISA; MCA; EISA; PCI; PC Card (PCMCIA); VLB; Proprietary; Processor Card; "
    "Proprietary Memory Card; I/O Riser Card; NuBus; PCI-66; AGP; AGP 2x; AGP 4x; PCI-X; AGP 8x; M.2 "
    "Socket 1-DP; M.2 Socket 1-SD; M.2 Socket 2; M.2 Socket 3; MXM Type I; MXM Type II; MXM Type III; "
    "MXM Type III-HE; MXM Type IV; MXM 3.0 Type A; MXM 3.0 Type B; PCI Express 2 SFF-8639 (U.2); PCI "
    "Express 3 SFF-8639 (U.2); PCI Express Mini 52-pin with bottom-side keep-outs; PCI Express Mini "
    "52-pin without bottom-side keep-outs; PCI Express Mini 76-pin; PCI Express 4 SFF-8639 (U.2); PCI "
    "Express 5 SFF-8639 (U.2); OCP NIC 3.0 Small Form Factor (SFF); OCP NIC 3.0 Large Form Factor "
    "(LFF); OCP NIC Prior to 3.0"
)
CXL_SLOT = 0x30
PCIE_SLOTS = {0xA5: 1, 0xAB: 2, 0xB1: 3, 0xB8: 4, 0xBE: 5}
"""First code of each PCI Express generation; the five after it are x1, x2, x4, x8 and x16."""
PCIE_LANES = ("", " x1", " x2", " x4", " x8", " x16")
SUPPLY_STATUS = _names("Other; Unknown; OK; Non-critical; Critical")


def name(names: Sequence[str], code: int | None) -> str | None:
    """Word for a code; None if the structure has no such field."""
    if code is None:
        return None
    return names[code - 1] if 0 < code <= len(names) else OUT_OF_SPEC


def slot_type(code: int | None) -> str | None:
    """Kind of an expansion slot."""
    if code == CXL_SLOT:
        return "CXL FLexbus 1.0"  # dmidecode's spelling
    for first, generation in PCIE_SLOTS.items():
        if code is not None and first <= code < first + len(PCIE_LANES):
            return "PCI Express" + (f" {generation}" if generation > 1 else "") + PCIE_LANES[code - first]
    return "PCI Express 6+" if code == 0xC4 else name(SLOT_TYPES, code)
