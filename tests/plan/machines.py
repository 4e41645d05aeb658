"""Machines and settings for the tests of this folder."""

from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.system import Os, Software
from dlws.plan.settings import Settings


def nvidia(capability: str | None, driver: str | None = "nvidia", problem: str | None = None) -> Gpu:
    """An NVIDIA GPU of a compute capability."""
    return Gpu(vendor="NVIDIA", name="card", compute_capability=capability, driver=driver, problem=problem)


def amd(gfx: str | None, driver: str | None = "amdgpu") -> Gpu:
    """An AMD GPU of a target."""
    return Gpu(vendor="AMD", name="card", gfx=gfx, driver=driver)


def machine(*gpus: Gpu, driver: str | None = None, arch: str | None = "x86_64") -> Inventory:
    """A machine with these GPUs and this version of the NVIDIA driver."""
    return Inventory(gpus=gpus, os=Os(arch=arch), software=Software(nvidia_driver=driver))


def settings(
    torch_version: str | None = None, torch_variant: str | None = None, python_version: str | None = "3.12"
) -> Settings:
    """Settings with a fixed place and interpreter."""
    return Settings(
        data_dir="/data",
        python="/usr/bin/python3",
        python_version=python_version,
        torch_version=torch_version,
        torch_variant=torch_variant,
    )
