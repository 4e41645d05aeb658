"""The software that suits a machine."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import dlws.catalog
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.stack import Stack
from dlws.plan.resolver import resolve
from dlws.plan.settings import TESTED_TORCH

from .machines import amd, machine, nvidia, settings

CATALOG = Path(dlws.catalog.__file__).parent

MACHINES = [
    ("no GPU", machine(), "2.13.0", "cpu"),
    ("RTX 4090, R580", machine(nvidia("8.9"), driver="580.65.06"), "2.13.0", "cu130"),
    ("RTX 4090, R535", machine(nvidia("8.9"), driver="535.183.01"), "2.13.0", "cu126"),
    ("RTX 5090, R580", machine(nvidia("12.0"), driver="580.65.06"), "2.13.0", "cu130"),
    ("RTX 5090, R570", machine(nvidia("12.0"), driver="570.124.06"), "2.11.0", "cu128"),
    ("V100, R580", machine(nvidia("7.0"), driver="580.65.06"), "2.13.0", "cu126"),
    ("GTX 1080, R470", machine(nvidia("6.1"), driver="470.256.02"), "2.13.0", "cpu"),
    ("Tesla K40, R470", machine(nvidia("3.5"), driver="470.256.02"), "2.13.0", "cpu"),
    ("DGX Spark", machine(nvidia("12.1"), driver="580.95.05", arch="aarch64"), "2.13.0", "cu130"),
    ("GH200", machine(nvidia("9.0"), driver="580.95.05", arch="aarch64"), "2.13.0", "cu130"),
    ("GPU without driver", machine(nvidia("8.6", driver=None)), "2.13.0", "cpu"),
    ("GPU under nouveau", machine(nvidia("8.6", driver="nouveau")), "2.13.0", "cpu"),
    ("RX 7900 XTX", machine(amd("gfx1100")), "2.13.0", "rocm7.2"),
    ("APU that ROCm does not list", machine(amd("gfx1036")), "2.13.0", "cpu"),
]


def test_a_card_of_another_vendor_is_left_out_with_a_word() -> None:
    radeon, graphics = amd("gfx1100"), amd("gfx1036")
    radeon, graphics = replace(radeon, unified_memory=False), replace(graphics, unified_memory=True)
    for others, said in (((radeon, graphics), True), ((graphics,), False)):
        stack = resolve(machine(nvidia("8.9"), *others, driver="580.65.06"), settings())
        (build,) = (one for one in stack.choices if one.name == "torch build")
        assert build.version == "cu130"
        assert (
            "leaves out card; an environment of its own for AMD: --torch-variant rocm" in build.why
        ) is said
        assert not stack.conflicts


SENTENCES = [
    ("K80 on its last driver", machine(nvidia("3.7"), driver="470.256.02"), "no code for", "install driver"),
    ("old driver", machine(nvidia("7.5"), driver="470.256.02"), "install driver 525 or newer", "not known"),
    (
        "GB200, R570",
        machine(nvidia("10.0"), driver="570.124.06", arch="aarch64"),
        "install driver 580 or newer",
        "no code for",
    ),
    (
        "Jetson Orin",
        machine(nvidia("8.7"), driver="540.4.0", arch="aarch64"),
        "NVIDIA makes for your JetPack",
        "can't be used",
    ),
    (
        "Jetson Xavier",
        machine(nvidia("7.2", driver="nvgpu"), arch="aarch64"),
        "NVIDIA makes for your JetPack",
        "can't be used",
    ),
]


@pytest.mark.parametrize(
    ("have", "told", "not_told"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES]
)
def test_a_gpu_that_is_left_out_is_told_a_way_out_that_helps(
    have: Inventory, told: str, not_told: str
) -> None:
    stack = resolve(have, settings())
    assert build(stack) == "cpu"
    assert told in " ".join(stack.conflicts)
    assert not_told not in " ".join(stack.conflicts)


def test_an_intel_gpu_is_told_of_the_build_for_it() -> None:
    arc = Gpu(vendor="Intel", name="Arc A770", driver="xe")
    why = next(
        choice.why for choice in resolve(machine(arc), settings()).choices if choice.name == "torch build"
    )
    assert "--torch-variant xpu" in why


def build(stack: Stack) -> str:
    """The build that a stack holds."""
    return next(choice.version for choice in stack.choices if choice.name == "torch build")


def version(stack: Stack) -> str:
    """The PyTorch version that a stack holds."""
    return next(choice.version for choice in stack.choices if choice.name == "torch")


@pytest.mark.parametrize(
    ("have", "torch", "variant"), [row[1:] for row in MACHINES], ids=[row[0] for row in MACHINES]
)
def test_known_machines_get_what_suits_them(have: Inventory, torch: str, variant: str) -> None:
    stack = resolve(have, settings())
    assert (version(stack), build(stack)) == (torch, variant)
    assert stack.environment == f"torch-{variant}"
    assert stack.python is not None
    assert stack.python.packages[0] == f"torch=={torch}+{variant}"
    assert stack.python.extra_index_url == f"https://download.pytorch.org/whl/{variant}"


@pytest.mark.parametrize(
    "have",
    [
        machine(nvidia("6.1"), driver="470.256.02"),
        machine(nvidia("3.5"), driver="580.65.06"),
        machine(nvidia("8.6"), driver=None),
        machine(nvidia("8.6", driver=None)),
        machine(nvidia("8.9", problem="fallen off the bus"), driver="580.65.06"),
        machine(nvidia("6.1"), nvidia("12.0"), driver="580.65.06"),
        machine(nvidia(None), driver="580.65.06"),
        machine(nvidia("8.6"), driver="580.65.06", arch="ppc64le"),
        machine(nvidia("8.6"), driver="580.65.06", arch=None),
        machine(amd(None)),
        machine(nvidia("[N/A]"), driver="580.65.06"),
        machine(nvidia("8.6"), driver="[N/A]"),
        machine(arch="riscv64"),
        machine(arch="aarch64"),
        machine(arch=None),
        machine(amd("gfx1100", driver=None)),
    ],
)
def test_what_cannot_be_had_is_said(have: Inventory) -> None:
    assert resolve(have, settings()).conflicts


def test_the_reason_for_the_default_version_is_that_it_is_tested() -> None:
    torch = next(choice for choice in resolve(machine(), settings()).choices if choice.name == "torch")
    assert (torch.version, "tests have trained with" in torch.why) == (TESTED_TORCH, True)


def test_another_version_than_the_tested_one_says_why() -> None:
    torch = next(
        choice
        for choice in resolve(machine(nvidia("12.0"), driver="570.0"), settings()).choices
        if choice.name == "torch"
    )
    assert TESTED_TORCH in torch.why
    assert "driver 580 or newer" in torch.why


def test_a_wish_is_kept_and_what_speaks_against_it_is_said() -> None:
    stack = resolve(machine(nvidia("6.1"), driver="535.1"), settings("2.14.1", "cu130"))
    assert (version(stack), build(stack)) == ("2.14.1", "cu130")
    assert len(stack.conflicts) == 2, "the driver is too old, and the build has no code for the card"


def test_an_unknown_version_is_kept_and_called_unchecked() -> None:
    stack = resolve(machine(), settings("9.9.9"))
    assert version(stack) == "9.9.9"
    assert "not in the catalog" in stack.conflicts[0]


def test_a_python_that_no_build_supports_is_a_conflict() -> None:
    assert "3.9" in resolve(machine(), settings("2.13.0", python_version="3.9.18")).conflicts[0]


def test_a_newer_python_gets_a_newer_release() -> None:
    stack = resolve(machine(), settings(python_version="3.15.0"))
    assert (version(stack), stack.conflicts) == ("2.15.0", ())


def rows(name: str) -> list[dict[str, str]]:
    """A data file as it is, without the code under test."""
    with (CATALOG / name).open(newline="") as file:
        return list(csv.DictReader(file))


def floats(text: str) -> tuple[int, ...]:
    """A dotted version to compare."""
    return tuple(int(part) for part in text.split("."))


GPUS = st.lists(
    st.one_of(
        st.builds(
            nvidia,
            st.sampled_from(
                [
                    "3.5",
                    "5.2",
                    "6.1",
                    "7.0",
                    "7.5",
                    "8.0",
                    "8.6",
                    "8.9",
                    "9.0",
                    "10.3",
                    "12.0",
                    "12.1",
                    "",
                    None,
                ]
            ),
            st.sampled_from(["nvidia", "nvidia", "nouveau", "vfio-pci", None]),
            st.sampled_from([None, None, None, "lost"]),
        ),
        st.builds(
            amd, st.sampled_from(["gfx942", "gfx1100", "gfx1036", None]), st.sampled_from(["amdgpu", None])
        ),
        st.builds(Gpu, vendor=st.sampled_from(["Intel", None, "ASPEED"])),
    ),
    max_size=4,
)
DRIVERS = st.sampled_from(
    [None, "390.157", "470.256.02", "525.60.13", "535.1", "570.26", "580.65.06", "595.71.05"]
)


@given(
    gpus=GPUS,
    driver=DRIVERS,
    arch=st.sampled_from(["x86_64", "x86_64", "aarch64", "riscv64", None]),
    python=st.sampled_from(["3.9.1", "3.10.12", "3.12.3", "3.14.0", "3.15.0", "3.16.0", None]),
    torch=st.sampled_from([None, None, "2.8.0", "2.11.0", "2.14.1", "2.15.0", "3.0.0"]),
    variant=st.sampled_from([None, None, None, "cpu", "cu126", "cu130", "cu132", "rocm7.2", "xpu"]),
)
def test_a_stack_without_conflict_satisfies_every_row(
    gpus: list[Gpu],
    driver: str | None,
    arch: str | None,
    python: str | None,
    torch: str | None,
    variant: str | None,
) -> None:
    have = machine(*gpus, driver=driver, arch=arch)
    stack = resolve(have, settings(torch, variant, python))
    assert all(choice.why for choice in stack.choices)
    if stack.conflicts:
        return
    release = next(row for row in rows("torch.csv") if row["torch"] == version(stack))
    assert python is None or ".".join(python.split(".")[:2]) in release["pythons"].split()
    if build(stack).startswith("cu"):
        assert driver is not None
        assert_runs(
            stack, [gpu for gpu in gpus if gpu.driver == "nvidia" and gpu.problem is None], driver, arch
        )
    elif build(stack).startswith("rocm"):
        assert variant or build(stack) == release["rocm_variant"]
        assert any(gpu.driver == "amdgpu" for gpu in gpus)
    else:
        assert (build(stack), arch) == ("cpu", "x86_64")
    if build(stack) == "cpu" and variant is None:
        assert not any(gpu.driver == "nvidia" and gpu.problem is None for gpu in gpus)


def assert_runs(stack: Stack, gpus: list[Gpu], driver: str, arch: str | None) -> None:
    """Driver and compute capabilities fit the row of the build."""
    minor, name = version(stack).rpartition(".")[0], build(stack)
    row = next(
        row
        for row in rows("torch_wheels.csv")
        if (row["torch"], row["variant"], row["machine"]) == (minor, name, arch)
    )
    floor = next(
        one["min_driver"] for one in rows("cuda_drivers.csv") if name.startswith(f"cu{one['cuda_major']}")
    )
    assert floats(driver) >= floats(floor)
    has = [floats(one) for one in row["capabilities"].split()]
    for gpu in gpus:
        assert gpu.compute_capability is not None, "an unknown capability is a conflict"
        wants = floats(gpu.compute_capability)
        covered = [one for one in has if one[0] == wants[0] and one[1] <= wants[1]]
        assert covered or (row["ptx"] == "yes" and wants > has[-1])
