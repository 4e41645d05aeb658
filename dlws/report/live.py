"""The values of an inventory that change from second to second, for ``dlws inventory --watch``."""

from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory

from . import text as layout
from .table import Row, group, row
from .words import given, mib


def text(inventory: Inventory, width: int) -> str:
    """A short table of load, memory, temperatures and clocks."""
    memory = inventory.memory
    machine = (
        row("memory free", mib(memory.available_mib), given("of {}", mib(memory.total_mib))),
        row("swap free", mib(memory.swap_free_mib), given("of {}", mib(memory.swap_mib))),
        *(
            row(f"{one.chip} {one.label or ''}".strip(), given("{:.0f} C", one.value))
            for one in inventory.board.sensors
            if one.kind == "temperature_c"
        ),
    )
    cards = (group(f"GPU {gpu.index} {gpu.name or ''}".strip(), _card(gpu)) for gpu in inventory.gpus)
    return layout.layout((group("Machine", machine), *cards), width)


def _card(gpu: Gpu) -> tuple[Row, ...]:
    limits = gpu.throttle_reasons
    return (
        row("load", given("{:.0f} %", gpu.utilization_percent)),
        row("memory used", mib(gpu.memory_used_mib), given("of {}", mib(gpu.memory_mib))),
        row("temperature", given("{:.0f} C", gpu.temperature_c), given("fan {:.0f} %", gpu.fan_percent)),
        row("power", given("{:.0f} W", gpu.power.draw_w), given("limit {:.0f} W", gpu.power.limit_w)),
        row("clock", given("{} MHz", gpu.clocks.sm_mhz), given("of {} MHz", gpu.clocks.sm_max_mhz)),
        row("limited by", None if limits is None else ", ".join(limits) or "nothing"),
        row("PCIe", given("gen {}", gpu.pcie.gen), given("x{}", gpu.pcie.width)),
    )
