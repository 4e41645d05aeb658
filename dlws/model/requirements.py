"""What a workload needs."""

from shlex import quote

from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """One estimated number with what it rests on, and the band that the truth should lie in."""

    value: float
    low: float
    high: float
    basis: str


class Vram(Struct, frozen=True, kw_only=True):
    """Memory of one GPU at the peak of the job; the parts add up to the total."""

    total_gib: float
    """What nvidia-smi would show: tensors, allocator and driver context."""
    allocated_gib: float
    """Tensors alone: torch.cuda.max_memory_allocated. More than the card has means it cannot run."""
    reserved_gib: float
    """With what the allocator holds beside: torch.cuda.max_memory_reserved."""
    low_gib: float
    high_gib: float
    weights_gib: float
    gradients_gib: float
    optimizer_gib: float
    activations_gib: float
    kv_cache_gib: float
    logits_gib: float
    temporary_gib: float
    framework_gib: float
    """Driver context, library workspaces and allocator slack."""
    peak: str
    """When it is reached: ``backward``, ``optimizer step``, ``prefill`` or ``decode``. Gradients that are
    not alive then count 0."""
    basis: str
    error_percent: float


class Estimate(Struct, frozen=True, kw_only=True):
    """What the job takes. ``None`` cannot be told from what was said; ``unknown`` says why."""

    vram: Vram
    parameters: int
    trained_parameters: int
    ram_gib: float
    disk_gb: float
    flops: float | None = None
    """Floating-point operations of the whole job."""
    time_hours: float | None = None
    """On the first of the options."""
    energy_kwh: float | None = None
    electricity_cost: float | None = None
    currency: str | None = None
    figures: dict[str, Figure] = {}
    """Basis and band of ram_gib, disk_gb, time_hours, energy_kwh."""
    unknown: dict[str, str] = {}


class Need(Struct, frozen=True, kw_only=True):
    """One thing that a machine should have, and why."""

    value: float
    reason: str


class Machine(Struct, frozen=True, kw_only=True):
    """A machine that would do."""

    gpus: Need
    vram_gib: Need
    """Of each GPU."""
    compute_capability: Need
    """NVIDIA's number as a decimal: 8.0, 7.5, ..."""
    ram_gib: Need
    disk_gb: Need
    cpu_cores: Need


class CloudPrice(Struct, frozen=True, kw_only=True):
    """What renting it costs."""

    provider: str
    instance_type: str
    region: str
    usd_per_hour: float
    """The whole instance."""
    gpus: int
    as_of: str
    source: str


class Option(Struct, frozen=True, kw_only=True):
    """A GPU that would do, and what it would cost."""

    vendor: str
    gpu: str
    count: int
    vram_gib: float
    """Of each GPU, usable."""
    need_gib: float
    """On each GPU."""
    fit: str
    """``fits``, or ``tight``: within the error of the estimate."""
    samples_per_second: float | None = None
    """Over all of them; sequences or prompts of a language model."""
    tokens_per_second: float | None = None
    """Trained on, or generated."""
    time_hours: float | None = None
    energy_kwh: float | None = None
    electricity_cost: float | None = None
    launch_price_usd: float | None = None
    """Of all of them, at launch; not today's price."""
    launch_year: int | None = None
    cloud: CloudPrice | None = None
    source: str | None = None


class Requirements(Struct, frozen=True, kw_only=True):
    """Minimum and recommended machine for a workload."""

    workload: str
    named: str | None = None
    """What a user asked for it by: a name of the library, a size such as 8B, or a file."""
    changes: dict[str, str] = {}
    """Fields of the workload that --set changed."""
    estimate: Estimate
    minimum: Machine
    recommended: Machine
    options: tuple[Option, ...] = ()
    advice: tuple[str, ...] = ()
    """Changes to the workload that would need less, each with what it would need then."""
    assumptions: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """What shows all this, and the options beside it."""
        changes = (f" --set {quote(f'{key}={value}')}" for key, value in self.changes.items())
        return f"dlws size {quote(self.named or self.workload)}{''.join(changes)}"
