"""GPUs of AMD and Intel from what their makers' tools print."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.model.gpu import Gpu, GpuProcess
from dlws.model.topology import GpuPair
from dlws.probes.gpu import (
    amd_links,
    amd_smi,
    clinfo,
    gpu,
    intel_gpu_top,
    rocm_smi,
    rocminfo,
    topology,
    xpu_smi,
)
from dlws.probes.problems import Problems


def told(tmp_path: Path, text: str) -> tuple[Gpu, ...]:
    file = tmp_path / "text"
    file.write_text(text)
    return gpu.probe(open_attachment(file), Problems())


def pairs(tmp_path: Path, text: str) -> tuple[GpuPair, ...]:
    file = tmp_path / "text"
    file.write_text(text)
    host = open_attachment(file)
    return topology.probe(host, gpu.probe(host, Problems())).gpu_pairs


STATIC = """\
user@host:~$ amd-smi static
GPU: 0
    ASIC:
        MARKET_NAME: AMD Instinct MI300X
        VENDOR_ID: 0x1002
        DEVICE_ID: 0x74a1
        TARGET_GRAPHICS_VERSION: gfx942
    BUS:
        BDF: 0000:05:00.0
        MAX_PCIE_WIDTH: 16
        MAX_PCIE_SPEED: 32 GT/s
    LIMIT:
        MAX_POWER: 750 W
        MIN_POWER: 0 W
        SOCKET_POWER: 700 W
        SLOWDOWN_EDGE_TEMPERATURE: N/A
        SLOWDOWN_HOTSPOT_TEMPERATURE: 100 °C
        SHUTDOWN_HOTSPOT_TEMPERATURE: 110 °C
    VBIOS:
        PART_NUMBER: 113-M3000100-102
        VERSION: 022.040.003.042.000001
    RAS:
        ECC_BLOCK_STATE:
            UMC: ENABLED
    PARTITION:
        ACCELERATOR_PARTITION: SPX
        MEMORY_PARTITION: NPS1
    NUMA:
        NODE: 0
    VRAM:
        TYPE: HBM3
        VENDOR: HYNIX
        SIZE: 196592 MB

GPU: 1
    ASIC:
        MARKET_NAME: N/A
    BUS:
        BDF: 0000:26:00.0
"""

METRIC = """\
GPU: 0
    USAGE:
        GFX_ACTIVITY: 97 %
        VCN_ACTIVITY: [0 %, 0 %,
            N/A, N/A]
    POWER:
        SOCKET_POWER: 234 W
        THROTTLE_STATUS: UNTHROTTLED
    CLOCK:
        GFX_0:
            CLK: 2102 MHz
            MAX_CLK: 2100 MHz
        MEM_0:
            CLK: 900 MHz
    TEMPERATURE:
        EDGE: N/A
        HOTSPOT: 61 °C
    PCIE:
        WIDTH: 16
        SPEED: 32 GT/s
    ECC:
        TOTAL_CORRECTABLE_COUNT: 3
        TOTAL_UNCORRECTABLE_COUNT: 0
    FAN:
        USAGE: 20.0 %
    MEM_USAGE:
        TOTAL_VRAM: 196592 MB
        USED_VRAM: 285 MB
        FREE_VRAM: 196307 MB
    THROTTLE:
        PPT_VIOLATION_STATUS: ACTIVE
        SOCKET_THERMAL_VIOLATION_STATUS: NOT ACTIVE
        VR_THERMAL_VIOLATION_STATUS: N/A
"""


def test_amd_smi_static(tmp_path: Path) -> None:
    first, second = told(tmp_path, STATIC)
    assert (first.name, first.gfx, first.pci_id) == ("AMD Instinct MI300X", "gfx942", "1002:74a1")
    assert (first.pci_address, second.pci_address) == ("0000:05:00.0", "0000:26:00.0")
    assert (first.pcie.gen_max, first.pcie.width_max, first.numa_node) == (5, 16, 0)
    assert (first.power.limit_w, first.power.max_w, first.power.min_w) == (700, 750, 0)
    assert (first.temperature_slowdown_c, first.temperature_max_c) == (100, 110)
    assert (first.memory_mib, first.memory_type, first.memory_vendor) == (196592, "HBM3", "HYNIX")
    assert (first.compute_partition, first.memory_partition) == ("SPX", "NPS1")
    assert (first.vbios, first.ecc.enabled, second.name) == ("113-M3000100-102", True, None)


def test_amd_smi_metric(tmp_path: Path) -> None:
    [found] = told(tmp_path, METRIC)
    assert (found.utilization_percent, found.power.draw_w, found.temperature_c) == (97, 234, 61)
    assert (found.clocks.sm_mhz, found.clocks.sm_max_mhz, found.clocks.memory_mhz) == (2102, 2100, 900)
    assert (found.pcie.gen, found.pcie.width, found.fan_percent) == (5, 16, 20)
    assert (found.memory_mib, found.memory_used_mib, found.memory_free_mib) == (196592, 285, 196307)
    assert (found.ecc.corrected_volatile, found.ecc.uncorrected_volatile) == (3, 0)
    assert found.throttle_reasons == ("sw_power_cap",)


def test_two_commands_of_amd_smi_in_one_text(tmp_path: Path) -> None:
    first, second = told(tmp_path, f"{STATIC}\n$ amd-smi metric\n{METRIC}")
    assert (first.name, first.temperature_c, second.temperature_c) == ("AMD Instinct MI300X", 61, None)


def test_amd_smi_json_of_both_shapes(tmp_path: Path) -> None:
    card = {
        "gpu": 0,
        "asic": {"market_name": "AMD Radeon RX 9070 XT", "device_id": "0x7550"},
        "bus": {"bdf": "0000:03:00.0", "max_pcie_speed": {"value": 32, "unit": "GT/s"}, "max_pcie_width": 16},
        "limit": {"ppt0": {"socket_power_limit": {"value": 304, "unit": "W"}}},
        "vram": {"type": "GDDR6", "size": {"value": 16, "unit": "GB"}},
    }
    for document in ([card], {"gpu_data": [card]}):
        [found] = told(tmp_path, json.dumps(document, indent=4))
        assert (found.name, found.pci_id, found.pcie.gen_max) == ("AMD Radeon RX 9070 XT", "1002:7550", 5)
        assert (found.power.limit_w, found.memory_mib, found.memory_type) == (304, 16384, "GDDR6")


def test_amd_smi_monitor(tmp_path: Path) -> None:
    text = (
        "GPU  XCP  POWER   PWR_CAP   GPU_T   GFX_CLK   GFX%   VRAM_USAGE\n"
        "  0    0  199 W   750 W    103 °C  1920 MHz   99 %   4.2/ 63.7 GB\n"
        "  0    1    N/A     N/A      N/A       N/A    N/A             N/A\n"
        "  1    0  N/A W   750 W     41 °C    113 MHz   0 %   0.5/63.7 GB\n"
    )
    first, second = told(tmp_path, text.replace("4.2/ 63.7", "4.2/63.7"))
    assert (first.power.draw_w, first.power.limit_w, first.temperature_c) == (199, 750, 103)
    assert (first.clocks.sm_mhz, first.utilization_percent, first.memory_mib) == (1920, 99, 65229)
    assert (second.power.draw_w, second.memory_used_mib) == (None, 512)


def test_the_table_of_rocm_7(tmp_path: Path) -> None:
    text = """\
+------------------------------------------------------------------------------+
| AMD-SMI 26.0.0+eaa54ecc      amdgpu version: 6.12.12  ROCm version: 7.0.0    |
| Platform: Linux Baremetal                                                    |
|-------------------------------------+----------------------------------------|
| BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
| GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |
|=====================================+========================================|
| 0000:0c:00.0    AMD Instinct MI300X | 13 %     60 °C   2           734/750 W |
|   0       0       2        SPX/NPS1 | 98 %       N/A          4976/196592 MB |
|-------------------------------------+----------------------------------------|
| 0000:22:00.0       AMD Radeon Thing | N/A        N/A   0             N/A/0 W |
|   1       1     N/A             N/A | 0 %     20.0 %            100/16384 MB |
+-------------------------------------+----------------------------------------+
| Processes:                                                                   |
|  GPU        PID  Process Name          GTT_MEM  VRAM_MEM  MEM_USAGE     CU % |
|==============================================================================|
|    0    2427396  rvs                    2.0 MB    2.0 GB     2.5 GB    0.0 % |
+------------------------------------------------------------------------------+
"""
    first, second = told(tmp_path, text)
    assert (first.name, first.pci_address) == ("AMD Instinct MI300X", "0000:0c:00.0")
    assert (first.temperature_c, first.power.draw_w, first.power.limit_w) == (60, 734, 750)
    assert (first.memory_mib, first.memory_used_mib, first.utilization_percent) == (196592, 4976, 98)
    assert (first.compute_partition, first.memory_partition) == ("SPX", "NPS1")
    assert first.ecc.uncorrected_volatile == 2
    assert first.processes == (GpuProcess(pid=2427396, name="rvs", memory_mib=2048, kind="compute"),)
    assert (second.temperature_c, second.compute_partition, second.fan_percent) == (None, None, 20)


def test_processes_of_amd_smi(tmp_path: Path) -> None:
    text = "".join(
        f"GPU: {number}\n    PROCESS_INFO:\n        NAME: python3\n        PID: {pid}\n"
        "        MEMORY_USAGE:\n            VRAM_MEM: 7.5 GB\n"
        for number, pid in ((0, 7), (0, 8), (1, 9))
    )
    first, second = told(tmp_path, text)
    assert [process.pid for process in first.processes or ()] == [7, 8]
    assert [process.memory_mib for process in second.processes or ()] == [7680]


TOPOLOGY = """\
ACCESS TABLE:
             0000:05:00.0 0000:26:00.0
0000:05:00.0 ENABLED      ENABLED
0000:26:00.0 ENABLED      ENABLED

LINK TYPE TABLE:
             0000:05:00.0 0000:26:00.0
0000:05:00.0 SELF         XGMI
0000:26:00.0 XGMI         SELF
"""

ROCM_TOPOLOGY = """\
============================ ROCm System Management Interface ============================
=============================== Link Type between two GPUs ===============================
       GPU0         GPU1
GPU0   0            PCIE
GPU1   PCIE         0
======================================= Numa Nodes =======================================
GPU[0]          : (Topology) Numa Node: 1
GPU[1]          : (Topology) Numa Node: -1
"""


def test_links_of_amd_smi(tmp_path: Path) -> None:
    assert pairs(tmp_path, TOPOLOGY) == (GpuPair(a=0, b=1, link="XGMI", p2p=True),)
    assert [card.pci_address for card in told(tmp_path, TOPOLOGY)] == ["0000:05:00.0", "0000:26:00.0"]
    cards = [
        {"gpu": 0, "bdf": "a", "links": [{"gpu": 1, "link_type": "PCIE", "link_status": "DISABLED"}]},
        {"gpu": 1, "bdf": "b", "links": [{"gpu": 0, "link_type": "PCIE", "link_status": "DISABLED"}]},
    ]
    assert pairs(tmp_path, json.dumps(cards)) == (GpuPair(a=0, b=1, link="PCIE", p2p=False),)


def test_links_and_nodes_of_rocm_smi(tmp_path: Path) -> None:
    assert pairs(tmp_path, ROCM_TOPOLOGY) == (GpuPair(a=0, b=1, link="PCIE"),)
    assert [card.numa_node for card in told(tmp_path, ROCM_TOPOLOGY)] == [1, None]


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_oldest_table_of_rocm_smi(tmp_path: Path, indent: str) -> None:
    text = (
        "========================= ROCm System Management Interface =========================\n"
        "GPU  Temp (DieEdge)  AvgPwr  SCLK     MCLK     Fan    Perf  PwrCap  VRAM%  GPU%  \n"
        "0    50.0c           352.0W  1700Mhz  1600Mhz  29.8%  auto  560.0W   17%   100%  \n"
        "1    N/A             N/A     None     1600Mhz  0%     auto  560.0W    0%   0%    \n"
    )
    first, second = told(tmp_path, "".join(indent + line + "\n" for line in text.splitlines()))
    assert (first.temperature_c, first.power.draw_w, first.power.limit_w) == (50, 352, 560)
    assert (first.clocks.sm_mhz, first.clocks.memory_mhz, first.fan_percent) == (1700, 1600, 29.8)
    assert (first.utilization_percent, second.temperature_c, second.clocks.sm_mhz) == (100, None, None)


def test_the_table_of_rocm_smi_with_names(tmp_path: Path) -> None:
    text = (
        "====== ROCm System Management Interface ======\n"
        "Device  [Model : Revision]    Temp        Power     Partitions      SCLK    PwrCap  VRAM%  GPU%  \n"
        "        Name (20 chars)       (Junction)  (Socket)  (Mem, Compute)                               \n"
        "==================================================================================================\n"
        "0       [0x74a1 : 0x00]       35.0°C      133.0W    NPS1, SPX       131Mhz  750.0W    0%   0%    \n"
        "        AMD Instinct MI300X                                                                      \n"
        "1       [0x74a0 : 0x00]       36.0°C      131.0W    N/A, N/A        131Mhz  550.0W    0%   0%    \n"
        "        Aqua Vanjaram [Insti                                                                     \n"
    )
    first, second = told(tmp_path, text)
    assert (first.name, first.memory_partition, first.compute_partition) == (
        "AMD Instinct MI300X",
        "NPS1",
        "SPX",
    )
    assert (second.name, second.memory_partition, second.temperature_c) == (None, None, 36)


def test_the_hardware_table_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "====== ROCm System Management Interface ======\n"
        "GPU  NODE  DID     GUID   GFX VER  GFX RAS  SDMA RAS  UMC RAS   VBIOS  BUS           PARTITION ID\n"
        "0    4     0x74a0  3877   gfx942   ENABLED  ENABLED   DISABLED  N/A    0002:01:00.0  0\n"
    )
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.pci_address, found.gfx) == ("1002:74a0", "0002:01:00.0", "gfx942")
    assert found.vbios is None


def test_the_oldest_hardware_table_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "====ROCm System Management Interface====\n"
        "GPU  DID   GFX RAS  SDMA RAS  UMC RAS  VBIOS            BUS           \n"
        "0    744c  N/A      N/A       N/A      115-D702BS0-101  0000:03:00.0  \n"
    )
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.vbios, found.pci_address) == ("1002:744c", "115-D702BS0-101", "0000:03:00.0")


def test_lines_of_rocm_smi(tmp_path: Path) -> None:
    text = """\
....................    ROCm System Management Interface    ....................
GPU[0] \t\t: GPU ID: 0x687f
GPU[0] \t\t: Temperature (Sensor edge) (c): 50.0
GPU[0] \t\t: Fan Level: 79 (30%)
GPU[0] \t\t: sclk clock level: 2 (1663Mhz)
GPU[0] \t\t: pcie clock level: 1 (16.0GT/s, x16 619Mhz)
GPU[0] \t\t: Unique ID: 0x8d1457e2c20f59d2
GPU[0] \t\t: VBIOS version: N/A
"""
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.temperature_c, found.fan_percent) == ("1002:687f", 50, 30)
    assert (found.clocks.sm_mhz, found.pcie.gen, found.pcie.width) == (1663, 4, 16)
    assert (found.uuid, found.vbios) == ("GPU-8d1457e2c20f59d2", None)


def test_the_revision_tells_which_card_a_chip_is_on(tmp_path: Path) -> None:
    card = {"Device Name": "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]", "Device ID": "0x73bf"}
    [found] = told(tmp_path, json.dumps({"card0": {**card, "Device Rev": "0xc0"}}))
    assert found.name == "AMD Radeon RX 6900 XT"
    [unknown] = told(tmp_path, json.dumps({"card0": card}))
    assert unknown.name == card["Device Name"]


def test_what_the_model_of_rocm_smi_is_depends_on_its_version(tmp_path: Path) -> None:
    old = {"Card series": "AMD Instinct Thing", "Card model": "0x0c34"}
    assert told(tmp_path, json.dumps({"card0": old}))[0].pci_id is None
    new = {"Card Series": "AMD Instinct MI300X VF", "Card Model": "0x74b5", "Subsystem ID": "0x74a1"}
    [found] = told(tmp_path, json.dumps({"card0": {**new, "Device Rev": "0x00"}}))
    assert (found.name, found.pci_id) == ("AMD Instinct MI300X VF", "1002:74b5")


def test_placeholders_of_rocm_smi(tmp_path: Path) -> None:
    card = {
        "GPU ID": "0x73df",
        "Card series": "0x1002",
        "Unique ID": "0x21544ce42504164",
        "Max Graphics Package Power (W)": "0.0",
        "Average Graphics Package Power (W)": "N/A (Secondary die)",
        "Current Socket Graphics Package Power (W)": "36.0",
    }
    [found] = told(tmp_path, json.dumps({"card0": card}))
    assert (found.name, found.pci_id, found.uuid) == (None, "1002:73df", "GPU-021544ce42504164")
    assert (found.power.limit_w, found.power.draw_w) == (None, 36)


def test_a_masked_uuid_is_none(tmp_path: Path) -> None:
    [found] = told(
        tmp_path, "GPU: 0\n    BDF: 0000:23:00.0\n    UUID: XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX\n"
    )
    assert (found.pci_address, found.uuid) == ("0000:23:00.0", None)


def test_csv_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "$ rocm-smi --showmeminfo vram --csv\n"
        "device,Unique ID,VRAM Total Memory (B),VRAM Total Used Memory (B),Card Vendor,GFX Version,Device ID\n"
        'card0,0x9246aaaabbbbcccc,17163091968,692142080,"Advanced Micro Devices, Inc.",gfx1030,0x73bf\n'
        "card1,N/A,67108864,26079232,AMD,gfx1036,0x164e\n\n"
    )
    first, second = told(tmp_path, text)
    assert (first.memory_mib, first.memory_used_mib, first.gfx) == (16368, 660, "gfx1030")
    assert (second.unified_memory, second.memory_mib) == (True, None)


def _agent(number: int, kind: str, **fields: object) -> str:
    lines = [f"  {name.replace('_', ' ')}: {value}" for name, value in fields.items()]
    return f"*******\nAgent {number}\n*******\n  Device Type: {kind}\n" + "\n".join(lines) + "\n"


def test_rocminfo(tmp_path: Path) -> None:
    pool = "Pool 1\n      Segment:                 GLOBAL; FLAGS: COARSE GRAINED\n      Size:   25149440(0x17fc000) KB"
    text = (
        "==========\nHSA Agents\n==========\n"
        + _agent(1, "CPU", Name="AMD Ryzen", BDFID=0)
        + _agent(2, "GPU", Name="gfx1100", Uuid="GPU-8d1457e2c20f59d2", BDFID=768, Pool=pool)
        + _agent(3, "GPU", Name="gfx1151", Uuid="GPU-XX", BDFID=50176, Pool=pool)
    )
    card, apu = told(tmp_path, text)
    assert (card.uuid, card.pci_address, card.memory_mib) == ("GPU-8d1457e2c20f59d2", "0000:03:00.0", 24560)
    assert (apu.uuid, apu.unified_memory, apu.memory_mib) == (None, True, None)


def test_a_place_that_two_agents_share_lacks_its_domain() -> None:
    agents = [_agent(number, "GPU", Name="gfx942", BDFID=256) for number in (1, 2)]
    assert [found.pci_address for found in rocminfo.parse("".join(agents))] == [None, None]


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
    [found] = told(tmp_path, text)
    assert (found.name, found.pci_address) == ("AMD Radeon(TM) R7 Graphics", "0000:00:01.0")
    assert (found.unified_memory, found.memory_mib) == (True, None)


def test_two_tools_tell_of_one_card(tmp_path: Path) -> None:
    agents = (
        "HSA Agents\n"
        + _agent(1, "GPU", Name="gfx942", BDFID=0xC100)
        + _agent(2, "GPU", Name="gfx942", BDFID=0xA100)
    )
    listed = "GPU: 0\n    BUS:\n        BDF: 0000:a1:00.0\n    VRAM:\n        TYPE: HBM3\n"
    first, second = told(tmp_path, f"{agents}\n{listed}")
    assert (first.memory_type, second.memory_type) == (None, "HBM3")


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


LINES = "\n".join((STATIC, METRIC, DISCOVERY, TOPOLOGY, ROCM_TOPOLOGY)).splitlines()
PIECES = st.sampled_from([*LINES, "  0    0  199 W   750 W", "| 0000:0c:00.0  MI300X | 13 % 60 |", "["])


@given(st.text() | st.lists(PIECES, max_size=12).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    amd_smi.parse(text)
    amd_links.pairs(text)
    rocm_smi.parse(text, Problems())
    rocminfo.parse(text)
    xpu_smi.parse(text)
    clinfo.parse(text)
    intel_gpu_top.parse(text)


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "asic", "market_name", "links", "gpu"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["asic", "bus", "bdf", "process_list", "links", "vram", "power", "uuid", "device_name"]
)


@given(st.dictionaries(NAMES, JSON))
def test_any_json_is_read(card: dict[str, object]) -> None:
    assert len(amd_smi.parse(json.dumps([{"gpu": 0, **card}]))) == 1
    amd_links.pairs(json.dumps([{"gpu": 0, **card}]))
    xpu_smi.parse(json.dumps({"device_list": [{"device_id": 0, "pci_bdf_address": "x", **card}]}))
