"""Secure Boot, from what the kernel says of it when it starts, put as the firmware's variable."""

from dlws.pattern import pattern

from .evidence import Evidence

SAID = pattern(r"secureboot: Secure boot (enabled|disabled)\b|locked down from EFI Secure Boot mode")
"""Of kernel 4.17 and later, and of older ones that distributions patched."""

VARIABLE = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
ATTRIBUTES = "\x06\0\0\0"
"""Four bytes that come before the value (Documentation/filesystems/efivarfs.rst)."""


def read(text: str, evidence: Evidence) -> None:
    """The last boot in a kernel log counts."""
    words = [found[1] for found in SAID.finditer(text)]
    if words:
        evidence.file(VARIABLE, ATTRIBUTES + ("\0" if words[-1] == "disabled" else "\1"))
