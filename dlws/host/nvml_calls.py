"""Which questions NVML is asked. One row a fact; the answer's key is the row's first cell."""

from typing import NamedTuple

LIBRARY = "libnvidia-ml.so.1"
PLACES = ("/usr/lib/wsl/lib", "/run/opengl-driver/lib", "/usr/local/nvidia/lib64")
"""After the linker's search path: WSL 2, NixOS and Kubernetes nodes, which often leave theirs out of it."""

LIBRARY_NOT_FOUND = "LibraryNotFound"
"""As NVML's own errors are called."""

MEMORY_V2 = 0x02000028
"""nvmlMemory_v2: its ``used`` leaves out what the driver reserves for itself, as nvidia-smi shows it."""

LINKS = 36
"""NVML_NVLINK_MAX_LINKS; asked one by one until the card says that it has no more."""

FIELDS = {"recovery_action": 230, "tlimit_slowdown": 194, "tlimit_gpu_max": 196, "c2c_links": 170}
"""Facts that have a field id (nvml.h, NVML_FI_DEV_*) and no function of their own."""


class Call(NamedTuple):
    """A key, functions of pynvml, newest first, and what follows the handle in their arguments.

    The next function is asked only if the driver is too old to have the one before.
    """

    key: str
    functions: tuple[str, ...]
    arguments: tuple[int, ...] = ()


def _device(key: str, name: str, *arguments: int, older: str | None = None) -> Call:
    names = (name,) if older is None else (name, older)
    return Call(key, tuple(f"nvmlDeviceGet{one}" for one in names), arguments)


SYSTEM = (
    Call("driver", ("nvmlSystemGetDriverVersion",)),
    Call("cuda", ("nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion")),
    Call("nvml", ("nvmlSystemGetNVMLVersion",)),
)

DEVICE = (
    _device("name", "Name"),
    _device("uuid", "UUID"),
    _device("pci", "PciInfo"),
    _device("architecture", "Architecture"),
    _device("compute_capability", "CudaComputeCapability"),
    _device("cores", "NumGpuCores"),
    _device("memory", "MemoryInfo", MEMORY_V2),
    _device("memory_v1", "MemoryInfo"),
    _device("memory_bus_bits", "MemoryBusWidth"),
    _device("addressing_mode", "AddressingMode"),
    _device("virtualization_mode", "VirtualizationMode"),
    _device("pcie_gen", "CurrPcieLinkGeneration"),
    _device("pcie_gen_max", "MaxPcieLinkGeneration"),
    _device("pcie_gen_device_max", "GpuMaxPcieLinkGeneration"),
    _device("pcie_width", "CurrPcieLinkWidth"),
    _device("pcie_width_max", "MaxPcieLinkWidth"),
    _device("pcie_replays", "PcieReplayCounter"),
    _device("power_mw", "PowerUsage"),
    _device("power_limit_mw", "PowerManagementLimit"),
    _device("power_enforced_mw", "EnforcedPowerLimit"),
    _device("power_default_mw", "PowerManagementDefaultLimit"),
    _device("power_range_mw", "PowerManagementLimitConstraints"),
    _device("sm_mhz", "ClockInfo", 1),
    _device("sm_max_mhz", "MaxClockInfo", 1),
    _device("memory_mhz", "ClockInfo", 2),
    _device("memory_max_mhz", "MaxClockInfo", 2),
    _device("event_reasons", "CurrentClocksEventReasons", older="CurrentClocksThrottleReasons"),
    _device("performance_state", "PerformanceState"),
    _device("temperature_c", "Temperature", 0),
    _device("temperature_shutdown_c", "TemperatureThreshold", 0),
    _device("temperature_slowdown_c", "TemperatureThreshold", 1),
    _device("temperature_max_c", "TemperatureThreshold", 3),
    _device("temperature_margin_c", "MarginTemperature"),
    _device("fan_percent", "FanSpeed"),
    _device("utilization", "UtilizationRates"),
    _device("ecc_mode", "EccMode"),
    _device("ecc_corrected_volatile", "TotalEccErrors", 0, 0),
    _device("ecc_uncorrected_volatile", "TotalEccErrors", 1, 0),
    _device("ecc_corrected_total", "TotalEccErrors", 0, 1),
    _device("ecc_uncorrected_total", "TotalEccErrors", 1, 1),
    _device("retired_single", "RetiredPages", 0),
    _device("retired_double", "RetiredPages", 1),
    _device("retired_pending", "RetiredPagesPendingStatus"),
    _device("remapped_rows", "RemappedRows"),
    _device("mig_mode", "MigMode"),
    _device("mig_max", "MaxMigDeviceCount"),
    _device("persistence", "PersistenceMode"),
    _device("compute_mode", "ComputeMode"),
    _device("display_attached", "DisplayMode"),
    _device("display_active", "DisplayActive"),
    _device("vbios", "VbiosVersion"),
    _device("gsp_firmware", "GspFirmwareVersion"),
    _device("compute_processes", "ComputeRunningProcesses_v3", older="ComputeRunningProcesses_v2"),
    _device("graphics_processes", "GraphicsRunningProcesses_v3", older="GraphicsRunningProcesses_v2"),
)

MIG_DEVICE = (
    _device("name", "Name"),
    _device("uuid", "UUID"),
    _device("memory", "MemoryInfo"),
    _device("gpu_instance", "GpuInstanceId"),
)

LINK = (
    _device("version", "NvLinkVersion"),
    _device("remote_type", "NvLinkRemoteDeviceType"),
    _device("remote", "NvLinkRemotePciInfo"),
)

PAIR = (
    _device("ancestor", "TopologyCommonAncestor"),
    _device("p2p_read", "P2PStatus", 0),
)
"""Asked of two handles."""
