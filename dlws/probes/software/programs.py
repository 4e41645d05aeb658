"""Programs that a deep learning machine should have besides its frameworks."""

from dlws.host import Host

WANTED = ("gcc", "git", "lspci", "numactl", "nvme", "smartctl")
"""Compiler for torch.compile and Triton; names of devices without a driver; CPUs near a GPU; health of disks."""

PLACES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def missing(host: Host) -> tuple[str, ...] | None:
    """Those of WANTED that are in none of the system's directories; None if these could not be listed."""
    there = {name for place in PLACES for name in host.list(place)}
    return tuple(name for name in WANTED if name not in there) if there else None
