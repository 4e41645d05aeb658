"""Reports of collect_env, of many years and systems: read back through all probes."""

import pytest

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.quoting import clean
from dlws.model.inventory import Inventory
from dlws.model.system import Framework
from dlws.probes import inventory

HEAD = "PyTorch version: 1.4.0\nIs debug build: No\nCUDA used to build PyTorch: 10.1\n\n"


def read(text: str) -> Inventory:
    """The machine that a report speaks of."""
    kinds, evidence = recognise(clean(text))
    assert kinds, "not recognised"
    return inventory.take(Attachment("x", kinds[0].name, evidence))


def torch(found: Inventory) -> Framework:
    """PyTorch in the environment of the report."""
    return next(one for one in found.software.frameworks if one.name == "torch")


@pytest.mark.parametrize(
    ("line", "sees"),
    [
        ("Is CUDA available: Yes", True),
        ("Is CUDA available: No", False),
        ("Is CUDA available: True", True),
        ("Is CUDA available: False\nIs XPU available: True", True),
        ("Is CUDA available: N/A", None),
    ],
)
def test_whether_the_gpu_is_seen_in_the_words_of_each_year(line: str, sees: bool | None) -> None:
    assert torch(read(f"{HEAD}{line}\n")).sees_gpu is sees


def test_intel_gpus() -> None:
    found = read(
        "PyTorch version: 2.8.0+xpu\nCUDA used to build PyTorch: None\n"
        "Is CUDA available: False\nIs XPU available: True\nXPU used to build PyTorch: 20250101\n"
        "Intel GPU driver version:\n* libze1:\t1.21.9.0-1136~22.04\nIntel GPU models onboard:\n"
        "* Intel(R) Data Center GPU Max 1550\n* Intel(R) Data Center GPU Max 1550\n"
        "Intel GPU models detected:\n"
        "* [0] _XpuDeviceProperties(name='Intel(R) Data Center GPU Max 1550', type='gpu', device_id=0xBD5, "
        "total_memory=65536MB, max_compute_units=512)\n"
    )
    assert [(gpu.vendor, gpu.name) for gpu in found.gpus] == [
        ("Intel", "Intel(R) Data Center GPU Max 1550")
    ] * 2
    assert (found.gpus[0].memory_mib, torch(found).cuda) == (65536, None)


def test_amd_gpus_of_sglang_are_not_nvidias() -> None:
    found = read(
        "Python: 3.12.8 (main) [GCC 13.3.0]\nROCM available: True\nGPU 0,1: AMD Instinct MI300X\n"
        "ROCM_HOME: /opt/rocm\nPyTorch: 2.6.0a0+git8d4926e\n"
    )
    assert [(gpu.vendor, gpu.name) for gpu in found.gpus] == [("AMD", "AMD Instinct MI300X")] * 2
    assert torch(found).sees_gpu is True


def test_a_gpu_without_a_number() -> None:
    (gpu,) = read(f"{HEAD}GPU models and configuration: GeForce GTX 1060 with Max-Q Design\n").gpus
    assert gpu.name == "GeForce GTX 1060 with Max-Q Design"
    assert read(f"{HEAD}GPU models and configuration: Could not collect\n").gpus == ()


@pytest.mark.parametrize(
    ("lines", "model"),
    [
        ("CPU:\nApple M2 Max\n", "Apple M2 Max"),
        ("CPU:\nName: 12th Gen Intel(R) Core(TM) i7-1270P\nManufacturer: GenuineIntel\n", "i7-1270P"),
        ("CPU:\nArchitecture=9\nCurrentClockSpeed=3600\nName=AMD Ryzen 7 3700X 8-Core Processor\n", "3700X"),
    ],
)
def test_processors_of_a_mac_and_of_windows(lines: str, model: str) -> None:
    assert model in (read(f"{HEAD}OS: macOS 14.5 (arm64)\n\n{lines}").cpu.model or "")


def test_what_the_terminal_put_on_one_line() -> None:
    found = read(
        "Collecting environment information...          PyTorch version: 2.7.0+rocm6.3\n"
        "OS: Could not collect\n"
        "Python platform: Linux-6.7.7-gentoo-dist-x86_64-AMD_Ryzen_9_5950X_16-Core_Processor-with-glibc2.40\n"
    )
    assert (torch(found).version, found.os.kernel, found.os.arch) == (
        "2.7.0+rocm6.3",
        "6.7.7-gentoo-dist",
        "x86_64",
    )
    assert found.os.name is None


def test_a_kernel_that_has_the_machine_in_its_name() -> None:
    text = f"{HEAD}Python platform: Linux-5.15.0-x86_64-linode-x86_64-with-glibc2.35\n"
    assert read(text).os.kernel == "5.15.0-x86_64-linode"


def test_windows_whose_makers_name_is_translated() -> None:
    for name in (
        "Microsoft Windows 11 Pro",
        "\u041c\u0430\u0439\u043a\u0440\u043e\u0441\u043e\u0444\u0442 Windows 10 Pro",
    ):
        assert read(f"{HEAD}OS: {name}\nIs CUDA available: Yes\n").os.id == "windows"
