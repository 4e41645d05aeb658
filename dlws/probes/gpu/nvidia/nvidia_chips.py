"""The chip of an NVIDIA card by its PCI id or its name, for cards that no catalog names and no driver answers for.

NVIDIA gives each chip a block of ids; the blocks are those under which pci.ids (BSD-3-Clause) lists the chip.
Compute capabilities: https://developer.nvidia.com/cuda-gpus and https://developer.nvidia.com/cuda-legacy-gpus.
"""

from typing import NamedTuple

from dlws.pattern import pattern


class Chip(NamedTuple):
    """What all cards with a chip share."""

    architecture: str
    compute_capability: str | None
    unified: bool = False
    """Shares its memory with the CPU."""


BLOCKS = (
    (0x06C0, 0x06DF, Chip("Fermi", "2.0")),  # GF100
    (0x1080, 0x109F, Chip("Fermi", "2.0")),  # GF110
    (0x0DC0, 0x0DFF, Chip("Fermi", "2.1")),  # GF106, GF108
    (0x0E20, 0x0E3F, Chip("Fermi", "2.1")),  # GF104
    (0x0F00, 0x0F1F, Chip("Fermi", "2.1")),  # GF108
    (0x1040, 0x107F, Chip("Fermi", "2.1")),  # GF119
    (0x1140, 0x1140, Chip("Fermi", "2.1")),  # GF117
    (0x1200, 0x127F, Chip("Fermi", "2.1")),  # GF114, GF116
    (0x0FC0, 0x0FFF, Chip("Kepler", "3.0")),  # GK107
    (0x102D, 0x102D, Chip("Kepler", "3.7")),  # GK210 amid GK110
    (0x1000, 0x103F, Chip("Kepler", "3.5")),  # GK110
    (0x1180, 0x11FF, Chip("Kepler", "3.0")),  # GK104, GK106
    (0x1280, 0x12BF, Chip("Kepler", "3.5")),  # GK208
    (0x1340, 0x13BF, Chip("Maxwell", "5.0")),  # GM108, GM107
    (0x13C0, 0x143F, Chip("Maxwell", "5.2")),  # GM204, GM206
    (0x1600, 0x167F, Chip("Maxwell", "5.2")),  # GM204
    (0x1740, 0x179F, Chip("Maxwell", "5.0")),  # GM108, GM107
    (0x17C0, 0x17FF, Chip("Maxwell", "5.2")),  # GM200
    (0x15F0, 0x15FF, Chip("Pascal", "6.0")),  # GP100
    (0x1B00, 0x1D7F, Chip("Pascal", "6.1")),  # GP102, GP104, GP106, GP107, GP108
    (0x1D80, 0x1DFF, Chip("Volta", "7.0")),  # GV100
    (0x1E00, 0x1FFF, Chip("Turing", "7.5")),  # TU102, TU104, TU106, TU117
    (0x2180, 0x21FF, Chip("Turing", "7.5")),  # TU116
    (0x2080, 0x20FF, Chip("Ampere", "8.0")),  # GA100
    (0x2200, 0x227F, Chip("Ampere", "8.6")),  # GA102
    (0x2400, 0x25FF, Chip("Ampere", "8.6")),  # GA103, GA104, GA106, GA107
    (0x2300, 0x237F, Chip("Hopper", "9.0")),  # GH100
    (0x2680, 0x28FF, Chip("Ada Lovelace", "8.9")),  # AD102, AD103, AD104, AD106, AD107
    (0x2900, 0x29FF, Chip("Blackwell", "10.0")),  # GB100, GB102
    (0x2B80, 0x2DFF, Chip("Blackwell", "12.0")),  # GB202, GB203, GB206, GB207
    (0x2F00, 0x2F7F, Chip("Blackwell", "12.0")),  # GB205
    (0x3180, 0x31FF, Chip("Blackwell", "10.3")),  # GB110
)


FAMILIES = (
    (pattern(r"Orin \(nvgpu\)"), Chip("Ampere", "8.7", unified=True)),
    (pattern(r"Thor\b"), Chip("Blackwell", "11.0", unified=True)),
    (pattern(r"Tesla K\d"), Chip("Kepler", None)),
    (pattern(r"(?:Tesla|Quadro) M\d"), Chip("Maxwell", None)),
    (pattern(r"GeForce GTX 10\d0\b"), Chip("Pascal", "6.1")),
    (pattern(r"(?:Tesla|Quadro) P\d"), Chip("Pascal", None)),
    (pattern(r"GeForce GTX 16\d0\b|GeForce RTX 20[678]0\b|Quadro RTX \d"), Chip("Turing", "7.5")),
    (pattern(r"A(?:100|800|30)\b"), Chip("Ampere", "8.0")),
    (pattern(r"GeForce RTX 30[6-9]0\b"), Chip("Ampere", "8.6")),
    (pattern(r"RTX A\d"), Chip("Ampere", "8.6")),
    (pattern(r"G?H(?:20|100|200|800)\b"), Chip("Hopper", "9.0")),
    (pattern(r"RTX \d{4} Ada\b|L(?:4|20|40S?)\b"), Chip("Ada Lovelace", "8.9")),
    (pattern(r"GeForce RTX 40\d0\b"), Chip("Ada Lovelace", "8.9")),
    (pattern(r"GeForce RTX 50\d0\b|RTX PRO \d+ Blackwell\b"), Chip("Blackwell", "12.0")),
)
"""Names that NVIDIA gave to cards of one architecture only (Quadro K has two; RTX 2050 and 3050 A are odd)."""


def named(name: str | None) -> Chip | None:
    """The chip of ``Tesla K80``, from the driver's name of a card."""
    return next((chip for words, chip in FAMILIES if words.match((name or "").removeprefix("NVIDIA "))), None)


def find(pci_id: str | None) -> Chip | None:
    """The chip of ``10de:139b``; None for other makers' and for ids outside the known blocks."""
    vendor, _, device = (pci_id or "").partition(":")
    if vendor != "10de" or len(device) != 4:
        return None
    try:
        number = int(device, 16)
    except ValueError:
        return None
    return next((chip for first, last, chip in BLOCKS if first <= number <= last), None)
