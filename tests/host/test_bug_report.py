"""What nvidia-bug-report.log tells beside its files."""

from pathlib import Path

import pytest

from dlws.host.attachment import open_attachment
from dlws.model.inventory import Inventory
from dlws.probes import inventory

LINE = "_" * 44
HEAD = "Start of NVIDIA bug report log file.  Please include this file.\n\nnvidia-bug-report.sh Version: 1\n"
KERNEL = "Linux version 6.1.0-1-amd64 (someone@somewhere) (gcc) #1 SMP\n"
FAILED = (
    "NVIDIA-SMI has failed because it couldn't communicate with NVIDIA driver. Make sure that latest NVIDIA "
    "driver is installed and running.\n"
)
NODES = """\
available: 2 nodes (0-1)
node 0 cpus: 0 1
node 0 size: 1000 MB
node 1 cpus: 2 3
node 1 size: 2000 MB
"""


def report(place: Path, *sections: str) -> Inventory:
    """What is known from a report with these sections."""
    file = place / "nvidia-bug-report.log"
    body = "".join(f"{LINE}\n\n{section}\n" for section in sections)
    file.write_text(
        f"{LINE}\n\n{HEAD}\n{body}{LINE}\n\nEnd of NVIDIA bug report log file.\n", encoding="utf-8"
    )
    return inventory.take(open_attachment(file))


@pytest.mark.parametrize(
    ("printed", "installed"), [("", False), ("vermagic:       6.1.0-1-amd64 SMP mod_unload\n", True)]
)
def test_modinfo_ran_and_says_if_there_is_a_module(printed: str, installed: bool, tmp_path: Path) -> None:
    have = report(
        tmp_path, f"*** /proc/version\n{KERNEL}", f"/sbin/modinfo nvidia | grep vermagic\n\n{printed}"
    )
    assert have.software.kernel_module.installed is installed


def test_without_modinfo_it_is_not_known_if_there_is_a_module(tmp_path: Path) -> None:
    have = report(tmp_path, "Skipping modinfo output (modinfo not found)\n")
    assert have.software.kernel_module.installed is None


def test_numactl_tells_the_nodes(tmp_path: Path) -> None:
    nodes = report(tmp_path, f"/usr/bin/numactl -H\n\n{NODES}").topology.numa
    assert [(node.index, node.memory_mib) for node in nodes] == [(0, 1000), (1, 2000)]


@pytest.mark.parametrize(
    ("said", "secure_boot"),
    [
        ("secureboot: Secure boot enabled", True),
        ("secureboot: Secure boot disabled", False),
        ("Kernel is locked down from EFI Secure Boot mode; see man kernel_lockdown.7", True),
        ("secureboot: Secure boot could not be determined (mode 0)", None),
    ],
)
def test_the_kernel_tells_of_secure_boot(said: str, secure_boot: bool | None, tmp_path: Path) -> None:
    assert report(tmp_path, f"dmesg:\n\n[    0.000000] {said}\n").os.secure_boot is secure_boot


def test_a_part_of_a_report_is_read_as_one(tmp_path: Path) -> None:
    file = tmp_path / "part.log"
    nvrm = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024"
    path = "/proc/driver/nvidia/./version"
    listed = f"*** ls: -r--r--r-- 1 root root 0 2024-05-01 12:00:00.0 +0000 {path}"
    file.write_text(
        f"{LINE}\n\n*** {path}\n{listed}\n{nvrm}\n\n{LINE}\n\n/sbin/modinfo nvidia | grep vermagic\n\n\n"
    )
    software = inventory.take(open_attachment(file)).software
    assert (software.nvidia_driver, software.kernel_module.loaded) == ("550.54.14", True)


def test_a_kernel_log_alone_tells_of_secure_boot(tmp_path: Path) -> None:
    file = tmp_path / "dmesg.txt"
    file.write_text("[    0.000000] Linux version 6.1.0\n[    0.000000] secureboot: Secure boot enabled\n")
    assert inventory.take(open_attachment(file)).os.secure_boot is True


def test_an_old_nvidia_smi_fails_in_its_own_words(tmp_path: Path) -> None:
    have = report(tmp_path, f"/usr/bin/nvidia-smi --query\n\n{FAILED}")
    assert (have.software.driver_fault, have.software.kernel_module.loaded) == ("not_loaded", False)


def facts(have: Inventory) -> dict[str, object]:
    """What a cut report says rightly or not at all."""
    return {
        "threads": have.cpu.threads,
        "memory": have.memory.total_mib,
        "board": have.board.model,
        "kernel": have.os.kernel,
        "driver": have.software.nvidia_driver,
    }


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_what_a_captured_report_says_when_it_is_cut_is_true(
    captures: Path, tmp_path: Path, share: float
) -> None:
    told = 0
    for path in sorted((captures / "nvidia-bug-report").glob("*.gz")):
        whole, data = inventory.take(open_attachment(path)), path.read_bytes()
        cut = tmp_path / path.name
        cut.write_bytes(data[: int(len(data) * share)])
        have = inventory.take(open_attachment(cut))
        assert "of which the end is cut off" in have.problems[0]
        for name, value in facts(have).items():
            assert value in (None, facts(whole)[name]), (path.name, name)
            told += value is not None
        assert {gpu.pci_address for gpu in have.gpus} <= {gpu.pci_address for gpu in whole.gpus}
    assert told
