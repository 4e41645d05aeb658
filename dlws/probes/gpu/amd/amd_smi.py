"""AMD GPUs from what ``amd-smi`` printed: ``list``, ``static``, ``metric``, ``monitor``, ``process``, its table."""

from typing import Any

from dlws.model.gpu import Gpu, GpuClocks, GpuEcc, GpuPower, GpuProcess, PcieLink
from dlws.probes.gpu import pci
from dlws.probes.gpu.amd import amd_smi_text
from dlws.probes.gpu.amd.amd_smi_tree import Tree
from dlws.probes.numbers import number, whole

BINARY = {"B": 2**-20, "KB": 2**-10, "MB": 1, "GB": 2**10, "TB": 2**20}
"""amd-smi divides by 1024 and calls the result MB."""

VIOLATIONS = {
    "prochot": "hw_slowdown",
    "ppt": "sw_power_cap",
    "socket_thermal": "sw_thermal_slowdown",
    "hbm_thermal": "sw_thermal_slowdown",
    "vr_thermal": "hw_thermal_slowdown",
}


def parse(text: str) -> tuple[Gpu, ...]:
    """GPUs in the order of their numbers; empty for anything else."""
    return tuple(_gpu(index, tree) for index, tree in sorted(amd_smi_text.trees(text).items()))


def _gpu(index: int, tree: Tree) -> Gpu:
    total, used, free = (_mib(tree, f"mem_usage.{name}_vram") for name in ("total", "used", "free"))
    total = total if total is not None else _mib(tree, "vram.size")
    gfx, name = _text(tree, "asic.target_graphics_version"), _text(tree, "asic.market_name")
    return Gpu(
        index=index,
        vendor="AMD",
        name=name if name and not name.startswith("0x") else _text(tree, "board.product_name"),
        gfx=gfx if gfx and gfx.startswith("gfx") else None,
        memory_mib=total,
        memory_used_mib=used,
        memory_free_mib=free if free is not None or total is None or used is None else total - used,
        memory_type=_text(tree, "vram.type", "vram.vram_type"),
        memory_vendor=_text(tree, "vram.vendor", "vram.vram_vendor"),
        uuid=_uuid(tree),
        pci_address=pci.normal(_text(tree, "bus.bdf", "bdf")),
        pci_id=_pci_id(tree),
        numa_node=_node(tree),
        pcie=_link(tree),
        power=_power(tree),
        clocks=_clocks(tree),
        temperature_c=_number(tree, "temperature.hotspot", "temperature.edge"),
        temperature_slowdown_c=_number(
            tree, "limit.slowdown_hotspot_temperature", "limit.slowdown_edge_temperature"
        ),
        temperature_max_c=_number(
            tree, "limit.shutdown_hotspot_temperature", "limit.shutdown_edge_temperature"
        ),
        fan_percent=_number(tree, "fan.usage"),
        utilization_percent=_number(tree, "usage.gfx_activity", "usage.gfx_usage"),
        ecc=_ecc(tree),
        throttle_reasons=_reasons(tree),
        compute_partition=_text(tree, "partition.compute_partition", "partition.accelerator_partition"),
        memory_partition=_text(tree, "partition.memory_partition"),
        processes=_processes(tree),
        vbios=_text(tree, "vbios.part_number", "ifwi.part_number", "vbios.version", "ifwi.version"),
        driver=_text(tree, "driver.name", "driver.driver_name") or "amdgpu",
    )


def _power(tree: Tree) -> GpuPower:
    """ROCm 7.1 puts the limits below the name of their loop, ``ppt0``."""
    return GpuPower(
        limit_w=_number(tree, "limit.socket_power", "limit.ppt0.socket_power_limit", "limit.power"),
        default_w=_number(tree, "limit.default_power", "limit.ppt0.default_power_limit"),
        min_w=_number(tree, "limit.min_power", "limit.ppt0.min_power_limit"),
        max_w=_number(tree, "limit.max_power", "limit.ppt0.max_power_limit"),
        draw_w=_number(
            tree,
            "power.socket_power",
            "power.current_socket_power",
            "power.average_socket_power",
            "power.current_power",
        ),
    )


def _clocks(tree: Tree) -> GpuClocks:
    return GpuClocks(
        sm_mhz=whole(_number(tree, "clock.gfx_0.clk", "clock.gfx.clk")),
        sm_max_mhz=whole(_number(tree, "clock.gfx_0.max_clk", "clock.gfx.max_clk")),
        memory_mhz=whole(_number(tree, "clock.mem_0.clk", "clock.mem.clk")),
        memory_max_mhz=whole(_number(tree, "clock.mem_0.max_clk", "clock.mem.max_clk")),
    )


def _link(tree: Tree) -> PcieLink:
    return PcieLink(
        gen=_generation(tree, "pcie.speed", "pcie.current_speed"),
        gen_max=_generation(tree, "bus.max_pcie_speed", "pcie.max_speed"),
        width=whole(_number(tree, "pcie.width", "pcie.current_lanes")),
        width_max=whole(_number(tree, "bus.max_pcie_width", "bus.max_pcie_lanes", "pcie.max_lanes")),
    )


def _ecc(tree: Tree) -> GpuEcc:
    state = _text(tree, "ras.ecc_block_state.umc")
    return GpuEcc(
        enabled={"ENABLED": True, "DISABLED": False}.get(state or ""),
        corrected_volatile=whole(_number(tree, "ecc.total_correctable_count", "ecc.total_correctable")),
        uncorrected_volatile=whole(_number(tree, "ecc.total_uncorrectable_count", "ecc.total_uncorrectable")),
    )


def _reasons(tree: Tree) -> tuple[str, ...] | None:
    states = {name: _text(tree, f"throttle.{name}_violation_status") for name in VIOLATIONS}
    if any(states.values()):
        return tuple(dict.fromkeys(VIOLATIONS[name] for name, state in states.items() if state == "ACTIVE"))
    return () if _text(tree, "power.throttle_status") == "UNTHROTTLED" else None


def _processes(tree: Tree) -> tuple[GpuProcess, ...] | None:
    listed = tree.get("process_list")
    if not isinstance(listed, list):
        return None
    found = []
    for one in listed:
        told = one.get("process_info") if isinstance(one, dict) else None
        pid = whole(_value(told, "pid")) if isinstance(told, dict) else None
        if isinstance(told, dict) and pid is not None:
            memory = _mib(told, "memory_usage.vram_mem")
            found.append(GpuProcess(pid=pid, name=_text(told, "name"), memory_mib=memory, kind="compute"))
    return tuple(found)


def _uuid(tree: Tree) -> str | None:
    """None where whoever sent it put something else there."""
    told = _text(tree, "uuid") or ""
    return told if len(told) >= 32 and not told.strip("0123456789abcdefABCDEF-") else None


def _pci_id(tree: Tree) -> str | None:
    device = (_text(tree, "asic.device_id") or "").lower().removeprefix("0x")
    return f"{pci.AMD}:{device.zfill(4)}" if device and not device.strip("0123456789abcdef") else None


def _node(tree: Tree) -> int | None:
    node = whole(_number(tree, "numa.node"))
    return None if node is None or node < 0 else node


def _generation(tree: Tree, *paths: str) -> int | None:
    speed = _number(tree, *paths)
    return None if speed is None else pci.generation(f"{speed:g} GT/s")


def _value(tree: Tree, path: str) -> Any:
    """What stands at ``a.b.c``; ``{"value": 1, "unit": "W"}`` is as good as ``1 W``."""
    found: Any = tree
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict):
        found = f"{found['value']} {found.get('unit', '')}".strip() if "value" in found else None
    return found


def _text(tree: Tree, *paths: str) -> str | None:
    for path in paths:
        told = _value(tree, path)
        if isinstance(told, str) and told and told.upper() not in ("N/A", "UNKNOWN", "<REDACTED>"):
            return told
    return None


def _number(tree: Tree, *paths: str) -> float | None:
    """The first of these that is one, whatever its unit."""
    for path in paths:
        told = _value(tree, path)
        found = number(told.split()[0] if isinstance(told, str) and told.split() else told)
        if found is not None:
            return found
    return None


def _mib(tree: Tree, path: str) -> int | None:
    told, size = str(_value(tree, path)), _number(tree, path)
    scale = BINARY.get(told.split()[-1].upper(), 1) if told.split() else 1
    return None if size is None else round(size * scale)
