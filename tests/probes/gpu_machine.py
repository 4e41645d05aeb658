"""Builds small machines with GPUs for tests."""

from pathlib import Path
from typing import Any

import msgspec

from dlws.host import Output, Replay
from dlws.host.answers import ANSWERS, Answers, key
from dlws.model.gpu import Gpu
from dlws.probes.gpu import gpu
from dlws.probes.problems import Problems

DEVICES = "/sys/bus/pci/devices"


class Machine:
    """A recording that is written as the test describes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.answers = Answers()
        self.problems = Problems()

    def file(self, path: str, text: str | bytes) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())

    def device(
        self, address: str, pci_id: str, pci_class: str = "0x030000", driver: str | None = None, **files: str
    ) -> str:
        """A PCI device and where it is below the port ``files["port"]``."""
        place = f"{DEVICES}/{address}"
        vendor, _, device = pci_id.partition(":")
        bus = files.pop("port", "")
        told = {
            "class": pci_class,
            "vendor": f"0x{vendor}",
            "device": f"0x{device}",
            "revision": "0xa1",
            **files,
        }
        for name, text in told.items():
            self.file(f"{place}/{name}", text + "\n")
        path = f"../../../devices/pci0000:00/{bus + '/' if bus else ''}{address}"
        self.answers.links[place] = path
        if driver:
            self.answers.links[f"{place}/driver"] = f"../../../bus/pci/drivers/{driver}"
        return place

    def nvml(self, **data: Any) -> None:
        self.answers.nvml = data

    def command(self, *argv: str, text: str) -> None:
        self.answers.commands[key(argv)] = Output(0, text)

    def host(self) -> Replay:
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / ANSWERS).write_bytes(msgspec.json.encode(self.answers))
        return Replay(self.root)

    def gpus(self) -> tuple[Gpu, ...]:
        return gpu.probe(self.host(), self.problems)


def nvml_card(index: int, address: str, **facts: Any) -> dict[str, Any]:
    """An RTX 4090 in NVML's words."""
    card = {
        "index": index,
        "name": "NVIDIA GeForce RTX 4090",
        "uuid": f"GPU-00000000-0000-0000-0000-{index + 1:012d}",
        "pci": {"busId": f"0000{address.upper()}", "pciDeviceId": 0x268410DE},
        "architecture": 8,
        "compute_capability": [8, 9],
        "memory": {"total": 25757220864, "free": 25168969728, "used": 59768832},
        "pcie_gen": 1,
        "pcie_gen_max": 4,
        "pcie_width": 16,
        "pcie_width_max": 16,
        "power_limit_mw": 450000,
        "power_default_mw": 450000,
        "event_reasons": 1,
        "errors": {"remapped_rows": "NotSupported"},
    }
    return {**card, **facts}


def only(machine: Machine) -> Gpu:
    """The machine's one GPU."""
    [found] = machine.gpus()
    return found
