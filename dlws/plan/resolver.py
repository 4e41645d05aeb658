"""From an inventory to the software that suits it.

Pure: the same machine and the same settings give the same Stack. Every choice carries its reason, and
what can't be had is a conflict that names its way out.
"""

from pathlib import Path

from ..catalog import torch
from ..model.gpu import Gpu
from ..model.inventory import Inventory
from ..model.stack import Choice, PythonEnvironment, Stack
from . import variant
from .settings import TESTED_TORCH, Settings
from .variant import Variant

PUBLISHED_FOR = ("x86_64", "aarch64")
"""Processors that PyTorch publishes Linux builds for."""


def resolve(inventory: Inventory, settings: Settings) -> Stack:
    """The Stack that suits this machine.

    The release that dlws tests with comes first; another one only where it serves the machine without a
    conflict and the first one can't. What the user asked for is never replaced.
    """
    wanted = [settings.torch_version] if settings.torch_version else _candidates()
    answers = [(version, *_judge(version, inventory, settings)) for version in wanted]
    version, build, conflicts = next((answer for answer in answers if not answer[2]), answers[0])
    return Stack(
        environment=f"torch-{build.name}",
        choices=(
            _python(settings),
            Choice(name="torch", version=version, why=_why_version(version, settings, answers[0])),
            Choice(name="torch build", version=build.name, why=build.why),
            Choice(name="numpy", version="any", why="PyTorch warns at each start when it is missing"),
        ),
        conflicts=(*conflicts, *_general(inventory, build)),
        python=_environment(version, build.name, settings),
    )


def _candidates() -> list[str]:
    return [TESTED_TORCH, *(one.version for one in torch.releases() if one.version != TESTED_TORCH)]


def _judge(version: str, inventory: Inventory, settings: Settings) -> tuple[Variant, tuple[str, ...]]:
    """The best build of one release, and what speaks against the two on this machine."""
    if settings.torch_variant:
        build = variant.check(settings.torch_variant, version, inventory)
    else:
        build = variant.choose(version, inventory)
    return build, (*_python_conflicts(version, settings), *build.conflicts)


def _python_conflicts(version: str, settings: Settings) -> tuple[str, ...]:
    release = torch.release(version)
    if release is None:
        return (
            f"PyTorch {version} is not in the catalog, so nothing about it could be checked: name another "
            "with --torch-version",
        )
    if settings.python_version is None:
        return ()
    minor = ".".join(settings.python_version.split(".")[:2])
    if minor in release.pythons:
        return ()
    return (
        f"PyTorch {version} has no build for Python {minor}, only for {', '.join(release.pythons)}: "
        "name another interpreter with --python",
    )


def _general(inventory: Inventory, build: Variant) -> tuple[str, ...]:
    """What no choice of a release could mend."""
    found = [
        _unused(gpu)
        for vendor in variant.DRIVERS
        for gpu in variant.of_vendor(inventory, vendor)
        if gpu not in variant.usable(inventory, vendor)
    ]
    if build.name.startswith("cu"):
        found += [
            f"the compute capability of {variant.label(gpu)} is unknown, so whether build {build.name} "
            "has code for it shows only when it runs: dlws smoke"
            for gpu in variant.usable(inventory, "nvidia")
            if gpu.compute_capability is None
        ]
    if build.name.startswith("rocm"):
        found.append(f"which GPUs build {build.name} has code for is not in the catalog: dlws smoke shows it")
    return (*found, *_processor_conflicts(variant.machine(inventory), build.name))


def _processor_conflicts(arch: str | None, build: str) -> tuple[str, ...]:
    if arch is not None and arch not in PUBLISHED_FOR:
        return (f"PyTorch publishes no build for {arch}: give an index that has one with --index-url",)
    if arch != "x86_64" and build == "cpu":
        processor = arch or "this processor, whose kind is unknown"
        return (
            f"whether there is a build cpu for {processor} is not in the catalog: if pip finds none, give an "
            "index that has one with --index-url",
        )
    return ()


def _unused(gpu: Gpu) -> str:
    if variant.is_jetson(gpu):
        return (
            f"{variant.label(gpu)} is part of a Jetson, for which PyTorch publishes no build: install the one "
            "that NVIDIA makes for your JetPack, and check it with dlws smoke --python PROGRAM"
        )
    return (
        f"{variant.label(gpu)} can't be used: {_obstacle(gpu)}. Mend that (dlws check says how), then run "
        "dlws apply again for a build that uses it"
    )


def _obstacle(gpu: Gpu) -> str:
    return gpu.problem or ("it has no kernel driver" if gpu.driver is None else f"its driver is {gpu.driver}")


def _why_version(version: str, settings: Settings, first: tuple[str, Variant, tuple[str, ...]]) -> str:
    if settings.torch_version:
        return "asked for in the settings"
    if version == TESTED_TORCH:
        return "the newest that dlws's own tests have trained with"
    return (
        f"the newest that suits this machine; {TESTED_TORCH}, which dlws tests with, does not: {first[2][0]}"
    )


def _python(settings: Settings) -> Choice:
    if settings.python_version is None:
        return Choice(
            name="python", version="unknown", why=f"{settings.python} was asked for in the settings"
        )
    return Choice(name="python", version=settings.python_version, why="the Python that dlws itself runs on")


def _environment(version: str, build: str, settings: Settings) -> PythonEnvironment:
    extra = settings.extra_index_url
    return PythonEnvironment(
        directory=str(Path(settings.data_dir) / "envs" / f"torch-{build}"),
        interpreter=settings.python,
        packages=(f"torch=={version}+{build}", "numpy"),
        index_url=settings.index_url,
        extra_index_url=f"{torch.INDEX}/{build}" if extra is None else extra or None,
    )
