"""One graphics or compute accelerator."""

from msgspec import Struct

MOBILE = ("Laptop", "Mobile", "Max-Q")
"""Words in the names of cards that are soldered into laptops, whose makers wire as few lanes as they like."""


class PcieLink(Struct, frozen=True, kw_only=True):
    """A PCI Express link; ``gen`` drops at idle by design, ``width`` does not."""

    gen: int | None = None
    gen_max: int | None = None
    """The most that card and slot can do together, as far as the driver says."""
    width: int | None = None
    width_max: int | None = None
    slot_gen_max: int | None = None
    """The upstream port's own maximum."""
    slot_width_max: int | None = None


class GpuPower(Struct, frozen=True, kw_only=True):
    """Board power."""

    limit_w: float | None = None
    default_w: float | None = None
    min_w: float | None = None
    max_w: float | None = None
    draw_w: float | None = None


class GpuClocks(Struct, frozen=True, kw_only=True):
    """Clocks now and at most."""

    sm_mhz: int | None = None
    sm_max_mhz: int | None = None
    memory_mhz: int | None = None
    memory_max_mhz: int | None = None


class GpuEcc(Struct, frozen=True, kw_only=True):
    """Memory error correction and its counts."""

    enabled: bool | None = None
    pending: bool | None = None
    corrected_volatile: int | None = None
    uncorrected_volatile: int | None = None
    corrected_total: int | None = None
    uncorrected_total: int | None = None
    retired_pages: int | None = None
    retired_pages_pending: bool | None = None
    remapped_rows: int | None = None
    remap_pending: bool | None = None
    remap_failed: bool | None = None


class GpuMig(Struct, frozen=True, kw_only=True):
    """Multi-Instance GPU."""

    enabled: bool | None = None
    pending: bool | None = None
    instances: int | None = None


class NvLink(Struct, frozen=True, kw_only=True):
    """NVLink connections of one GPU."""

    links: int | None = None
    active: int | None = None
    version: int | None = None


class GpuProcess(Struct, frozen=True, kw_only=True):
    """A process that holds memory on the GPU."""

    pid: int
    name: str | None = None
    memory_mib: int | None = None
    kind: str | None = None
    """``compute`` or ``graphics``."""


class GpuSpecs(Struct, frozen=True, kw_only=True):
    """Figures of the model from the catalog; where it has none, from what the driver says. Never measured."""

    memory_gb: float | None = None
    """As on the box, in binary gigabytes."""
    bandwidth_gbps: float | None = None
    """Memory bandwidth in gigabytes per second."""
    cores: int | None = None
    tensor_cores: int | None = None
    bf16_tflops: float | None = None
    """Dense, with FP32 accumulation."""
    source: str | None = None


class Gpu(Struct, frozen=True, kw_only=True):
    """One GPU. A card that is lost or has no driver stays in the list, with ``problem``."""

    index: int | None = None
    vendor: str | None = None
    name: str | None = None
    architecture: str | None = None
    compute_capability: str | None = None
    """``8.9`` on NVIDIA; see ``gfx`` for AMD."""
    gfx: str | None = None
    memory_mib: int | None = None
    """The GPU's own memory. None where it shares the CPU's and no part of that is set aside for it."""
    memory_used_mib: int | None = None
    memory_free_mib: int | None = None
    memory_type: str | None = None
    """``HBM3``, ``GDDR6``, as far as the driver says."""
    memory_vendor: str | None = None
    """Who made the memory's chips."""
    unified_memory: bool | None = None
    """True where GPU and CPU share the same memory."""
    uuid: str | None = None
    pci_address: str | None = None
    pci_id: str | None = None
    """``10de:2684``."""
    numa_node: int | None = None
    pcie: PcieLink = PcieLink()
    power: GpuPower = GpuPower()
    clocks: GpuClocks = GpuClocks()
    temperature_c: float | None = None
    temperature_slowdown_c: float | None = None
    temperature_max_c: float | None = None
    fan_percent: float | None = None
    utilization_percent: float | None = None
    ecc: GpuEcc = GpuEcc()
    throttle_reasons: tuple[str, ...] | None = None
    """Why clocks are limited now, as in ``sw_power_cap``; empty: nothing limits them; None: unknown.

    That the GPU is idle is no limit. AMD's and Intel's reasons are told in NVIDIA's words, and a limit of the
    current, for which NVIDIA has none, as ``current_limit``.
    """
    persistence: bool | None = None
    compute_mode: str | None = None
    display_attached: bool | None = None
    mig: GpuMig | None = None
    """None: the card has no MIG, or it could not be asked."""
    nvlink: NvLink | None = None
    xgmi: NvLink | None = None
    """The same for AMD's links between cards."""
    compute_partition: str | None = None
    """Into how many parts an Instinct card shows itself: ``SPX`` (one), ``DPX``, ``TPX``, ``QPX``, ``CPX``."""
    memory_partition: str | None = None
    """How its memory is divided: ``NPS1``, ``NPS2``, ``NPS4``."""
    processes: tuple[GpuProcess, ...] | None = None
    vbios: str | None = None
    driver: str | None = None
    """Kernel driver that is bound to the card: ``nvidia``, ``nouveau``, ``vfio-pci``, ``amdgpu``, ..."""
    recovery_action: str | None = None
    """What the driver says must be done to recover the card (NVML field 230)."""
    specs: GpuSpecs | None = None
    problem: str | None = None
