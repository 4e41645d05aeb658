"""The GPU inside an NVIDIA Tegra (Jetson), which is on no PCI bus: from the device tree."""

from dlws.host import Host
from dlws.model.gpu import Gpu

TREE = "/proc/device-tree"

CHIPS = {
    "tegra210": ("Tegra X1", "Maxwell", "5.3"),
    "tegra186": ("Tegra X2", "Pascal", "6.2"),
    "tegra194": ("Xavier", "Volta", "7.2"),
    "tegra234": ("Orin", "Ampere", "8.7"),
    "tegra264": ("Thor", "Blackwell", "11.0"),
}
"""Name, architecture and compute capability (developer.nvidia.com/cuda-gpus) by compatible string."""


def is_tegra(host: Host) -> bool:
    """True on a machine whose GPU shares the main memory with the CPU because both are one chip."""
    return _chip(host) is not None


def gpus(host: Host) -> tuple[Gpu, ...]:
    """Its one GPU, for when the driver's library is not there or does not know it."""
    chip = _chip(host)
    if chip is None:
        return ()
    name, architecture, capability = CHIPS[chip]
    loaded = any(host.list(f"/sys/module/{module}") for module in ("nvgpu", "nvidia"))
    return (
        Gpu(
            index=0,
            vendor="NVIDIA",
            name=f"NVIDIA {name}",
            architecture=architecture,
            compute_capability=capability,
            unified_memory=True,
            driver="nvgpu" if host.list("/sys/module/nvgpu") else "nvidia" if loaded else None,
            problem=None if loaded or not host.list("/sys/module") else "no driver is loaded for it",
        ),
    )


def _chip(host: Host) -> str | None:
    words = (host.read(f"{TREE}/compatible") or "").splitlines()
    return next((chip for chip in CHIPS if f"nvidia,{chip}" in words), None)
