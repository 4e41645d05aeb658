"""What nvidia-smi prints, in all its forms."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.model.gpu import Gpu
from dlws.probes.gpu import lspci, pci
from dlws.probes.gpu.amd import gpu_amdgpu_top, rocm_smi
from dlws.probes.gpu.nvidia import nvidia_smi, nvidia_smi_table
from dlws.probes.problems import Problems

LOG = """
==============NVSMI LOG==============

Driver Version                            : 550.54.14
Attached GPUs                             : 1
GPU 00000000:3B:00.0
    Product Name                          : Tesla V100-SXM2-16GB
    Product Architecture                  : Volta
    Persistence Mode                      : Disabled
    MIG Mode
        Current                           : N/A
    GPU UUID                              : GPU-1
    VBIOS Version                         : 88.00.4F.00.09
    GPU Recovery Action                   : Drain and Reset
    PCI
        Device Id                         : 0x1DB110DE
        GPU Link Info
            PCIe Generation
                Max                       : 3
                Current                   : 1
            Link Width
                Max                       : 16x
                Current                   : 8x
    Fan Speed                             : N/A
    Clocks Throttle Reasons
        Idle                              : Active
        SW Power Cap                      : Not Active
        HW Slowdown                       : Active
            HW Thermal Slowdown           : Active
            HW Power Brake Slowdown       : Not Active
        SW Thermal Slowdown               : Not Active
    FB Memory Usage
        Total                             : 16160 MiB
        Used                              : 12 MiB
        Free                              : 16148 MiB
    Compute Mode                          : Exclusive_Process
    Utilization
        Gpu                               : 4 %
    Ecc Mode
        Current                           : Enabled
        Pending                           : Disabled
    ECC Errors
        Volatile
            Single Bit
                Device Memory             : 3
                Total                     : 5
            Double Bit
                Total                     : 1
        Aggregate
            Single Bit
                Total                     : 262
            Double Bit
                Total                     : 2
    Retired Pages
        Single Bit ECC                    : 4
        Double Bit ECC                    : 1
        Pending Page Blacklist            : Yes
    Temperature
        GPU Current Temp                  : 85 C
        GPU Slowdown Temp                 : 87 C
    Power Readings
        Power Draw                        : 46.24 W
        Power Limit                       : 250.00 W
        Default Power Limit               : 300.00 W
    Clocks
        SM                                : 135 MHz
        Memory                            : 877 MHz
    Processes
        GPU instance ID                   : N/A
        Process ID                        : 4242
            Type                          : C+G
            Name                          : python3 train.py
            Used GPU Memory               : 1024 MiB
"""

XML = """<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log><gpu id="00000000:01:00.0">
<product_name>NVIDIA H100 80GB HBM3</product_name><uuid>GPU-2</uuid>
<mig_mode><current_mig>Enabled</current_mig><pending_mig>Enabled</pending_mig></mig_mode>
<mig_devices><mig_device><index>0</index></mig_device><mig_device><index>1</index></mig_device></mig_devices>
<pci><pci_device_id>233010DE</pci_device_id></pci>
<utilization><gpu_util>N/A</gpu_util></utilization>
<ecc_errors><volatile><sram_correctable>1</sram_correctable><dram_correctable>2</dram_correctable>
<sram_uncorrectable_parity>1</sram_uncorrectable_parity><sram_uncorrectable_secded>2</sram_uncorrectable_secded>
<dram_uncorrectable>4</dram_uncorrectable></volatile></ecc_errors>
<remapped_rows><remapped_row_corr>1</remapped_row_corr><remapped_row_unc>2</remapped_row_unc>
<remapped_row_pending>Yes</remapped_row_pending><remapped_row_failure>No</remapped_row_failure></remapped_rows>
<clocks_event_reasons>
<clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>
</clocks_event_reasons>
<processes><process_info><pid>7</pid><type>C</type><process_name>a</process_name>
<used_memory>9 MiB</used_memory></process_info></processes>
</gpu></nvidia_smi_log>"""


def one(text: str) -> Gpu:
    [gpu] = nvidia_smi.parse(text)
    return gpu


def test_a_log_as_text() -> None:
    gpu = one(LOG)
    assert (gpu.name, gpu.pci_address, gpu.pci_id) == ("Tesla V100-SXM2-16GB", "0000:3b:00.0", "10de:1db1")
    assert (gpu.pcie.gen, gpu.pcie.gen_max, gpu.pcie.width, gpu.pcie.width_max) == (1, 3, 8, 16)
    assert (gpu.memory_mib, gpu.memory_used_mib, gpu.memory_free_mib) == (16160, 12, 16148)
    assert (gpu.power.limit_w, gpu.power.default_w, gpu.power.draw_w) == (250, 300, 46.24)
    assert (gpu.persistence, gpu.compute_mode, gpu.mig, gpu.fan_percent) == (
        False,
        "Exclusive_Process",
        None,
        None,
    )
    assert gpu.recovery_action == "drain_and_reset"
    assert (gpu.temperature_c, gpu.temperature_slowdown_c) == (85, 87)


def test_counts_of_cards_before_turing() -> None:
    ecc = one(LOG).ecc
    assert (ecc.enabled, ecc.pending) == (True, False)
    assert (ecc.corrected_volatile, ecc.uncorrected_volatile) == (5, 1)
    assert (ecc.corrected_total, ecc.uncorrected_total) == (262, 2)
    assert (ecc.retired_pages, ecc.retired_pages_pending) == (5, True)


def test_why_the_clock_is_limited() -> None:
    assert one(LOG).throttle_reasons == ("hw_slowdown", "hw_thermal_slowdown")
    assert one(XML).throttle_reasons == ("sw_power_cap",)


def test_processes() -> None:
    [process] = one(LOG).processes or ()
    assert (process.pid, process.name, process.memory_mib, process.kind) == (
        4242,
        "python3 train.py",
        1024,
        "compute",
    )


def test_a_log_as_xml() -> None:
    gpu = one(XML)
    assert (gpu.name, gpu.uuid, gpu.pci_id) == ("NVIDIA H100 80GB HBM3", "GPU-2", "10de:2330")
    assert gpu.mig is not None and (gpu.mig.enabled, gpu.mig.instances) == (True, 2)
    assert gpu.utilization_percent is None
    assert (gpu.ecc.corrected_volatile, gpu.ecc.uncorrected_volatile) == (3, 7)
    assert (gpu.ecc.remapped_rows, gpu.ecc.remap_pending, gpu.ecc.remap_failed) == (3, True, False)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "y" [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_that_a_document_brings_are_not_used(head: str) -> None:
    body = XML.partition('dtd">')[2]
    assert [gpu.name for gpu in nvidia_smi.parse(f"{head}{body}")] == ["NVIDIA H100 80GB HBM3"]
    used = body.replace("NVIDIA H100", "&a;&b;&c;")
    assert [gpu.name for gpu in nvidia_smi.parse(f"{head}{used}")] == [None]


def test_a_lost_card_in_a_log_has_a_problem() -> None:
    gpu = one("GPU 00000000:0B:00.0\n    Product Name                    : Unknown Error\n")
    assert gpu.name is None
    assert gpu.problem is not None


TABLE = """\
| NVIDIA-SMI 525.105.17   Driver Version: 525.105.17   CUDA Version: 12.0     |
|===============================+======================+======================|
|   0  NVIDIA A100-SXM...  Off  | 00000000:00:06.0 Off |                    2 |
| N/A   32C    P0    62W / 400W |     10MiB / 81920MiB |      5%   E. Process |
|                               |                      |              Enabled |
+-------------------------------+----------------------+----------------------+
|   1  GeForce GTX 1080    On   | 00000000:00:07.0  On |                  N/A |
|ERR!  ERR!    P0   ERR! / ERR! |      0MiB /  8119MiB |      0%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
|  No running processes found                                                 |
"""


def test_a_table() -> None:
    first, second = nvidia_smi_table.parse_table(TABLE)
    assert (first.name, first.memory_mib, first.memory_used_mib) == ("NVIDIA A100-SXM4-80GB", 81920, 10)
    assert (first.ecc.enabled, first.ecc.uncorrected_volatile) == (True, 2)
    assert (first.compute_mode, first.persistence, first.processes) == ("Exclusive_Process", False, ())
    assert first.mig is not None and first.mig.enabled
    assert (second.name, second.ecc.enabled, second.mig) == ("GeForce GTX 1080", None, None)
    assert second.problem is not None


SHARED = """\
|   0  NVIDIA GB10                    On  |   0000000F:01:00.0 Off |                  N/A |
| N/A   45C    P8              5W /  N/A  | Not Supported          |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
|   1  Orin (nvgpu)                  N/A  | N/A              N/A |                  N/A |
| N/A   N/A  N/A               N/A /  N/A | Not Supported        |     N/A          N/A |
|                                         |                      |                  N/A |
"""


def test_a_table_of_machines_whose_memory_is_shared() -> None:
    spark, orin = nvidia_smi_table.parse_table(SHARED)
    assert (spark.name, spark.pci_address, spark.memory_mib) == ("NVIDIA GB10", "000f:01:00.0", None)
    assert (spark.temperature_c, spark.power.draw_w, spark.power.limit_w) == (45, 5, None)
    assert (orin.name, orin.pci_address, orin.memory_mib, orin.temperature_c) == (
        "Orin (nvgpu)",
        None,
        None,
        None,
    )


LSPCI = """\
00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:4c01] (prog-if 00 [Normal decode])
\tBus: primary=00, secondary=01, subordinate=01, sec-latency=0
\t\tLnkCap:\tPort #2, Speed 16GT/s, Width x16, ASPM L1
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev a1)
\tNUMA node: 1
\t\tLnkCap:\tPort #0, Speed 16GT/s, Width x16, ASPM L1
\t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x8 (downgraded)
\tKernel driver in use: nvidia
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2684] (rev ff)
\t!!! Unknown header type 7f
03:00.0 VGA compatible controller [0300]: ASPEED Technology, Inc. ASPEED Graphics Family [1a03:2000] (rev 41)
"""


def test_lspci() -> None:
    bridge, card, lost, _ = lspci.parse(LSPCI)
    assert bridge.pci_class == "0604"
    assert (card.name, card.driver, card.numa_node, card.revision) == ("GeForce RTX 4090", "nvidia", 1, "a1")
    assert (card.speed, card.speed_max, card.width, card.width_max) == ("2.5GT/s", "16GT/s", 8, 16)
    assert (card.slot_speed_max, card.slot_width_max) == ("16GT/s", 16)
    assert (lost.lost, lost.name) == (True, None)


def test_addresses_and_speeds() -> None:
    assert pci.normal("00000000:0B:00.0") == pci.normal("0b:00.0") == "0000:0b:00.0"
    assert pci.normal("00010000:01:00.0") == "10000:01:00.0"
    assert pci.normal("nonsense") is None
    assert (pci.generation("2.5 GT/s PCIe"), pci.generation("64GT/s"), pci.generation("Unknown")) == (
        1,
        6,
        None,
    )


LINES = st.lists(
    st.sampled_from([*LOG.splitlines(), *XML.splitlines(), *TABLE.splitlines(), *LSPCI.splitlines()])
)


@given(st.text() | LINES.map("\n".join))
def test_any_text_is_read(text: str) -> None:
    nvidia_smi.parse(text)
    nvidia_smi_table.parse_table(text)
    nvidia_smi_table.parse_list(text)
    lspci.parse(text)


@given(st.dictionaries(st.text(max_size=9), st.dictionaries(st.text(max_size=9), st.integers() | st.text())))
def test_any_json_of_rocm_smi_is_read(cards: dict[str, dict[str, object]]) -> None:
    assert rocm_smi.parse(
        json.dumps({**cards, "card0": {"GPU ID": "0x66a1", **cards.get("", {})}}), Problems()
    )


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))
)
def test_any_json_of_amdgpu_top_is_read(value: object) -> None:
    parts = ("DevicePath", "Sensors", "Power Cap", "PCIe Link", "VRAM Size", "GPU Clock", "GPU Type")
    assert len(gpu_amdgpu_top.parse(json.dumps([dict.fromkeys(parts, value)]))) == 1
