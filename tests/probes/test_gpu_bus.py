"""GPUs on the PCI bus: what is one, what is none, and which of them the driver has."""

from pathlib import Path

import pytest

from dlws.host.attachment import Attachment
from dlws.host.attachments import Evidence
from dlws.probes.gpu import pci

from .gpu_machine import DEVICES, Machine, nvml_card, only

A, B, PORT = "0000:01:00.0", "0000:02:00.0", "0000:00:01.0"
RTX_4090 = "10de:2684"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("pci_id", "pci_class"),
    [
        ("1a03:2000", "0x030000"),  # ASPEED, a BMC
        ("102b:0538", "0x030000"),  # Matrox, a BMC
        ("1234:1111", "0x030000"),  # QEMU's standard VGA
        ("1af4:1050", "0x030000"),  # virtio-gpu
        ("15ad:0405", "0x030000"),  # VMware
        ("1013:00b8", "0x030000"),  # Cirrus
        ("1414:5353", "0x030000"),  # Hyper-V
        ("80ee:beef", "0x030000"),  # VirtualBox
        ("1002:515e", "0x030000"),  # ATI ES1000, a BMC
        ("10de:22a3", "0x068000"),  # NVSwitch
        ("10de:22ba", "0x040300"),  # a GPU's audio function
        ("8086:7d1d", "0x120000"),  # an Intel NPU
        ("1da3:1020", "0x120000"),  # Gaudi
    ],
)
def test_what_is_no_gpu(machine: Machine, pci_id: str, pci_class: str) -> None:
    machine.device(A, pci_id, pci_class)
    assert machine.gpus() == ()


def test_a_second_screen_is_no_second_gpu(machine: Machine) -> None:
    machine.device("0000:00:02.0", "8086:2a42")
    machine.device("0000:00:02.1", "8086:2a43", "0x038000")
    machine.device("0000:08:00.1", "1002:74a1", "0x038000")  # a card that a virtual machine was given so
    assert [one.pci_address for one in machine.gpus()] == ["0000:08:00.1", "0000:00:02.0"]


def test_a_second_screen_in_a_list_is_no_second_gpu() -> None:
    text = (
        "00:02.0 VGA compatible controller [0300]: Intel Corporation Mobile 4 Series Chipset [8086:2a42] (rev 07)\n"
        "00:02.1 Display controller [0380]: Intel Corporation Mobile 4 Series Chipset [8086:2a43] (rev 07)\n"
    )
    host = Attachment("x", "a list", Evidence(commands={("lspci", "-nnDvvv"): text}))
    assert [one.address for one in pci.gpus(host)] == ["0000:00:02.0"]


def test_a_virtual_function_is_no_card_of_its_own(machine: Machine) -> None:
    place = machine.device(A, "10de:2235", "0x030200", driver="vfio-pci")
    machine.answers.links[f"{place}/physfn"] = "../0000:01:00.1"
    assert machine.gpus() == ()


@pytest.mark.parametrize(
    ("driver", "words"),
    [(None, "no driver is bound"), ("nouveau", "nouveau"), ("vfio-pci", "virtual machine")],
)
def test_a_card_without_the_right_driver_stays(machine: Machine, driver: str | None, words: str) -> None:
    machine.device(PORT, "8086:4c01", "0x060400", driver="pcieport")
    machine.device(A, RTX_4090, driver=driver)
    machine.nvml(error="LibraryNotFound")
    found = only(machine)
    assert (found.name, found.pci_address, found.driver) == ("NVIDIA GeForce RTX 4090", A, driver)
    assert (found.index, found.memory_mib) == (None, None)
    assert found.problem is not None and words in found.problem


def test_a_card_that_fell_off_the_bus(machine: Machine) -> None:
    place = machine.device(A, RTX_4090, driver="nvidia")
    machine.file(f"{place}/config", b"\xff" * 64)
    machine.device(B, RTX_4090, driver="nvidia")
    machine.nvml(devices=[nvml_card(0, B)])
    fine, lost = machine.gpus()
    assert fine.problem is None
    assert (lost.pci_address, lost.index) == (A, None)
    assert lost.problem is not None and "fell off the bus" in lost.problem


def test_a_bound_card_that_nvml_does_not_list(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.device(B, RTX_4090, driver="nvidia")
    machine.nvml(devices=[nvml_card(0, A)])
    machine.file(
        f"/proc/driver/nvidia/gpus/{B}/information",
        "Model: \t NVIDIA GeForce RTX 4090\nVideo BIOS: \t ??.??\n",
    )
    _, silent = machine.gpus()
    assert silent.vbios is None
    assert silent.problem is not None and "does not list it" in silent.problem


def test_a_tree_without_any_driver_link_says_nothing_about_drivers(machine: Machine) -> None:
    machine.device(A, "1002:6758")
    assert only(machine).problem is None


def test_cards_that_the_kernel_module_has_taken_are_there(machine: Machine) -> None:
    """Trees that others gathered leave out the files that name a card's maker."""
    machine.file(f"{DEVICES}/{A}/class", "0x030200\n")
    machine.file(f"/proc/driver/nvidia/gpus/{A}/information", "Model: \t Tesla V100-SXM2-16GB\n")
    found = only(machine)
    assert (found.name, found.pci_address, found.driver) == ("Tesla V100-SXM2-16GB", A, "nvidia")


def test_a_list_without_addresses_is_in_the_order_of_the_bus(machine: Machine) -> None:
    machine.device(A, RTX_4090, driver="nvidia")
    machine.device(B, RTX_4090, driver="nvidia")
    text = "GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-1)\nGPU 1: NVIDIA GeForce RTX 4090 (UUID: GPU-2)\n"
    machine.command("nvidia-smi", "-L", text=text)
    assert [(gpu.uuid, gpu.pci_address, gpu.problem) for gpu in machine.gpus()] == [
        ("GPU-1", A, None),
        ("GPU-2", B, None),
    ]


def test_a_card_that_works_is_not_called_driverless(machine: Machine) -> None:
    """A sandbox can hide the link to the driver."""
    machine.device(PORT, "8086:4c01", "0x060400", driver="pcieport")
    machine.device(A, RTX_4090)
    machine.nvml(devices=[nvml_card(0, A)])
    found = only(machine)
    assert (found.driver, found.problem) == ("nvidia", None)
