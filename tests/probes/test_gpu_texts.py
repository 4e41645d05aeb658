"""GPUs from what xpu-smi, intel_gpu_top and clinfo print."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.probes.gpu import clinfo
from dlws.probes.gpu.intel import intel_gpu_top, xpu_smi

from .gpu_texts import CARDS, told

DISCOVERY = """\
+-----------+------------------------------------------------------------+
| Device ID | Device Information                                         |
+-----------+------------------------------------------------------------+
| 0         | Device Type: GPU                                           |
|           | Device Name: Intel(R) Arc(TM) B580 Graphics                |
|           | PCI Device ID: 0xe20b                                      |
|           | Core Clock Rate: 2850 MHz                                  |
|           | PCI BDF Address: 0000:03:00.0                              |
|           | PCIe Generation: 4                                         |
|           | PCIe Max Link Width: -1                                    |
|           | Memory Physical Size: 12216.00 MiB                         |
|           | ECC State: disabled                                        |
+-----------+------------------------------------------------------------+
| 1         | Device Name: Intel(R) Arc(TM) Graphics                     |
|           | PCI Device ID: 0x7d55                                      |
|           | PCI BDF Address: 0000:00:02.0                              |
|           | Memory Physical Size: 28907.00 MiB                         |
+-----------+------------------------------------------------------------+
"""


def test_xpu_smi_discovery(tmp_path: Path) -> None:
    card, inside = told(tmp_path, DISCOVERY)
    assert (card.name, card.pci_id, card.memory_mib) == ("Intel(R) Arc(TM) B580 Graphics", "8086:e20b", 12216)
    assert (card.pcie.gen_max, card.pcie.width_max, card.clocks.sm_max_mhz) == (4, None, 2850)
    assert (card.ecc.enabled, card.unified_memory) == (False, False)
    assert (inside.unified_memory, inside.memory_mib) == (True, None)


def test_xpu_smi_json(tmp_path: Path) -> None:
    card = {
        "device_id": 0,
        "device_name": "Intel(R) Data Center GPU Flex 170",
        "pci_bdf_address": "0000:4d:00.0",
        "pci_device_id": "0x56c0",
        "memory_physical_size_byte": "15260975104",
        "pcie_generation": 4,
    }
    for document in (card, {"device_list": [card]}):
        [found] = told(tmp_path, json.dumps(document, indent=4))
        assert (found.memory_mib, found.pci_id, found.pcie.gen_max) == (14554, "8086:56c0", 4)


def test_the_table_of_xpu_smi_2(tmp_path: Path) -> None:
    text = """\
+----------------------------------------------+----------------------------+------------------------+
|            Intel XPU-SMI v2.1    Driver: 85B7CA089405934276CBAD3    Level Zero: 1.28.6             |
+----------------------------------------------+----------------------------+------------------------+
| GPU  Name                    Persistence-M   | Bus-Id            Disp.A   |   Volatile Uncorr. ECC |
+----------------------------------------------+----------------------------+------------------------+
|   0  Intel(R) Arc(TM) B570   Off             | 0000:03:00.0      Off      |               Disabled |
|      Graphics                                |                            |                        |
| 0%                N/A  41W / 190W            | 32MiB / 10172MiB           |      N/A       Default |
+----------------------------------------------+----------------------------+------------------------+
"""
    [found] = told(tmp_path, text)
    assert (found.name, found.pci_address) == ("Intel(R) Arc(TM) B570 Graphics", "0000:03:00.0")
    assert (found.memory_mib, found.memory_used_mib) == (10172, 32)
    assert (found.power.draw_w, found.power.limit_w, found.fan_percent) == (41, 190, 0)
    assert (found.temperature_c, found.utilization_percent, found.ecc.enabled) == (None, None, None)


def test_intel_gpu_top(tmp_path: Path) -> None:
    sample = {
        "period": {"duration": 1055.7, "unit": "ms"},
        "frequency": {"requested": 1449.1, "actual": 1253.1, "unit": "MHz"},
        "rc6": {"value": 0.0, "unit": "%"},
        "power": {"GPU": 3.2, "Package": 16.6, "unit": "W"},
        "engines": {"Render/3D/0": {"busy": 96.5, "unit": "%"}, "Blitter/0": {"busy": 0.0, "unit": "%"}},
    }
    for text in (json.dumps(sample, indent=2), "[\n" + json.dumps(sample, indent=8) + ",\n"):
        [found] = told(tmp_path, text)
        assert (found.vendor, found.clocks.sm_mhz, found.utilization_percent) == ("Intel", 1253, 96.5)
        assert found.power.draw_w == 3.2
    screen = "intel-gpu-top: Intel Alderlake_p (Gen12) @ /dev/dri/card0 -  300/ 350 MHz;   60% RC6;  0.15/ 1.60 W\n"
    assert told(tmp_path, screen)[0].name == "Intel Alderlake_p (Gen12)"
    listed = "card1                    8086:56a0                         pci:vendor=8086,device=56A0,card=0\n"
    [card] = told(tmp_path, listed + "└─renderD129\n")
    assert (card.pci_id, card.name) == ("8086:56a0", "Intel(R) Arc(TM) A770 Graphics")


def test_clinfo(tmp_path: Path) -> None:
    def device(name: str, vendor: str, kind: str, gib: int, *more: str) -> str:
        fields = {
            "Device Name": name,
            "Device Vendor": vendor,
            "Device Type": kind,
            "Global memory size": gib << 30,
        }
        lines = [f"  {key:<48}{value}" for key, value in fields.items()]
        return "\n".join((*lines, *(f"  {line}" for line in more))) + "\n"

    place = "Device Topology (AMD)                           PCI-E, 0000:03:00.0"
    board = "Device Board Name (AMD)                         AMD Radeon RX 7900 XTX"
    text = (
        "Number of platforms                               3\n"
        + device("gfx1100", "Advanced Micro Devices, Inc.", "GPU", 24, place, board)
        + device("AMD Radeon RX 7900 XTX (radeonsi, navi31, LLVM 18.1, DRM 3.57)", "AMD", "GPU", 24)
        + device("Intel(R) UHD Graphics 770", "Intel(R) Corporation", "GPU", 24)
        + device("AMD Ryzen 9", "GenuineIntel", "CPU", 64)
        + device("Mali-G610 r0p0", "ARM", "GPU", 8)
    )
    amd, intel, arm = told(tmp_path, text)
    assert (arm.vendor, arm.name) == ("Arm", "Mali-G610 r0p0")
    assert (amd.name, amd.gfx, amd.memory_mib) == ("AMD Radeon RX 7900 XTX", "gfx1100", 24576)
    assert (amd.pci_address, intel.vendor, intel.memory_mib) == ("0000:03:00.0", "Intel", None)


def test_amd_own_clinfo(tmp_path: Path) -> None:
    text = (
        "Number of platforms:\t\t\t\t 1\n"
        "  Device Type:\t\t\t\t\t CL_DEVICE_TYPE_GPU\n"
        "  Board name:\t\t\t\t\t AMD Radeon(TM) R7 Graphics\n"
        "  Device Topology:\t\t\t\t PCI[ B#0, D#1, F#0 ]\n"
        "  Global memory size:\t\t\t\t 3063939072\n"
        "  Unified memory for Host and Device:\t\t 1\n"
        "  Name:\t\t\t\t\t\t Spectre\n"
        "  Vendor:\t\t\t\t\t Advanced Micro Devices, Inc.\n"
    )
    [newer] = told(tmp_path, text.replace("Spectre", "gfx902").replace("Host and Device:\t\t 1", "x: 1"))
    assert (newer.gfx, newer.pci_address, newer.unified_memory) == ("gfx902", "0000:00:01.0", True)
    [found] = told(tmp_path, text)
    assert (found.name, found.pci_address) == ("AMD Radeon(TM) R7 Graphics", "0000:00:01.0")
    assert (found.unified_memory, found.memory_mib) == (True, None)


MORE = ("Number of platforms  1", "  Device Name  x", "  Device Type  GPU", "{")
PIECES = st.sampled_from([*DISCOVERY.splitlines(), *MORE])


@given(st.text() | st.lists(PIECES, max_size=12).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    xpu_smi.parse(text)
    clinfo.parse(text)
    intel_gpu_top.parse(text)


@given(CARDS)
def test_any_json_is_read(card: dict[str, object]) -> None:
    xpu_smi.parse(json.dumps({"device_list": [{"device_id": 0, "pci_bdf_address": "x", **card}]}))
