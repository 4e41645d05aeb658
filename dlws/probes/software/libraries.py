"""Versions of shared libraries, from their names and links."""

import re

from dlws.host import Host
from dlws.pattern import pattern

FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/powerpc64le-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/lib/wsl/lib",
    "/usr/local/nvidia/lib64",
    "/run/opengl-driver/lib",
    "/usr/lib/x86_64-linux-gnu/tegra",
    "/usr/lib/aarch64-linux-gnu/tegra",
    "/usr/lib/aarch64-linux-gnu/nvidia",
)
"""Where distributions, WSL, Kubernetes nodes, NixOS and Jetson put libraries."""


def version_of(
    host: Host, library: str, version: str = r"\d+\.\d+(?:\.\d+)*", *, folders: tuple[str, ...]
) -> str | None:
    """Version of a library in the first folder that has it.

    Where several versions lie side by side, the one that the link ``<library>.<major>`` points to is
    the one in use; without such a link it is not known which.
    """
    named = pattern(rf"{re.escape(library)}\.({version})")
    for folder in folders:
        names = [name for name in host.list(folder) if name.startswith(f"{library}.")]
        versions = {match[1] for name in names if (match := named.fullmatch(name))}
        if len(versions) > 1:
            targets = (host.link(f"{folder}/{name}") or "" for name in names)
            linked = {match[1] for target in targets if (match := named.fullmatch(target.rpartition("/")[2]))}
            versions = linked & versions or versions
        if len(versions) == 1:
            return versions.pop()
    return None
