"""GPUs of AMD from what amd-smi prints."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.model.gpu import GpuProcess
from dlws.model.topology import GpuPair
from dlws.probes.gpu.amd import amd_links, amd_smi

from .gpu_texts import CARDS, pairs, told

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


def test_csv_of_amd_smi(tmp_path: Path) -> None:
    text = (
        "$ amd-smi list --csv\ngpu,bdf,uuid\n"
        "0,0000:03:00.0,00ff74a1-0000-1000-8000-000000000001\n1,0000:c3:00.0,N/A\n\n"
        "gpu,power_usage,hotspot_temperature,gfx_clk,vram_total\n0,199,61,1920,16368\n1,12,40,N/A,16368\n"
    )
    first, second = told(tmp_path, text)
    assert (first.pci_address, first.uuid) == ("0000:03:00.0", "00ff74a1-0000-1000-8000-000000000001")
    assert (first.power.draw_w, first.temperature_c, first.clocks.sm_mhz) == (199, 61, 1920)
    assert (second.pci_address, second.uuid, second.clocks.sm_mhz) == ("0000:c3:00.0", None, None)
    assert second.memory_mib == 16368


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


def test_links_of_amd_smi(tmp_path: Path) -> None:
    assert pairs(tmp_path, TOPOLOGY) == (GpuPair(a=0, b=1, link="XGMI", p2p=True),)
    assert [card.pci_address for card in told(tmp_path, TOPOLOGY)] == ["0000:05:00.0", "0000:26:00.0"]
    cards = [
        {"gpu": 0, "bdf": "a", "links": [{"gpu": 1, "link_type": "PCIE", "link_status": "DISABLED"}]},
        {"gpu": 1, "bdf": "b", "links": [{"gpu": 0, "link_type": "PCIE", "link_status": "DISABLED"}]},
    ]
    assert pairs(tmp_path, json.dumps(cards)) == (GpuPair(a=0, b=1, link="PCIE", p2p=False),)


def test_a_masked_uuid_is_none(tmp_path: Path) -> None:
    [found] = told(
        tmp_path, "GPU: 0\n    BDF: 0000:23:00.0\n    UUID: XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX\n"
    )
    assert (found.pci_address, found.uuid) == ("0000:23:00.0", None)


PIECES = st.sampled_from(
    [
        *"\n".join((STATIC, METRIC, TOPOLOGY)).splitlines(),
        "  0    0  199 W   750 W",
        "| 0000:0c:00.0  MI300X | 13 % 60 |",
        "[",
    ]
)


@given(st.text() | st.lists(PIECES, max_size=12).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    amd_smi.parse(text)
    amd_links.pairs(text)


@given(CARDS)
def test_any_json_is_read(card: dict[str, object]) -> None:
    assert len(amd_smi.parse(json.dumps([{"gpu": 0, **card}]))) == 1
    amd_links.pairs(json.dumps([{"gpu": 0, **card}]))
