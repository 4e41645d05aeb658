"""What nvidia-smi prints when it cannot list GPUs, pasted alone or among other words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.probes import inventory
from dlws.probes.gpu.nvidia import nvidia_smi_fault

SILENT = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest "
    "NVIDIA driver is installed and running."
)


def pasted(place: Path, text: str) -> Inventory:
    """What is known of a machine from a file with this text."""
    file = place / "paste.txt"
    file.write_text(text, encoding="utf-8", newline="")
    return inventory.take(open_attachment(file))


@pytest.mark.parametrize(
    ("text", "kind", "loaded"),
    [
        (SILENT, "not_loaded", False),
        (SILENT.replace("'", "\u2019"), "not_loaded", False),
        (f"> $ nvidia-smi\r\n> {SILENT}\r\n", "not_loaded", False),
        ("nvidia-container-cli: initialization error: nvml error: driver not loaded", "not_loaded", False),
        ("Failed to initialize NVML: Driver/library version mismatch", "version_mismatch", True),
        ("```\nNo devices were found\n```", "no_devices", True),
        ("Failed to initialize NVML: Insufficient Permissions", "no_permission", None),
        ("NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", "no_library", None),
        ("Failed to initialize NVML: GPU access blocked by the operating system", "blocked", None),
        ("Failed to initialize NVML: Unknown Error", "error", None),
    ],
)
def test_a_message_alone_tells_what_it_proves(
    text: str, kind: str, loaded: bool | None, tmp_path: Path
) -> None:
    have = pasted(tmp_path, text)
    assert (have.software.driver_fault, have.software.kernel_module.loaded) == (kind, loaded)
    assert have.gpus == ()


@pytest.mark.parametrize(
    ("text", "kind", "installed"),
    [
        ("modprobe: ERROR: could not insert 'nvidia': Key was rejected by service", "key_rejected", True),
        ("modprobe: ERROR: could not insert 'nvidia_drm': No such device", "not_loaded", True),
        (
            "modprobe: FATAL: Module nvidia not found in directory /lib/modules/6.8.0-48-generic",
            "not_loaded",
            False,
        ),
    ],
)
def test_modprobe_tells_if_there_is_a_module(text: str, kind: str, installed: bool, tmp_path: Path) -> None:
    software = pasted(tmp_path, text).software
    assert (software.driver_fault, software.kernel_module.installed) == (kind, installed)
    assert software.kernel_module.loaded is False


def test_the_library_names_its_version(tmp_path: Path) -> None:
    mismatch = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.183\n"
    software = pasted(tmp_path, mismatch).software
    assert (software.nvidia_library, software.nvidia_driver) == ("535.183", None)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("GPU 0000:0B:00.0: GPU is lost.  Reboot the system to recover this GPU", "0000:0b:00.0"),
        ("GPU0000:01:00.0: Unknown Error", "0000:01:00.0"),
        ("GPU1: 0000:41:00.0: Unknown Error", "0000:41:00.0"),
        ("GPU0: 0000:1A:00.0: Unknown Error\r", "0000:1a:00.0"),
        ("gpu 0000:02:00.0: GPU is lost", "0000:02:00.0"),
    ],
)
def test_a_gpu_that_cannot_be_opened_is_named(words: str, address: str, tmp_path: Path) -> None:
    [gpu] = pasted(tmp_path, f"Unable to determine the device handle for {words}\n").gpus
    assert gpu.pci_address == address
    assert gpu.problem is not None


LIST = """\
GPU 0: NVIDIA RTX A (UUID: GPU-00000000-0000-0000-0000-000000000001)
Unable to determine the device handle for gpu 0000:05:00.0: Unknown Error
GPU 2: NVIDIA RTX A (UUID: GPU-00000000-0000-0000-0000-000000000002)
"""
BUS = """\
04:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2684] (rev a1)
05:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2684] (rev a1)
06:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2684] (rev a1)
"""


def named(gpus: tuple[Gpu, ...]) -> set[tuple[str | None, bool]]:
    """Place and health of each."""
    return {(gpu.pci_address, gpu.problem is None) for gpu in gpus}


def test_a_list_goes_on_after_a_lost_gpu(tmp_path: Path) -> None:
    have = pasted(tmp_path, LIST)
    assert [gpu.index for gpu in have.gpus if gpu.problem is None] == [0, 2]
    assert named(have.gpus) == {(None, True), ("0000:05:00.0", False)}
    assert have.software.driver_fault is None


def test_a_list_with_a_lost_gpu_and_the_bus_agree(tmp_path: Path) -> None:
    assert named(pasted(tmp_path, f"{LIST}\n{BUS}").gpus) == {
        ("0000:04:00.0", True),
        ("0000:05:00.0", False),
        ("0000:06:00.0", True),
    }


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    fault = nvidia_smi_fault.find(f"Failed to initialize NVML: x{text}")
    assert fault is not None
