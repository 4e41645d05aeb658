"""Why the NVIDIA driver does not run on this machine, and what to type."""

from dlws.model.case import Case

KEYS = {"ubuntu": "/var/lib/shim-signed/mok/MOK.der", "debian": "/var/lib/dkms/mok.pub"}
"""Where each distribution keeps the public half of the key that DKMS signs modules with."""
UNNUMBERED = 580
"""First branch whose fabric manager is packaged by NVIDIA without it in the name."""
BLACKLIST = (
    "keep nouveau from loading: printf 'blacklist nouveau\\noptions nouveau modeset=0\\n' | "
    "sudo tee /etc/modprobe.d/disable-nouveau.conf && sudo update-initramfs -u && sudo reboot"
)
LOAD = "load it, and if that fails look why: sudo modprobe nvidia; sudo dmesg | grep -i nvidia"
BUILD = (
    "install the kernel's headers and build it: "
    "sudo apt install linux-headers-$(uname -r) && sudo dkms autoinstall && sudo modprobe nvidia"
)


def key_rejected(case: Case) -> bool:
    """True if the kernel said in this boot that it refuses NVIDIA's module for its signature.

    The kernel names no module in some of these lines; then a card that waits for one must be there.
    """
    waits = any(gpu.vendor == "NVIDIA" and gpu.driver is None for gpu in case.have.gpus)
    return any(
        one.cause == "key_rejected"
        and one.this_boot is not False
        and (waits or "nvidia" in (one.message or ""))
        for one in case.have.kernel_log.events
    )


def distribution(case: Case) -> str | None:
    """``ubuntu`` or ``debian``, also of what is made from them; None: neither."""
    system = case.have.os
    return next((one for one in ("ubuntu", "debian") if one == system.id or one in system.like), None)


def enrol(case: Case) -> str:
    """How the key of a self-built module becomes known to the firmware."""
    key = KEYS.get(distribution(case) or "", KEYS["debian"])
    command = f"sudo mokutil --import {key} && sudo reboot"
    return f"let the firmware trust the key, then choose Enroll MOK at the console: {command}"


def remedy(case: Case) -> tuple[str, str]:
    """Why and fix for a machine with an NVIDIA GPU whose kernel module does not run."""
    module = case.have.software.kernel_module
    if case.have.os.wsl:
        return (
            "under WSL the driver is Windows's",
            "install NVIDIA's driver in Windows, there: wsl --shutdown",
        )
    refused = case.have.software.driver_fault == "key_rejected" or key_rejected(case)
    if refused or (module.installed and case.have.os.secure_boot):
        return "Secure Boot lets only modules with a trusted signature load", enrol(case)
    if module.installed and module.nouveau_loaded:
        return "nouveau took the GPU first", BLACKLIST
    if module.installed:
        return "a module for this kernel is installed but not loaded", LOAD
    if module.installed is None:
        return "it is not installed for this kernel, or not loaded: which of the two is not known", LOAD
    if module.sources:
        return "the driver is installed, but DKMS built no module for the running kernel", BUILD
    if case.have.software.driver_fault:
        return "the driver's programs are installed, but no module of it for the running kernel", BUILD
    return "no NVIDIA driver is installed", install(case)


def install(case: Case) -> str:
    """How the driver is installed."""
    kind = distribution(case)
    if kind == "ubuntu":
        return (
            "install it: sudo apt install ubuntu-drivers-common && sudo ubuntu-drivers install && sudo reboot"
        )
    if kind == "debian" and not any(gpu.architecture == "Blackwell" for gpu in case.have.gpus):
        return (
            "enable the sections contrib and non-free, then install it: "
            "sudo apt install linux-headers-$(uname -r) nvidia-driver && sudo reboot"
        )
    return "install it as https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/ says, then: sudo reboot"


def fabric_manager(case: Case) -> str:
    """How the NVSwitches' manager is brought to run; it stops where its version is not the driver's.

    Package names: https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/ and NVIDIA's repository,
    which leaves the branch out of them from 580 on.
    """
    from dlws.catalog import driver_branches as catalog

    version = case.have.software.nvidia_driver
    branch = catalog.number(version)
    start = "sudo systemctl enable --now nvidia-fabricmanager"
    if branch is None:
        return f"install nvidia-fabricmanager in exactly the driver's version, then: {start}"
    package = "nvidia-fabricmanager" if branch >= UNNUMBERED else f"nvidia-fabricmanager-{branch}"
    install = f'sudo apt install "{package}={version}*"'
    if any(gpu.architecture == "Blackwell" for gpu in case.have.gpus):
        install = f'sudo apt install nvlsm "{package}={version}*"'
    return f"install it in exactly the driver's version: {install} && {start}"
