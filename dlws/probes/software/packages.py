"""Versions of installed system packages, from the package manager's own files where it has any."""

import re

from dlws.host import Host
from dlws.pattern import pattern

DPKG_STATUS = "/var/lib/dpkg/status"
PACMAN = "/var/lib/pacman/local"
RPM = ("/usr/lib/sysimage/rpm", "/var/lib/rpm")

NAMES = (
    r"(?:docker|moby|containerd|podman|nvidia|libnvidia|cuda|libcudnn|cudnn|libnccl|nccl|python3?(?:\.\d+)?(?!\S)"
    r"|rocm|amdrocm|amdgpu|hip)"
)
"""Packages that some probe asks for; a desktop has thousands of others."""
WANTED = pattern(NAMES)
PARAGRAPH = pattern(rf"\nPackage: ({NAMES}\S*)")

RPM_QUERY = ("rpm", "-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\n")


def installed(host: Host) -> dict[str, str]:
    """Version of each installed package that matters here, as the distribution writes it."""
    status = host.read_bytes(DPKG_STATUS)
    if status is not None:
        return _dpkg(status.decode("latin-1"))  # what is looked for is ASCII, and this is five times as fast
    if names := host.list(PACMAN):
        found = (re.fullmatch(r"(.+)-([^-]+-[^-]+)", name) for name in names)
        return {match[1]: match[2] for match in found if match and WANTED.match(match[1])}
    if any(host.list(place) for place in RPM):  # a database without a documented file format
        lines = (line.split(" ") for line in host.run(*RPM_QUERY, timeout_s=20).stdout.splitlines())
        return {words[0]: words[1] for words in lines if len(words) == 2 and WANTED.match(words[0])}
    return {}


def upstream(version: str) -> str:
    """The part of a package version that its makers chose: ``27.3.1`` of ``5:27.3.1-1~ubuntu.24.04``."""
    bare = version.split(":", 1)[-1].rsplit("-", 1)[0]
    return re.split(r"[~+]", bare)[0]


def _dpkg(status: str) -> dict[str, str]:
    """From dpkg's status file, a paragraph for each package (deb822(5)): megabytes, so few are looked into."""
    text = f"\n{status}"
    found = {}
    for name in PARAGRAPH.finditer(text):
        end = text.find("\n\n", name.end())
        paragraph = text[name.start() : end if end >= 0 else len(text)]
        state = re.search(r"^Status: \S+ \S+ (\S+)$", paragraph, re.MULTILINE)
        version = re.search(r"^Version: (\S+)$", paragraph, re.MULTILINE)
        # A removed package keeps its paragraph, with state config-files.
        if state and state[1] == "installed" and version:
            found[name[1]] = version[1]
    return found
