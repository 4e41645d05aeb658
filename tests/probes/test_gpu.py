"""GPUs of whole machines, from the driver and from the bus together, and what is wrong with them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import Evidence
from dlws.probes.gpu.nvidia import gpu_nvml
from dlws.probes.problems import Problems

from .gpu_machine import Machine, nvml_card, only

A, B, PORT = "0000:01:00.0", "0000:02:00.0", "0000:00:01.0"
RTX_4090 = "10de:2684"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_empty_machine_has_none(machine: Machine) -> None:
    assert machine.gpus() == ()


def test_the_driver_and_the_bus_together(machine: Machine) -> None:
    machine.device(PORT, "8086:4c01", "0x060400", max_link_speed="32.0 GT/s PCIe", max_link_width="16")
    machine.device(A, RTX_4090, driver="nvidia", port=PORT, numa_node="1", max_link_speed="16.0 GT/s PCIe")
    machine.nvml(driver="575.57.08", devices=[nvml_card(0, A)])
    found = only(machine)
    assert (found.index, found.name, found.architecture) == (0, "NVIDIA GeForce RTX 4090", "Ada Lovelace")
    assert (found.compute_capability, found.pci_id, found.driver) == ("8.9", RTX_4090, "nvidia")
    assert (found.memory_mib, found.numa_node, found.unified_memory) == (24564, 1, False)
    assert (found.pcie.gen, found.pcie.gen_max, found.pcie.slot_gen_max, found.pcie.slot_width_max) == (
        1,
        4,
        5,
        16,
    )
    assert found.throttle_reasons == ()
    assert found.ecc.remapped_rows is None
    assert found.specs is not None and found.specs.bandwidth_gbps == 1008
    assert found.problem is None
    assert machine.problems.sentences() == ()


def test_a_card_that_nvml_cannot_open_is_found_on_the_bus(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.device(B, RTX_4090, driver="nvidia")
    machine.nvml(devices=[nvml_card(0, A), {"index": 1, "error": "GpuIsLost"}])
    _, lost = machine.gpus()
    assert (lost.index, lost.pci_address) == (1, B)
    assert lost.problem is not None and "lost" in lost.problem


def test_a_container_that_was_given_one_of_two(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.device(B, RTX_4090, driver="nvidia")
    machine.file("/.dockerenv", "")
    machine.nvml(devices=[nvml_card(0, B)])
    assert only(machine).problem is None


def test_a_container_that_was_given_none(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.file("/.dockerenv", "")
    machine.nvml(error="LibraryNotFound")
    problem = only(machine).problem
    assert problem is not None and "--gpus" in problem


def test_wsl_has_no_pci_device(machine: Machine) -> None:
    machine.device("5582:00:00.0", "1414:008e", "0x030200")
    machine.nvml(devices=[nvml_card(0, A)])
    found = only(machine)
    assert (found.driver, found.problem) == ("nvidia", None)


def test_versions_that_differ(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.nvml(error="LibRmVersionMismatch")
    problem = only(machine).problem
    assert problem is not None and "differ in version" in problem
    assert machine.problems.sentences() == (problem,)


def test_unified_memory_is_named(machine: Machine) -> None:
    card = nvml_card(
        0, A, name="NVIDIA GB10", pci={"busId": f"0000{A}", "pciDeviceId": 0x2E1210DE}, architecture=10
    )
    del card["memory"]
    machine.nvml(devices=[card])
    found = only(machine)
    assert (found.unified_memory, found.memory_mib) == (True, None)


def test_a_jetson_is_known_from_its_device_tree(machine: Machine) -> None:
    machine.file("/proc/device-tree/compatible", b"nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0")
    machine.file("/sys/module/nvgpu/refcnt", "1\n")
    found = only(machine)
    assert (found.name, found.compute_capability, found.unified_memory) == ("NVIDIA Orin", "8.7", True)
    assert (found.driver, found.problem) == ("nvgpu", None)


def test_a_share_of_a_card_has_the_architecture_but_not_the_figures(machine: Machine) -> None:
    card = nvml_card(0, A, name="NVIDIA A40-48Q", pci={"busId": f"0000{A}", "pciDeviceId": 0x223510DE})
    machine.nvml(devices=[{**card, "architecture": None}])
    found = only(machine)
    assert (found.architecture, found.specs) == ("Ampere", None)


def test_a_failing_call_is_one_sentence_for_all_that_it_cost(machine: Machine) -> None:
    errors = {"fan_percent": "Unknown", "power_mw": "Unknown", "remapped_rows": "NotSupported"}
    machine.nvml(devices=[nvml_card(0, A, errors=errors)])
    assert only(machine).problem is None
    assert machine.problems.sentences() == ("GPU 0: unknown fan_percent, power_mw: NVML says Unknown",)


def test_mig_nvlink_and_counts(machine: Machine) -> None:
    card = nvml_card(
        0,
        A,
        mig_mode=[1, 1],
        mig_devices=[{"index": 0}, {"index": 1}],
        nvlinks=[{"link": 0, "active": True, "version": 4}, {"link": 1, "active": False}],
        remapped_rows=[1, 2, 1, 0],
        retired_single=[1, 2],
        retired_double=[3],
        event_reasons=0x44,
        recovery_action=1,
    )
    machine.nvml(devices=[card])
    found = only(machine)
    assert found.mig is not None and (found.mig.enabled, found.mig.instances) == (True, 2)
    assert found.nvlink is not None and (found.nvlink.links, found.nvlink.active) == (2, 1)
    assert (found.ecc.remapped_rows, found.ecc.remap_pending, found.ecc.retired_pages) == (3, True, 3)
    assert found.throttle_reasons == ("sw_power_cap", "hw_thermal_slowdown")
    assert found.recovery_action == "gpu_reset"


def test_bandwidth_follows_from_the_driver_where_the_catalog_has_none(machine: Machine) -> None:
    card = nvml_card(0, A, name="NVIDIA New Card", pci={"busId": f"0000{A}", "pciDeviceId": 0xFFFF10DE})
    machine.nvml(devices=[{**card, "memory_bus_bits": 384, "memory_max_mhz": 10501, "cores": 16384}])
    specs = only(machine).specs
    assert specs is not None and (specs.bandwidth_gbps, specs.cores, specs.source) == (
        1008.1,
        16384,
        "driver",
    )


def test_nvidia_smi_is_asked_where_nvml_was_not(machine: Machine) -> None:
    machine.command(
        "nvidia-smi", "-L", text="GPU 0: NVIDIA L4 (UUID: GPU-1)\n  MIG 1g.5gb Device 0: (UUID: MIG-1)\n"
    )
    found = only(machine)
    assert (found.name, found.uuid, found.architecture) == ("NVIDIA L4", "GPU-1", "Ada Lovelace")
    assert found.mig is not None and found.mig.instances == 1


def test_nvidia_smi_names_the_card_that_it_cannot_open(machine: Machine) -> None:
    machine.command(
        "nvidia-smi", text="Unable to determine the device handle for GPU0000:0B:00.0: Unknown Error\n"
    )
    found = only(machine)
    assert found.pci_address == "0000:0b:00.0"
    assert found.problem is not None and "Unknown Error" in found.problem


def test_an_amd_card_behind_the_switch_on_it(machine: Machine) -> None:
    up, down = "0000:01:00.0", "0000:02:00.0"
    machine.device(PORT, "1022:1633", "0x060400", max_link_speed="16.0 GT/s PCIe", max_link_width="8")
    machine.device(
        up,
        "1002:1478",
        "0x060400",
        port=PORT,
        current_link_speed="8.0 GT/s PCIe",
        current_link_width="8",
        max_link_speed="16.0 GT/s PCIe",
        max_link_width="16",
    )
    machine.device(down, "1002:1479", "0x060400", port=f"{PORT}/{up}")
    card = "0000:03:00.0"
    place = machine.device(
        card,
        "1002:744c",
        driver="amdgpu",
        port=f"{PORT}/{up}/{down}",
        revision="0xc8",
        mem_info_vram_total=str(24 << 30),
        mem_info_vram_used="0",
        mem_info_gtt_total=str(32 << 30),
        current_link_speed="16.0 GT/s PCIe",
        current_link_width="16",
    )
    machine.file(f"{place}/hwmon/hwmon3/power1_cap", "303000000\n")
    machine.file(f"{place}/hwmon/hwmon3/temp1_input", "511000\n")
    machine.file(
        "/sys/class/kfd/kfd/topology/nodes/1/properties",
        "cpu_cores_count 0\nsimd_count 192\ngfx_target_version 110000\nlocation_id 768\ndomain 0\n",
    )
    found = only(machine)
    assert (found.name, found.gfx, found.memory_mib) == ("AMD Radeon RX 7900 XTX", "gfx1100", 24576)
    assert (found.pcie.gen, found.pcie.width, found.pcie.slot_width_max) == (3, 8, 8)
    assert (found.power.limit_w, found.temperature_c, found.unified_memory) == (303, None, False)
    assert (found.index, found.problem) == (0, None)


def test_an_apu_has_no_memory_of_its_own(machine: Machine) -> None:
    sizes = {"mem_info_vram_total": str(512 << 20), "mem_info_gtt_total": str(15 << 30)}
    machine.device(A, "1002:9999", driver="amdgpu", **sizes)
    found = only(machine)
    assert (found.unified_memory, found.memory_mib) == (True, None)


def test_an_apu_with_most_of_the_memory_set_aside(machine: Machine) -> None:
    sizes = {"mem_info_vram_total": str(96 << 30), "mem_info_gtt_total": str(16 << 30)}
    machine.device(A, "1002:1586", driver="amdgpu", **sizes)
    found = only(machine)
    assert (found.unified_memory, found.memory_mib) == (True, 96 * 1024)


def test_an_intel_card_beside_nvidia_gets_the_next_number(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.device("0000:00:02.0", "8086:a780", driver="i915")
    machine.nvml(devices=[nvml_card(0, A)])
    nvidia, intel = machine.gpus()
    assert (nvidia.index, intel.index, intel.vendor, intel.unified_memory) == (0, 1, "Intel", True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([*nvml_card(0, A), "ecc_mode", "nvlinks", "compute_processes", "mig_mode"]), JSON
    )
)
def test_any_recording_of_nvml_is_read(card: dict[str, Any]) -> None:
    found = gpu_nvml.devices(Attachment("nothing", "nothing", Evidence()), {"devices": [card]}, Problems())
    assert len(found) == 1


def test_an_amd_card_in_a_tree_without_the_pci_bus(machine: Machine) -> None:
    place = "/sys/class/drm/card0/device"
    for name, text in {"device": "0x7550", "revision": "0xc0", "mem_info_vram_total": str(16 << 30)}.items():
        machine.file(f"{place}/{name}", text + "\n")
    found = only(machine)
    assert (found.vendor, found.name, found.memory_mib) == ("AMD", "AMD Radeon RX 9070 XT", 16384)
    assert (found.pci_address, found.driver, found.problem) == (None, "amdgpu", None)


def test_no_sentence_about_nvidia_where_there_is_no_card_of_theirs(machine: Machine) -> None:
    machine.device(A, "1a03:2000")
    for error in ("LibraryNotFound", "DriverNotLoaded"):
        machine.nvml(error=error)
        assert machine.gpus() == ()
    assert machine.problems.sentences() == ()


def test_a_hang_is_not_tried_again_with_nvidia_smi(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.nvml(error="no answer within 10 s: nvmlInit")
    machine.command("nvidia-smi", "-L", text="GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-1)\n")
    found = only(machine)
    assert found.uuid is None
    assert found.problem is not None and "no answer" in found.problem
