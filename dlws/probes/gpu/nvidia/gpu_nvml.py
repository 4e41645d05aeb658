"""GPUs from NVML's plain data (dlws.host.nvml)."""

from typing import Any

from dlws.host import Host
from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuMig, GpuPower, GpuProcess, GpuSpecs, NvLink, PcieLink
from dlws.probes.gpu import pci, values
from dlws.probes.problems import Problems

Data = dict[str, Any]

ARCHITECTURES = {
    2: "Kepler",
    3: "Maxwell",
    4: "Pascal",
    5: "Volta",
    6: "Turing",
    7: "Ampere",
    8: "Ada Lovelace",
    9: "Hopper",
    10: "Blackwell",
    13: "Rubin",
}
"""nvmlDeviceArchitecture_t, in nvidia-smi's words."""

REASONS = (
    "applications_clocks_setting",
    "sw_power_cap",
    "hw_slowdown",
    "hw_thermal_slowdown",
    "hw_power_brake_slowdown",
    "sync_boost",
    "sw_thermal_slowdown",
    "display_clock_setting",
)
"""Reasons for a limited clock; that the GPU is idle is none."""

REASON_BITS = (0x2, 0x4, 0x8, 0x40, 0x80, 0x10, 0x20, 0x100)
"""nvmlClocksEventReasons in the order of REASONS; 0x1 says that the GPU is idle."""

COMPUTE_MODES = {0: "Default", 1: "Exclusive_Thread", 2: "Prohibited", 3: "Exclusive_Process"}
RECOVERY = (
    "none", "gpu_reset", "node_reboot", "drain_p2p",
    "drain_and_reset", "recover_imex_domain", "bus_reset", "system_reboot",
)  # fmt: skip
"""nvmlDeviceGpuRecoveryAction_t."""

ATS = 2
"""NVML_DEVICE_ADDRESSING_MODE_ATS: the GPU walks the CPU's page tables, as on Grace."""

SILENT = {"NotSupported", "FunctionNotFound", "ArgumentVersionMismatch", "Deprecated", "NotFound"}
"""The card or the driver has no such fact, or there is none now: nothing is wrong."""

FAULTS = {
    "GpuIsLost": "it is lost: it fell off the bus and has to be reset, or the machine rebooted",
    "ResetRequired": "it has to be reset before it can be used again (nvidia-smi --gpu-reset)",
    "InsufficientPower": "its power cables are not plugged in or give too little",
    "CorruptedInforom": "its info ROM is damaged: ask its maker",
    "IrqIssue": "its interrupts do not arrive",
    "NoPermission": "this user or container may not open it",
}
"""Errors that a sentence of their own explains."""

UNUSABLE = ("GpuIsLost", "ResetRequired", "InsufficientPower")
"""Errors of any call after which no program can use the GPU."""


def devices(host: Host, data: Data, problems: Problems) -> tuple[Gpu, ...]:
    """Every device that NVML knows of, also one that it could not open."""
    known = values.records(data, "devices") or []
    for device in known:
        _complain(device, problems)
    return tuple(_gpu(host, device) for device in known)


def why(error: str) -> str:
    """An error's name as a sentence's end."""
    return FAULTS.get(error, f"NVML says {error}")


def _complain(device: Data, problems: Problems) -> None:
    """One sentence an error for all the facts that it cost."""
    lost: dict[str, list[str]] = {}
    for key, error in values.record(device, "errors").items():
        lost.setdefault(str(error), []).append(key)
    for error, keys in lost.items():
        if error not in SILENT:
            problems.add(f"GPU {device.get('index')}: unknown {', '.join(keys)}: {why(error)}")


def _problem(device: Data) -> str | None:
    if error := device.get("error"):
        return f"NVML cannot open it: {why(str(error))}"
    errors = values.record(device, "errors").values()
    return next(
        (f"the driver reports a fault: {FAULTS[error]}" for error in UNUSABLE if error in errors), None
    )


def _gpu(host: Host, device: Data) -> Gpu:
    memory = values.record(device, "memory") or values.record(device, "memory_v1")
    utilization = values.record(device, "utilization")
    architecture, mode = (
        values.whole(device, "architecture"),
        values.whole(device, "compute_mode"),
    )
    return Gpu(
        index=values.whole(device, "index"),
        vendor="NVIDIA",
        name=values.text(device, "name"),
        architecture=None if architecture is None else ARCHITECTURES.get(architecture),
        compute_capability=values.version(device.get("compute_capability")),
        memory_mib=values.mib(memory.get("total")),
        memory_used_mib=values.mib(memory.get("used")),
        memory_free_mib=values.mib(memory.get("free")),
        unified_memory=True if values.whole(device, "addressing_mode") == ATS else None,
        uuid=values.text(device, "uuid"),
        pci_address=pci.normal(values.text(values.record(device, "pci"), "busId")),
        pci_id=_pci_id(values.whole(values.record(device, "pci"), "pciDeviceId")),
        pcie=_pcie(device),
        power=_power(device),
        clocks=GpuClocks(**{key: values.whole(device, key) for key in GpuClocks.__struct_fields__}),
        temperature_c=values.number(device, "temperature_c"),
        temperature_slowdown_c=values.number(device, "temperature_slowdown_c"),
        temperature_max_c=values.number(device, "temperature_max_c"),
        fan_percent=values.number(device, "fan_percent"),
        utilization_percent=values.number(utilization, "gpu"),
        ecc=_ecc(device),
        throttle_reasons=_reasons(values.whole(device, "event_reasons")),
        persistence=values.flag(device.get("persistence")),
        compute_mode=None if mode is None else COMPUTE_MODES.get(mode),
        display_attached=values.flag(device.get("display_attached")),
        mig=_mig(device),
        nvlink=_nvlink(device),
        processes=_processes(host, device),
        vbios=values.text(device, "vbios"),
        driver="nvidia" if "error" not in device else None,
        recovery_action=_recovery(values.whole(device, "recovery_action")),
        specs=_specs(device),
        problem=_problem(device),
    )


def _specs(device: Data) -> GpuSpecs | None:
    """Bandwidth as CUDA's deviceQuery reckons it: double data rate at the highest memory clock."""
    cores, bits, clock = (values.whole(device, key) for key in ("cores", "memory_bus_bits", "memory_max_mhz"))
    if cores is None and (not bits or not clock):
        return None
    bandwidth = round(2 * clock * bits / 8 / 1000, 1) if bits and clock else None
    return GpuSpecs(cores=cores, bandwidth_gbps=bandwidth, source="driver")


def _pcie(device: Data) -> PcieLink:
    return PcieLink(
        gen=values.whole(device, "pcie_gen"),
        gen_max=values.whole(device, "pcie_gen_max"),
        width=values.whole(device, "pcie_width"),
        width_max=values.whole(device, "pcie_width_max"),
    )


def _power(device: Data) -> GpuPower:
    low, high = values.pair(device.get("power_range_mw"))
    limit = device.get("power_limit_mw")
    return GpuPower(
        limit_w=values.watts(device.get("power_enforced_mw") if limit is None else limit),
        default_w=values.watts(device.get("power_default_mw")),
        min_w=values.watts(low),
        max_w=values.watts(high),
        draw_w=values.watts(device.get("power_mw")),
    )


def _ecc(device: Data) -> GpuEcc:
    enabled, pending = values.pair(device.get("ecc_mode"))
    rows = device.get("remapped_rows")
    corrected, uncorrected, remap_pending, failed = (
        rows if isinstance(rows, list) and len(rows) == 4 else [None] * 4
    )
    retired = [device.get("retired_single"), device.get("retired_double")]
    pages = [len(addresses) for addresses in retired if isinstance(addresses, list)]
    return GpuEcc(
        enabled=values.flag(enabled),
        pending=values.flag(pending),
        corrected_volatile=values.whole(device, "ecc_corrected_volatile"),
        uncorrected_volatile=values.whole(device, "ecc_uncorrected_volatile"),
        corrected_total=values.whole(device, "ecc_corrected_total"),
        uncorrected_total=values.whole(device, "ecc_uncorrected_total"),
        retired_pages=sum(pages) if pages else None,
        retired_pages_pending=values.flag(device.get("retired_pending")),
        remapped_rows=None if corrected is None or uncorrected is None else corrected + uncorrected,
        remap_pending=values.flag(remap_pending),
        remap_failed=values.flag(failed),
    )


def _reasons(bits: int | None) -> tuple[str, ...] | None:
    if bits is None:
        return None
    return tuple(name for name, bit in zip(REASONS, REASON_BITS, strict=True) if bits & bit)


def _mig(device: Data) -> GpuMig | None:
    enabled, pending = values.pair(device.get("mig_mode"))
    if enabled is None:
        return None
    found = values.records(device, "mig_devices")
    return GpuMig(
        enabled=values.flag(enabled),
        pending=values.flag(pending),
        instances=None if found is None else len(found),
    )


def _nvlink(device: Data) -> NvLink | None:
    links = values.records(device, "nvlinks")
    if not links:
        return None
    versions = [version for link in links if (version := values.whole(link, "version"))]
    return NvLink(
        links=len(links),
        active=sum(link.get("active") is True for link in links),
        version=max(versions, default=None),
    )


def _processes(host: Host, device: Data) -> tuple[GpuProcess, ...] | None:
    """A process that computes and draws is listed once, as computing."""
    kinds = {kind: values.records(device, f"{kind}_processes") for kind in ("compute", "graphics")}
    if all(processes is None for processes in kinds.values()):
        return None
    found: dict[int, GpuProcess] = {}
    for kind, processes in kinds.items():
        for process in processes or ():
            pid = values.whole(process, "pid")
            if pid is not None and pid not in found:
                memory = values.mib(process.get("usedGpuMemory"))
                name = host.read(f"/proc/{pid}/comm")
                found[pid] = GpuProcess(pid=pid, name=name, memory_mib=memory, kind=kind)
    return tuple(found.values())


def _recovery(value: int | None) -> str | None:
    return RECOVERY[value] if value is not None and 0 <= value < len(RECOVERY) else None


def _pci_id(value: int | None) -> str | None:
    """Device in the upper half, vendor in the lower."""
    return None if not value else f"{value & 0xFFFF:04x}:{value >> 16 & 0xFFFF:04x}"
