"""GPUs from what ``nvidia-smi -q`` or ``nvidia-smi -q -x`` printed."""

from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuMig, GpuPower, GpuProcess, PcieLink
from dlws.probes.gpu import pci
from dlws.probes.gpu.nvidia import nvidia_smi_log
from dlws.probes.gpu.nvidia.gpu_nvml import REASONS
from dlws.probes.gpu.nvidia.nvidia_smi_log import Card

LOST = "the driver lost this GPU: it has to be reset, or the machine rebooted"
KINDS = {"C": "compute", "G": "graphics", "C+G": "compute", "M": "compute", "M+C": "compute"}

RECOVERY = {"reset": "gpu_reset", "reboot": "node_reboot"}
"""Words of nvidia-smi that differ from those of NVML's header."""


def parse(text: str) -> tuple[Gpu, ...]:
    """GPUs of a log in either form; what the log does not say is None."""
    return tuple(_gpu(index, card) for index, card in enumerate(nvidia_smi_log.cards(text)))


def _gpu(index: int, card: Card) -> Gpu:
    return Gpu(
        index=index,
        vendor="NVIDIA",
        name=card.text("product_name"),
        architecture=card.text("product_architecture"),
        compute_capability=card.text("compute_cap"),
        memory_mib=card.whole("fb_memory_usage/total"),
        memory_used_mib=card.whole("fb_memory_usage/used"),
        memory_free_mib=card.whole("fb_memory_usage/free"),
        unified_memory=True if card.text("addressing_mode") == "ATS" else None,
        uuid=card.text("uuid", "gpu_uuid"),
        pci_address=pci.normal(card.address),
        pci_id=_pci_id(card),
        pcie=_pcie(card),
        power=_power(card),
        clocks=_clocks(card),
        temperature_c=card.number("temperature/gpu_current_temp", "temperature/gpu_temp"),
        temperature_slowdown_c=card.number(
            "temperature/gpu_slowdown_temp", "temperature/gpu_temp_slow_threshold"
        ),
        temperature_max_c=card.number(
            "temperature/gpu_max_operating_temp", "temperature/gpu_temp_max_gpu_threshold"
        ),
        fan_percent=card.number("fan_speed"),
        utilization_percent=card.number("utilization/gpu", "utilization/gpu_util"),
        ecc=_ecc(card),
        throttle_reasons=_reasons(card),
        persistence=card.flag("persistence_mode"),
        compute_mode=card.text("compute_mode"),
        display_attached=card.flag("display_attached", "display_mode"),
        mig=_mig(card),
        processes=_processes(card),
        vbios=card.text("vbios_version"),
        driver="nvidia",
        recovery_action=_recovery(card),
        problem=LOST if card.lost else None,
    )


def _pci_id(card: Card) -> str | None:
    """``0x268410DE``: device, then vendor."""
    value = (card.text("pci/device_id", "pci/pci_device_id") or "").lower().removeprefix("0x")
    return f"{value[4:]}:{value[:4]}" if len(value) == 8 else None


def _pcie(card: Card) -> PcieLink:
    text, xml = "pci/gpu_link_info", "pci/pci_gpu_link_info"
    return PcieLink(
        gen=card.whole(f"{text}/pcie_generation/current", f"{xml}/pcie_gen/current_link_gen"),
        gen_max=card.whole(f"{text}/pcie_generation/max", f"{xml}/pcie_gen/max_link_gen"),
        width=card.whole(f"{text}/link_width/current", f"{xml}/link_widths/current_link_width"),
        width_max=card.whole(f"{text}/link_width/max", f"{xml}/link_widths/max_link_width"),
    )


GROUPS = ("gpu_power_readings", "gpu_power_readings/gpu_ceiling_power_limit", "power_readings")
"""Branch 530 and later tell the GPU from the module around it, 610 its ceiling from its base."""


def _power(card: Card) -> GpuPower:
    def read(*names: str) -> float | None:
        return card.number(*(f"{group}/{name}" for name in names for group in GROUPS))

    return GpuPower(
        limit_w=read("current_power_limit", "enforced_power_limit", "power_limit"),
        default_w=read("default_power_limit"),
        min_w=read("min_power_limit"),
        max_w=read("max_power_limit"),
        draw_w=read("average_power_draw", "power_draw", "instantaneous_power_draw", "instant_power_draw"),
    )


def _clocks(card: Card) -> GpuClocks:
    return GpuClocks(
        sm_mhz=card.whole("clocks/sm", "clocks/sm_clock"),
        sm_max_mhz=card.whole("max_clocks/sm", "max_clocks/sm_clock"),
        memory_mhz=card.whole("clocks/memory", "clocks/mem_clock"),
        memory_max_mhz=card.whole("max_clocks/memory", "max_clocks/mem_clock"),
    )


def _ecc(card: Card) -> GpuEcc:
    retired = [
        card.whole(
            "retired_pages/single_bit_ecc", "retired_pages/multiple_single_bit_retirement/retired_count"
        ),
        card.whole("retired_pages/double_bit_ecc", "retired_pages/double_bit_retirement/retired_count"),
    ]
    remapped = [
        card.whole("remapped_rows/correctable_error", "remapped_rows/remapped_row_corr"),
        card.whole("remapped_rows/uncorrectable_error", "remapped_rows/remapped_row_unc"),
    ]
    return GpuEcc(
        enabled=card.flag("ecc_mode/current", "ecc_mode/current_ecc"),
        pending=card.flag("ecc_mode/pending", "ecc_mode/pending_ecc"),
        corrected_volatile=_errors(card, "volatile", corrected=True),
        uncorrected_volatile=_errors(card, "volatile", corrected=False),
        corrected_total=_errors(card, "aggregate", corrected=True),
        uncorrected_total=_errors(card, "aggregate", corrected=False),
        retired_pages=_sum(retired),
        retired_pages_pending=card.flag(
            "retired_pages/pending_page_blacklist",
            "retired_pages/pending_retirement",
            "retired_pages/pending_blacklist",
        ),
        remapped_rows=_sum(remapped),
        remap_pending=card.flag("remapped_rows/pending", "remapped_rows/remapped_row_pending"),
        remap_failed=card.flag(
            "remapped_rows/remapping_failure_occurred", "remapped_rows/remapped_row_failure"
        ),
    )


def _errors(card: Card, since: str, corrected: bool) -> int | None:
    """Turing and later count SRAM and DRAM apart; before, single and double bit had a total of their own."""
    place = f"ecc_errors/{since}"
    old = card.whole(f"{place}/{'single' if corrected else 'double'}_bit/total")
    if old is not None:
        return old
    kinds = (
        ["correctable"] if corrected else ["uncorrectable", "uncorrectable_parity", "uncorrectable_sec_ded"]
    )
    names = [f"sram_{kind}" for kind in kinds] + ([] if corrected else ["sram_uncorrectable_secded"])
    return _sum([card.whole(f"{place}/{name}") for name in (*names, f"dram_{kinds[0]}")])


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _reasons(card: Card) -> tuple[str, ...] | None:
    for group in ("clocks_event_reasons", "clocks_throttle_reasons"):
        prefix = group.removesuffix("s") + "_"
        values = {
            reason: card.flag(
                *(f"{group}/{before}{name}" for before in ("", prefix) for name in _spellings(reason))
            )
            for reason in REASONS
        }
        if any(value is not None for value in values.values()):
            return tuple(reason for reason, value in values.items() if value)
    return None


def _spellings(reason: str) -> tuple[str, ...]:
    return (reason, reason.replace("display_clock_", "display_clocks_"))


def _mig(card: Card) -> GpuMig | None:
    enabled = card.flag("mig_mode/current", "mig_mode/current_mig")
    if enabled is None:
        return None
    return GpuMig(
        enabled=enabled,
        pending=card.flag("mig_mode/pending", "mig_mode/pending_mig"),
        instances=card.mig_devices if enabled else None,
    )


def _processes(card: Card) -> tuple[GpuProcess, ...] | None:
    """None if the log has no such section or the driver would not tell."""
    if not card.processes and card.tree.get("processes") not in ("None", "", {}):
        return None
    return tuple(
        GpuProcess(
            pid=one.pid,
            name=one.name or None,
            memory_mib=nvidia_smi_log.whole(one.memory),
            kind=KINDS.get(one.kind),
        )
        for one in card.processes
    )


def _recovery(card: Card) -> str | None:
    value = card.raw("gpu_recovery_action")
    if value is None or value.lower() in nvidia_smi_log.NOTHING - {"none"}:
        return None
    name = value.lower().replace(" ", "_")
    return RECOVERY.get(name, name)
