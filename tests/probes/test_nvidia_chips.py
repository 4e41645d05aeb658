"""Chips by their PCI ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.catalog import gpus as catalog
from dlws.probes.gpu.nvidia import nvidia_chips

KNOWN = [
    (one, pci_id)
    for one in catalog.all()
    for pci_id in one.pci_ids
    if one.vendor == "NVIDIA" and nvidia_chips.find(pci_id)
]


@pytest.mark.parametrize(
    ("pci_id", "architecture", "capability"),
    [
        ("10de:0dfc", "Fermi", "2.1"),
        ("10de:102d", "Kepler", "3.7"),
        ("10de:102e", "Kepler", "3.5"),
        ("10de:139b", "Maxwell", "5.0"),
        ("10de:17c2", "Maxwell", "5.2"),
        ("10de:1bbb", "Pascal", "6.1"),
        ("10de:2bb1", "Blackwell", "12.0"),
    ],
)
def test_cards_that_no_driver_answers_for(pci_id: str, architecture: str, capability: str) -> None:
    assert nvidia_chips.find(pci_id) == (architecture, capability, False)


def test_the_blocks_agree_with_the_catalog() -> None:
    assert len(KNOWN) > 300
    wrong = [
        pci_id
        for one, pci_id in KNOWN
        if (nvidia_chips.find(pci_id) or ())[:2] != (one.architecture, one.compute_capability)
    ]
    assert wrong == []


@pytest.mark.parametrize("pci_id", [None, "", "1002:744c", "10de:ffff", "10de:13", "10de:xyzw"])
def test_no_other_device_is_a_chip_of_nvidia(pci_id: str | None) -> None:
    assert nvidia_chips.find(pci_id) is None


@pytest.mark.parametrize(
    ("name", "architecture", "capability"),
    [
        ("Tesla K80", "Kepler", None),
        ("Tesla P4", "Pascal", None),
        ("GeForce GTX 1060", "Pascal", "6.1"),
        ("NVIDIA GeForce RTX 3080 Laptop GPU", "Ampere", "8.6"),
        ("Quadro M1200", "Maxwell", None),
        ("NVIDIA GH200 96GB HBM3", "Hopper", "9.0"),
    ],
)
def test_names_of_one_architecture(name: str, architecture: str, capability: str | None) -> None:
    assert nvidia_chips.named(name) == (architecture, capability, False)


@pytest.mark.parametrize(("name", "capability"), [("Orin (nvgpu)", "8.7"), ("NVIDIA Thor", "11.0")])
def test_a_jetson_shares_its_memory(name: str, capability: str) -> None:
    chip = nvidia_chips.named(name)
    assert chip is not None and (chip.compute_capability, chip.unified) == (capability, True)


@pytest.mark.parametrize(
    "name", [None, "", "Quadro K2200", "NVIDIA GeForce RTX 2050", "GeForce MX150", "Tesla"]
)
def test_a_name_that_two_architectures_share_tells_nothing(name: str | None) -> None:
    assert nvidia_chips.named(name) is None


def test_the_names_agree_with_the_catalog() -> None:
    told = [(one, nvidia_chips.named(alias)) for one in catalog.all() for alias in one.aliases]
    wrong = [
        one.name
        for one, chip in told
        if chip
        and (chip.architecture, chip.compute_capability or one.compute_capability)
        != (one.architecture, one.compute_capability)
    ]
    assert wrong == []


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert nvidia_chips.find(f"8086:{text}") is None
    nvidia_chips.find(f"10de:{text}")
