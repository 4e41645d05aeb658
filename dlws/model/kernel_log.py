"""What the kernel said about hardware faults."""

from msgspec import Struct


class KernelEvent(Struct, frozen=True, kw_only=True):
    """One kind of event on one subject, counted."""

    kind: str
    """NVIDIA: ``xid``, ``sxid``, ``gpu_lost``, ``nvrm``, ``module``. Other GPUs: ``nouveau``, ``amdgpu``,
    ``radeon``, ``i915``, ``xe``, ``nvgpu`` (Jetson). Platform: ``aer``, ``iommu``, ``mce``, ``edac``,
    ``thermal``, ``io``, ``nic``. The kernel itself:
    ``panic``, ``oops``, ``lockup``. No hardware fault by itself: ``oom``, ``hung_task``."""
    subject: str | None = None
    """PCI address, CPU, DIMM or disk; for ``oom`` and ``hung_task`` the process name."""
    code: int | None = None
    """Xid number."""
    severity: str | None = None
    """``corrected``, ``deferred``, ``nonfatal``, ``uncorrected``, ``fatal`` where the line says so."""
    cause: str | None = None
    """Which of several things this kind can mean, for example ``init_failed`` of ``nvrm``."""
    port: str | None = None
    """The PCIe port that reported an ``aer`` event."""
    count: int = 1
    """How often; a line that says how many errors it stands for counts as many."""
    first: str | None = None
    """Time as the log gives it: ISO 8601, seconds since boot, or syslog's month, day and time."""
    last: str | None = None
    this_boot: bool | None = None
    message: str | None = None
    """The newest line of this kind, shortened."""


class KernelLog(Struct, frozen=True, kw_only=True):
    """Hardware events of this boot and of earlier ones."""

    source: str | None = None
    """What was read; None: no log was readable."""
    earlier_source: str | None = None
    """What earlier boots were read from; None: they are not known."""
    events: tuple[KernelEvent, ...] = ()
