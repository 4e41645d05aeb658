"""Names of this host and its user that are worth hiding."""

import posixpath

from .host import Host

SHORTEST = 3
"""A shorter name is a part of too many words."""

# No secret, and replacing them would garble what else they stand for: an os-release with ID=fedora, a TITAN.
DISTRIBUTIONS = """
almalinux alma alpine amazon amzn arch archlinux centos debian devuan elementary endeavouros fedora gentoo kali
linux linuxmint manjaro mint neon nixos opensuse oracle pop pop-os pop_os raspberrypi raspbian rhel rocky sles
suse ubuntu ubuntu-server void zorin
"""
MAKERS = """
amd apple asrock asus dell dgx epyc geforce gigabyte grace hp hpe intel jetson lenovo msi nvidia orin quadro
radeon rtx ryzen supermicro tegra tesla thinkpad titan xavier xeon
"""
USES = """
admin administrator anonymous build builder centos-user cloud cluster compute container core cpu cuda daemon default
desktop dev docker ec2-user gpu gpus guest head home host kernel kube kubernetes lab laptop local localhost login
machine main master minion nobody node none openstack pc podman proxmox pve python root run server service storage
sys system test tester torch train training user users vagrant virtual vm work worker workstation
"""
PLAIN = frozenset(f"{DISTRIBUTIONS} {MAKERS} {USES}".split())


def words(host: Host) -> tuple[list[str], list[str]]:
    """Names of the host, the longest first, and of users."""
    full = host.read("/proc/sys/kernel/hostname") or ""
    home = posixpath.basename((host.environ("HOME") or "").rstrip("/"))
    users = [host.environ(variable) or "" for variable in ("USER", "LOGNAME", "SUDO_USER")]
    return _secret([full, full.split(".")[0]]), _secret([*users, home])


def _secret(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if len(name) >= SHORTEST and name.lower() not in PLAIN]
