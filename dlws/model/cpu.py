"""The processor, and how much of it this process may use."""

from msgspec import Struct


class CpuFlags(Struct, frozen=True, kw_only=True):
    """Instruction sets that matter for deep learning, by the names Linux gives them in /proc/cpuinfo.

    ``None`` where the flag does not exist on this architecture or no flags could be read.
    """

    avx: bool | None = None
    avx2: bool | None = None
    fma: bool | None = None
    f16c: bool | None = None
    avx_vnni: bool | None = None
    avx512f: bool | None = None
    avx512cd: bool | None = None
    avx512bw: bool | None = None
    avx512dq: bool | None = None
    avx512vl: bool | None = None
    avx512ifma: bool | None = None
    avx512vbmi: bool | None = None
    avx512_vbmi2: bool | None = None
    avx512_vnni: bool | None = None
    avx512_bitalg: bool | None = None
    avx512_vpopcntdq: bool | None = None
    avx512_vp2intersect: bool | None = None
    avx512_bf16: bool | None = None
    avx512_fp16: bool | None = None
    amx_tile: bool | None = None
    amx_int8: bool | None = None
    amx_bf16: bool | None = None
    amx_fp16: bool | None = None
    neon: bool | None = None
    sve: bool | None = None
    sve2: bool | None = None
    arm_bf16: bool | None = None
    arm_i8mm: bool | None = None
    arm_fp16: bool | None = None


class CpuLimits(Struct, frozen=True, kw_only=True):
    """What this process may use of the machine: containers and batch systems hand out less than all."""

    usable_threads: int | None = None
    """Threads in this process's affinity mask."""
    quota_cpus: float | None = None
    """CPU bandwidth limit of the tightest cgroup above this process, in CPUs; None: no limit seen."""
    memory_mib: int | None = None
    """Memory limit of the tightest cgroup above this process; None: no limit seen."""


class Cpu(Struct, frozen=True, kw_only=True):
    """Processors of one machine; counts are of what is online unless said otherwise."""

    model: str | None = None
    """As the maker names it; of an Arm chip with several kinds of cores all, the strongest first."""
    vendor: str | None = None
    """As the processor itself and lscpu name it: ``GenuineIntel``, ``AuthenticAMD``, ``ARM``."""
    architecture: str | None = None
    """Machine name as ``uname -m`` gives it."""
    sockets: int | None = None
    cores: int | None = None
    """Physical cores over all sockets."""
    threads: int | None = None
    p_cores: int | None = None
    """Performance cores of a hybrid processor; None on any other."""
    e_cores: int | None = None
    smt: bool | None = None
    offline_threads: int | None = None
    base_mhz: float | None = None
    """Of the fastest cores, without turbo."""
    max_mhz: float | None = None
    """As the frequency driver gives it; acpi-cpufreq leaves turbo out."""
    l1d_kib: int | None = None
    """Sum over all instances, as lscpu prints it; the same for the other caches."""
    l1i_kib: int | None = None
    l2_kib: int | None = None
    l3_mib: float | None = None
    flags: CpuFlags = CpuFlags()
    governor: str | None = None
    driver: str | None = None
    """Frequency scaling driver."""
    numa_nodes: int | None = None
    """All that are online, also those without CPUs."""
    microcode: str | None = None
    limits: CpuLimits = CpuLimits()
