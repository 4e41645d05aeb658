"""Intel GPUs: cards and those inside a processor, under i915 and xe."""

from pathlib import Path

import pytest

from .gpu_machine import Machine, only

INSIDE, CARD = "0000:00:02.0", "0000:03:00.0"
B580 = "8086:e20b"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_gpu_in_a_processor_shares_the_memory(machine: Machine) -> None:
    place = machine.device(INSIDE, "8086:a780", driver="i915", current_link_width="1")
    machine.file(f"{place}/drm/card0/gt_RP0_freq_mhz", "1650\n")
    machine.file(f"{place}/drm/renderD128/dev", "226:128\n")
    machine.file(f"{place}/drm/card0/gt/gt0/throttle_reason_prochot", "1\n")
    machine.answers.vram["/dev/dri/renderD128"] = 1 << 30
    found = only(machine)
    assert (found.unified_memory, found.memory_mib, found.clocks.sm_max_mhz) == (True, None, 1650)
    assert (found.pcie.width, found.throttle_reasons) == (None, None)
    assert machine.problems.sentences() == ()


@pytest.mark.parametrize("driver", ["i915", "xe"])
def test_a_card_tells_its_memory_to_who_may_open_it(machine: Machine, driver: str) -> None:
    place = machine.device(CARD, B580, driver=driver)
    machine.file(f"{place}/drm/renderD129/dev", "226:129\n")
    machine.answers.vram["/dev/dri/renderD129"] = 12216 << 20
    found = only(machine)
    assert (found.memory_mib, found.unified_memory) == (12216, False)
    assert machine.problems.sentences() == ()


def test_to_others_it_does_not_and_they_are_told_what_helps(machine: Machine) -> None:
    machine.device(CARD, B580, driver="xe")
    assert only(machine).memory_mib is None
    [said] = machine.problems.sentences()
    assert "usermod -aG render" in said


def test_a_card_without_a_driver_is_not_asked(machine: Machine) -> None:
    machine.device(CARD, B580)
    machine.device("0000:04:00.0", "8086:1533", "0x020000", driver="igb")
    assert only(machine).problem == "no driver is bound to it"
    assert machine.problems.sentences() == ()


def test_a_card_may_stand_where_a_processor_has_its_own_gpu(machine: Machine) -> None:
    """A virtual machine may put a card there."""
    machine.device(INSIDE, "8086:56c0", driver="i915")
    assert only(machine).unified_memory is False


def test_the_link_inside_the_card_is_not_its_link(machine: Machine) -> None:
    link = {"current_link_speed": "2.5 GT/s PCIe", "current_link_width": "1"}
    machine.device(CARD, B580, driver="xe", max_link_speed="2.5 GT/s PCIe", max_link_width="1", **link)
    found = only(machine)
    assert (found.pcie.gen, found.pcie.width, found.pcie.width_max) == (None, None, None)


def test_limits_of_power_and_temperature_under_xe(machine: Machine) -> None:
    place = machine.device(CARD, B580, driver="xe")
    readings = {"power1_cap": 190, "power1_crit": 380}
    for name, watts in readings.items():
        machine.file(f"{place}/hwmon/hwmon2/{name}", f"{watts * 10**6}\n")
    for name, celsius in {"temp2_input": 54, "temp2_crit": 100, "temp2_emergency": 125}.items():
        machine.file(f"{place}/hwmon/hwmon2/{name}", f"{celsius * 1000}\n")
    found = only(machine)
    assert found.power.limit_w == 190
    assert (found.temperature_c, found.temperature_slowdown_c, found.temperature_max_c) == (54, 100, 125)


def test_a_rating_of_no_watts_is_none(machine: Machine) -> None:
    place = machine.device(CARD, "8086:56a5", driver="i915")
    machine.file(f"{place}/hwmon/hwmon1/power1_rated_max", "0\n")
    assert only(machine).power.default_w is None


@pytest.mark.parametrize(
    ("driver", "start"), [("xe", "tile0/gt0/freq0/throttle/"), ("i915", "drm/card1/gt/gt0/throttle_")]
)
def test_why_clocks_are_limited(machine: Machine, driver: str, start: str) -> None:
    place = machine.device(CARD, B580, driver=driver)
    for name, state in {"status": 1, "reason_pl1": 1, "reason_pl4": 1, "reason_thermal": 0}.items():
        machine.file(f"{place}/{start}{name}", f"{state}\n")
    assert only(machine).throttle_reasons == ("sw_power_cap",)


def test_a_card_in_a_tree_without_the_pci_bus(machine: Machine) -> None:
    place = "/sys/class/drm/card0"
    uevent = "DRIVER=xe\nPCI_CLASS=30000\nPCI_ID=8086:E20B\nPCI_SLOT_NAME=0000:03:00.0\n"
    machine.file(f"{place}/device/uevent", uevent)
    machine.file(f"{place}/gt/gt0/throttle_reason_prochot", "1\n")
    machine.file("/sys/class/drm/card0-DP-1/status", "connected\n")
    found = only(machine)
    assert (found.vendor, found.pci_id, found.pci_address, found.driver) == ("Intel", B580, CARD, "xe")
    assert (found.unified_memory, found.throttle_reasons) == (False, ("hw_slowdown",))
