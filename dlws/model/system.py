"""Board, operating system and software."""

from msgspec import Struct


class Slot(Struct, frozen=True, kw_only=True):
    """One expansion slot, as the firmware (SMBIOS type 9) describes it."""

    name: str | None = None
    type: str | None = None
    width: int | None = None
    """Data lanes."""
    in_use: bool | None = None
    pci_address: str | None = None
    device: str | None = None


class Sensor(Struct, frozen=True, kw_only=True):
    """One reading of the kernel's hwmon."""

    chip: str
    label: str | None = None
    kind: str
    """``temperature_c``, ``fan_rpm``, ``power_w`` or ``voltage_v``."""
    value: float | None = None


class PowerSupply(Struct, frozen=True, kw_only=True):
    """A power supply that the firmware really describes (placeholders are left out)."""

    name: str | None = None
    manufacturer: str | None = None
    max_w: int | None = None
    present: bool | None = None
    status: str | None = None


class Board(Struct, frozen=True, kw_only=True):
    """Mainboard, chassis and firmware; a firmware placeholder is None."""

    vendor: str | None = None
    model: str | None = None
    system_vendor: str | None = None
    system_model: str | None = None
    chassis: str | None = None
    bios: str | None = None
    bios_vendor: str | None = None
    bios_date: str | None = None
    slots: tuple[Slot, ...] | None = None
    """None: the firmware's table could not be read."""
    sensors: tuple[Sensor, ...] = ()
    power_supplies: tuple[PowerSupply, ...] | None = None


class Os(Struct, frozen=True, kw_only=True):
    """Operating system."""

    id: str | None = None
    like: tuple[str, ...] = ()
    """Distributions it is made from (ID_LIKE=)."""
    version: str | None = None
    codename: str | None = None
    base_codename: str | None = None
    """Codename of the Ubuntu or Debian release that a derivative is made from."""
    name: str | None = None
    kernel: str | None = None
    arch: str | None = None
    virtualization: str | None = None
    """``none``, the hypervisor in systemd-detect-virt's words (``kvm``, ``vmware``, ``microsoft``, ...), or ``vm``:
    there is a hypervisor, and it does not say which."""
    container: str | None = None
    """``none``, or ``docker``, ``podman``, ``lxc``, ``systemd-nspawn``, ``kubernetes``, ..."""
    wsl: bool | None = None
    secure_boot: bool | None = None
    uefi: bool | None = None
    lockdown: str | None = None
    cmdline: tuple[str, ...] = ()
    """Kernel parameters that matter here (iommu, nouveau, nvidia, pci, isolcpus, ...)."""
    uptime_s: float | None = None
    init: str | None = None


class KernelModule(Struct, frozen=True, kw_only=True):
    """The NVIDIA kernel module."""

    loaded: bool | None = None
    version: str | None = None
    """Version of the loaded module; of the installed one if none is loaded."""
    installed: bool | None = None
    """True if a module for the running kernel lies on the disk, loaded or not."""
    sources: str | None = None
    """Version that DKMS has the sources of, where no module for the running kernel was found."""
    flavour: str | None = None
    """``open`` or ``proprietary``."""
    nouveau_loaded: bool | None = None


class CudaToolkit(Struct, frozen=True, kw_only=True):
    """One installed CUDA toolkit."""

    version: str | None = None
    path: str | None = None
    has_nvcc: bool | None = None


class Docker(Struct, frozen=True, kw_only=True):
    """The Docker engine; ``runtimes`` is what the running daemon says, not what a file says."""

    version: str | None = None
    snap: bool | None = None
    running: bool | None = None
    runtimes: tuple[str, ...] | None = None
    default_runtime: str | None = None
    rootless: bool | None = None
    cdi: bool | None = None
    configured_runtimes: tuple[str, ...] | None = None
    """What /etc/docker/daemon.json says."""


class ContainerToolkit(Struct, frozen=True, kw_only=True):
    """The NVIDIA container toolkit."""

    version: str | None = None
    cdi_specs: tuple[str, ...] = ()


class Framework(Struct, frozen=True, kw_only=True):
    """A deep learning framework in one Python environment."""

    name: str
    version: str | None = None
    python: str | None = None
    """Path of the environment's interpreter."""
    python_version: str | None = None
    cuda: str | None = None
    """CUDA version that it was built for; ``cpu`` for a build without; None: could not be read."""
    rocm: str | None = None
    """ROCm version that it was built for; None: not for ROCm, or it could not be read."""
    sees_gpu: bool | None = None
    """Asked by really running it; None: not asked."""
    detail: str | None = None


class Software(Struct, frozen=True, kw_only=True):
    """Software that matters for deep learning."""

    nvidia_driver: str | None = None
    """Version of the loaded NVIDIA driver (kernel side)."""
    nvidia_library: str | None = None
    """Version of the user-mode driver library; it must equal the kernel side's."""
    driver_cuda: str | None = None
    """Newest CUDA version that the driver supports."""
    driver_fault: str | None = None
    """What nvidia-smi or modprobe said instead of GPUs, where their output is what is known of the driver:
    ``not_loaded``, ``key_rejected`` (by Secure Boot), ``version_mismatch``, ``no_devices``, ``no_permission``,
    ``no_library``, ``blocked`` (by the operating system), or ``error`` for whatever else."""
    kernel_module: KernelModule = KernelModule()
    cuda_toolkits: tuple[CudaToolkit, ...] = ()
    cudnn: str | None = None
    nccl: str | None = None
    rocm: str | None = None
    docker: Docker | None = None
    """None: not installed."""
    podman: str | None = None
    container_toolkit: ContainerToolkit | None = None
    conda: str | None = None
    """Path of the conda, mamba or micromamba program."""
    uv: str | None = None
    python: str | None = None
    """Version of the system's Python."""
    frameworks: tuple[Framework, ...] = ()
    missing_programs: tuple[str, ...] | None = None
    """Programs that a deep learning machine should have and this one lacks; None: they could not be looked for."""
