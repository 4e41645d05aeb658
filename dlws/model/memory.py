"""Main memory and its modules."""

from msgspec import Struct


class MemoryModule(Struct, frozen=True, kw_only=True):
    """One populated slot, as the firmware (SMBIOS type 17) describes it."""

    slot: str | None = None
    bank: str | None = None
    size_mib: int | None = None
    type: str | None = None
    """For example ``DDR5``."""
    form_factor: str | None = None
    speed_mts: int | None = None
    """Rated speed in megatransfers per second."""
    configured_mts: int | None = None
    """Speed it runs at."""
    ranks: int | None = None
    ecc: bool | None = None
    """True if the module has bits for error correction: it is wider than its data."""
    manufacturer: str | None = None
    part_number: str | None = None


class MemoryErrors(Struct, frozen=True, kw_only=True):
    """Counts of the kernel's EDAC driver since boot, over all memory controllers."""

    corrected: int | None = None
    uncorrected: int | None = None


class Memory(Struct, frozen=True, kw_only=True):
    """Main memory of one machine."""

    total_mib: int | None = None
    available_mib: int | None = None
    swap_mib: int | None = None
    swap_free_mib: int | None = None
    hugepages_total: int | None = None
    hugepage_kib: int | None = None
    modules: tuple[MemoryModule, ...] | None = None
    """None: the firmware's table could not be read. Empty: it lists no module."""
    modules_source: str | None = None
    """Where ``modules`` come from: ``smbios``, ``udev`` or ``edac``, which does not know all of a module."""
    slots: int | None = None
    empty_slots: int | None = None
    channels: int | None = None
    """Memory channels in use, from the slot names; None where they do not say."""
    platform_channels: int | None = None
    """Memory channels that the processors have, from the catalog."""
    ecc: str | None = None
    """Error correction type of the memory array, for example ``Multi-bit ECC`` or ``None``."""
    errors: MemoryErrors | None = None
    """None: no EDAC driver is loaded."""
