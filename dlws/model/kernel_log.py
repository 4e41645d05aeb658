"""What the kernel said about hardware faults."""

from msgspec import Struct


class KernelEvent(Struct, frozen=True, kw_only=True):
    """One kind of event on one subject, counted."""

    kind: str
    """``xid``, ``gpu_lost``, ``aer``, ``mce``, ``edac``, ``thermal``, ``oom``, ``nvrm``, ``io``."""
    subject: str | None = None
    """PCI address, CPU, DIMM or disk."""
    code: int | None = None
    """Xid number."""
    severity: str | None = None
    """``corrected``, ``uncorrected``, ``fatal`` where the line says so."""
    count: int = 1
    first: str | None = None
    """Time as the log gives it: ISO 8601, or seconds since boot."""
    last: str | None = None
    this_boot: bool | None = None
    message: str | None = None
    """The newest line of this kind, shortened."""


class KernelLog(Struct, frozen=True, kw_only=True):
    """Hardware events of this boot and of earlier ones."""

    source: str | None = None
    """What was read; None: no log was readable."""
    events: tuple[KernelEvent, ...] = ()
