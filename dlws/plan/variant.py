"""Which build of PyTorch suits the GPUs of a machine."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..catalog import torch
from ..model.gpu import Gpu
from ..model.inventory import Inventory

JETSONS = ("5.3", "6.2", "7.2", "8.7")
"""Compute capabilities that only Tegra processors have, up to Orin; Thor (11.0) runs the common builds."""

DRIVERS = {"nvidia": "nvidia", "amd": "amdgpu"}
"""Kernel driver that each vendor's build of PyTorch works through."""


INTEL = ("i915", "xe")
"""Kernel drivers of Intel's GPUs."""


class Variant(Struct, frozen=True, kw_only=True):
    """A build, why this one, and what it leaves unsatisfied."""

    name: str
    why: str
    conflicts: tuple[str, ...] = ()


def label(gpu: Gpu) -> str:
    """What to call a GPU in a sentence."""
    name = gpu.name or "a GPU of unknown model"
    place = f"gpu{gpu.index}" if gpu.index is not None else gpu.pci_address
    return f"{name} ({place})" if place else name


def of_vendor(inventory: Inventory, vendor: str) -> list[Gpu]:
    """All GPUs of one vendor, ``nvidia`` or ``amd``."""
    return [gpu for gpu in inventory.gpus if vendor in (gpu.vendor or "").lower().split()]


def usable(inventory: Inventory, vendor: str) -> list[Gpu]:
    """GPUs of one vendor that have their driver and no problem, and that a published build can be for."""
    return [
        gpu
        for gpu in of_vendor(inventory, vendor)
        if gpu.problem is None and gpu.driver == DRIVERS[vendor] and not is_jetson(gpu)
    ]


def is_jetson(gpu: Gpu) -> bool:
    """True for the GPU inside a Jetson up to Orin. PyTorch's aarch64 builds are for servers and can't use it."""
    return gpu.driver == "nvgpu" or gpu.compute_capability in JETSONS


def machine(inventory: Inventory) -> str | None:
    """The processor's name, as ``uname -m``."""
    return inventory.os.arch or inventory.cpu.architecture


def choose(version: str, inventory: Inventory) -> Variant:
    """The build of one release that serves most of the usable GPUs; the CPU build where there are none."""
    if gpus := usable(inventory, "nvidia"):
        return _beside(_cuda(version, inventory, gpus), version, inventory)
    if gpus := usable(inventory, "amd"):
        return _rocm(version, inventory, gpus)
    if any(gpu.driver in INTEL for gpu in inventory.gpus):
        why = "whether PyTorch can use this Intel GPU is not in the catalog; its build: --torch-variant xpu"
        return Variant(name="cpu", why=why)
    if inventory.gpus:
        return Variant(name="cpu", why="no GPU here can be used by PyTorch now")
    return Variant(name="cpu", why="this machine has no GPU")


def _beside(build: Variant, version: str, inventory: Inventory) -> Variant:
    """The build with a word on AMD cards that it leaves out; a processor's own graphics needs none."""
    cards = [gpu for gpu in usable(inventory, "amd") if gpu.unified_memory is False]
    release = torch.release(version)
    if not cards or release is None or release.rocm_variant is None:
        return build
    names = ", ".join(label(gpu) for gpu in cards)
    other = f"an environment of its own for AMD: --torch-variant {release.rocm_variant}"
    return replace(build, why=f"{build.why}; it serves one vendor's GPUs and leaves out {names}; {other}")


def check(name: str, version: str, inventory: Inventory) -> Variant:
    """The build that the user asked for, with what speaks against it."""
    why = "asked for in the settings"
    if not name.startswith("cu"):
        return Variant(name=name, why=why, conflicts=_not_for_us(name, inventory))
    builds = torch.wheels(version, machine(inventory) or "")
    wheel = next((one for one in builds if one.variant == name), None)
    if wheel is None:
        unknown = _no_build(f"{name} build", version, inventory)
        return Variant(name=name, why=why, conflicts=(f"{unknown}: leave the build to dlws",))
    gpus = usable(inventory, "nvidia")
    if not gpus:
        return Variant(
            name=name, why=why, conflicts=(f"build {name} finds no usable NVIDIA GPU here: take cpu",)
        )
    driver = inventory.software.nvidia_driver
    old = () if driver and _new_enough(driver, wheel) else (_too_old(driver, wheel),)
    return Variant(name=name, why=why, conflicts=old + _left_out(version, wheel, gpus))


def _not_for_us(name: str, inventory: Inventory) -> tuple[str, ...]:
    if name.startswith("rocm") and not usable(inventory, "amd"):
        return (f"build {name} finds no usable AMD GPU here: take cpu",)
    if not name.startswith(("cpu", "rocm")):
        return (f"nothing about build {name} is in the catalog: dlws smoke shows whether it works",)
    return ()


def _cuda(version: str, inventory: Inventory, gpus: list[Gpu]) -> Variant:
    driver = inventory.software.nvidia_driver
    wheels = torch.wheels(version, machine(inventory) or "")
    if driver is None:
        return _unsure("the version of the NVIDIA driver could not be determined")
    if not wheels:
        return _unsure(_no_build("CUDA build", version, inventory))
    fitting = [wheel for wheel in wheels if _new_enough(driver, wheel)]
    ideal = _best(version, wheels, gpus)
    best = _best(version, fitting, gpus) if fitting else ideal
    left_out = _left_out(version, best, gpus)
    if len(left_out) == len(gpus) == len(_left_out(version, ideal, gpus)):
        return Variant(name="cpu", why="no build has code for the GPUs here", conflicts=left_out)
    if not fitting or len(left_out) == len(gpus):
        wanted = _easiest(version, wheels, gpus)
        return Variant(
            name="cpu", why=f"NVIDIA driver {driver} is too old", conflicts=(_too_old(driver, wanted),)
        )
    why = f"it needs driver {best.min_driver}, this is {driver}; it has code for {_capabilities(best, gpus)}"
    return Variant(name=best.variant, why=why, conflicts=left_out)


def _best(version: str, wheels: Sequence[torch.Wheel], gpus: list[Gpu]) -> torch.Wheel:
    """The build that serves most GPUs; of several, the release's own choice, then the newest."""
    release = torch.release(version)
    return max(
        wheels,
        key=lambda wheel: (
            -len(_left_out(version, wheel, gpus)),
            release is not None and wheel.variant == release.default_variant,
            torch.number(wheel.variant),
        ),
    )


def _easiest(version: str, wheels: Sequence[torch.Wheel], gpus: list[Gpu]) -> torch.Wheel:
    """Of the builds that serve most GPUs, the one that the oldest driver will do for."""
    return min(
        wheels, key=lambda wheel: (len(_left_out(version, wheel, gpus)), torch.number(wheel.min_driver))
    )


def _rocm(version: str, inventory: Inventory, gpus: list[Gpu]) -> Variant:
    release = torch.release(version)
    targets = {gpu.gfx for gpu in gpus if gpu.gfx is not None}
    known = sorted(targets & torch.rocm_gpus())
    if not known and len(targets) < len({gpu.gfx for gpu in gpus}):
        return _unsure("the target (gfx) of the AMD GPU could not be determined")
    if not known:
        listed = ", ".join(sorted(targets))
        return Variant(name="cpu", why=f"AMD does not list the GPU here ({listed}) as supported by ROCm")
    if machine(inventory) != "x86_64" or release is None or release.rocm_variant is None:
        return _unsure(_no_build("ROCm build", version, inventory))
    why = f"ROCm supports {', '.join(known)}; the wheel brings its own ROCm libraries"
    return Variant(name=release.rocm_variant, why=why)


def _unsure(reason: str) -> Variant:
    return Variant(name="cpu", why=reason, conflicts=(f"{reason}: name the build with --torch-variant",))


def _no_build(kind: str, version: str, inventory: Inventory) -> str:
    return (
        f"dlws knows no {kind} of PyTorch {version} for {machine(inventory) or 'a processor of unknown kind'}"
    )


def _new_enough(driver: str, wheel: torch.Wheel) -> bool:
    return torch.number(driver) >= torch.number(wheel.min_driver)


def _too_old(driver: str | None, wheel: torch.Wheel) -> str:
    have = f"{driver} is older than" if driver else "of unknown version may be older than"
    return (
        f"NVIDIA driver {have} {wheel.min_driver}, which build {wheel.variant} needs: install driver "
        f"{wheel.min_driver.split('.')[0]} or newer, then run dlws apply again"
    )


def _left_out(version: str, wheel: torch.Wheel, gpus: list[Gpu]) -> tuple[str, ...]:
    """A sentence for each GPU that a build has no code for. One of unknown capability is not judged here."""
    return tuple(
        f"build {wheel.variant} of PyTorch {version} has no code for {label(gpu)}, compute capability "
        f"{gpu.compute_capability}: choose another with --torch-version or --torch-variant, or hide that GPU "
        "with CUDA_VISIBLE_DEVICES"
        for gpu in gpus
        if gpu.compute_capability is not None and not wheel.runs_on(gpu.compute_capability)
    )


def _capabilities(wheel: torch.Wheel, gpus: list[Gpu]) -> str:
    known = {gpu.compute_capability for gpu in gpus if gpu.compute_capability}
    served = sorted((one for one in known if wheel.runs_on(one)), key=torch.number)
    return "compute capability " + ", ".join(served) if served else "GPUs whose compute capability is unknown"
