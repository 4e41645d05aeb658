"""What AMD SMI knows of a card beyond sysfs, from its plain data (dlws.host.amdsmi)."""

from typing import Any

from dlws.host.amdsmi_calls import LINK_UP
from dlws.model.gpu import Gpu, GpuEcc, NvLink
from dlws.probes.gpu import values
from dlws.probes.gpu.filled import filled
from dlws.probes.problems import Problems

Data = dict[str, Any]

SILENT = {
    "NOT_SUPPORTED",
    "NOT_YET_IMPLEMENTED",
    "FunctionNotFound",
    "NO_DATA",
    "NOT_FOUND",
    "FILE_NOT_FOUND",
}
"""The card or the driver has no such fact: nothing is wrong."""

UNASKED = ("not in ", "LibraryNotFound")
"""Nobody could ask, and that is no fault: sysfs has the most of it."""

FAULTS = {
    "NO_PERM": "this user may not open it: add them to the groups render and video",
    "DRIVER_NOT_LOADED": "the amdgpu kernel module is not loaded",
    "LibraryTooOld": "it is older than that of ROCm 6.2, and answers otherwise",
}

REASONS = {
    "package_power": "sw_power_cap",
    "socket_thermal": "sw_thermal_slowdown",
    "hbm_thermal": "sw_thermal_slowdown",
    "vr_thermal": "hw_thermal_slowdown",
    "prochot": "hw_slowdown",
}
"""Violations in the words that NVIDIA has for them."""

UMC = 1
"""AMDSMI_GPU_BLOCK_UMC, the memory controller."""


def completed(gpus: tuple[Gpu, ...], data: Data, problems: Problems) -> tuple[Gpu, ...]:
    """The same GPUs, with what sysfs did not tell. One that only AMD SMI lists is none of these and left out."""
    error = data.get("error")
    if error is not None and not str(error).startswith(UNASKED):
        problems.add(f"AMD SMI was not asked everything: {FAULTS.get(str(error), str(error))}")
    devices = {values.text(one, "bdf"): one for one in values.records(data, "devices") or ()}
    return tuple(_completed(gpu, devices.get(gpu.pci_address), problems) for gpu in gpus)


def p2p(data: Data) -> dict[frozenset[str | None], bool]:
    """Whether two cards, by their addresses, may read each other's memory."""
    places = [values.text(one, "bdf") for one in values.records(data, "devices") or ()]
    return {
        frozenset((places[pair["a"]], places[pair["b"]])): pair["p2p"]
        for pair in values.records(data, "pairs") or ()
        if all(isinstance(pair.get(end), int) and 0 <= pair[end] < len(places) for end in "ab")
        and isinstance(pair.get("p2p"), bool)
    }


def _completed(gpu: Gpu, device: Data | None, problems: Problems) -> Gpu:
    if device is None:
        return gpu
    _complain(gpu, device, problems)
    return filled(gpu, _told(device))


def _complain(gpu: Gpu, device: Data, problems: Problems) -> None:
    """One sentence an error for all the facts that it cost."""
    lost: dict[str, list[str]] = {}
    for key, error in values.record(device, "errors").items():
        lost.setdefault(str(error), []).append(key)
    for error, keys in lost.items():
        if error not in SILENT:
            what = ", ".join(keys)
            problems.add(f"GPU {gpu.pci_address}: unknown {what}: AMD SMI says {FAULTS.get(error, error)}")


def _told(device: Data) -> Gpu:
    blocks, counts = values.whole(device, "ecc_blocks"), device.get("ecc_counts")
    corrected, uncorrected = counts[:2] if isinstance(counts, list) and len(counts) >= 2 else (None, None)
    return Gpu(
        name=_known(device, "market_name"),
        uuid=_known(device, "uuid"),
        memory_type=_known(device, "vram_type"),
        memory_vendor=_known(device, "vram_vendor"),
        compute_partition=_known(device, "compute_partition"),
        memory_partition=_known(device, "memory_partition"),
        ecc=GpuEcc(
            enabled=None if blocks is None else bool(blocks & UMC),
            corrected_volatile=corrected if isinstance(corrected, int) else None,
            uncorrected_volatile=uncorrected if isinstance(uncorrected, int) else None,
        ),
        xgmi=_links(device.get("xgmi_links")),
        throttle_reasons=_reasons(device.get("violations")),
    )


def _known(device: Data, key: str) -> str | None:
    told = values.text(device, key)
    return None if told is None or told.upper() in ("N/A", "UNKNOWN") else told


def _links(states: Any) -> NvLink | None:
    if not isinstance(states, list) or not states:
        return None
    return NvLink(links=len(states), active=sum(state == LINK_UP for state in states))


def _reasons(violations: Any) -> tuple[str, ...] | None:
    if not isinstance(violations, dict) or not violations:
        return None
    return tuple(dict.fromkeys(word for name, word in REASONS.items() if violations.get(name) is True))
