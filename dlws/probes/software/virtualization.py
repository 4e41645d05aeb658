"""Whether this is a virtual machine, a container or WSL.

Answers use the words of systemd-detect-virt(1), whose order of evidence is followed: firmware strings
before CPU flags, because QEMU and VirtualBox borrow KVM's CPUID.
"""

import re

from dlws.host import Host
from dlws.host.smbios import is_placeholder
from dlws.pattern import pattern
from dlws.probes.board import dmi

DMI = "/sys/class/dmi/id"
NAMES = ("Manufacturer", "Product Name", "Vendor")
DMI_FILES = ("product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version")

FIRMWARE = (
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("KubeVirt", "kvm"),
    ("RHEV", "kvm"),
    ("Amazon EC2", "amazon"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Oracle Corporation VirtualBox", "oracle"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("SeaBIOS", "qemu"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Virtual Machine", "microsoft"),
    ("Apple Virtualization", "apple"),
    ("Google Compute Engine", "google"),
    ("Alibaba Cloud ECS", "kvm"),
    ("Cloud Hypervisor", "cloud-hypervisor"),
)
"""How a firmware string of a virtual machine begins (systemd, src/basic/virt.c), and what it is."""

KVM_WORD = pattern(r"\bKVM\b")
"""As in CloudStack KVM Hypervisor."""

VIRTUAL_MARK = pattern(r"^\s*System is a virtual machine\s*$", re.MULTILINE)
VIRTUAL_BOARDS = "linux,dummy-virt"
"""Model in the device tree that QEMU, kvmtool and others make up."""

VENDORS = (
    ("kvm", "kvm"),
    ("vmware", "vmware"),
    ("microsoft", "microsoft"),
    ("xen", "xen"),
    ("oracle", "oracle"),
    ("parallels", "parallels"),
    ("bhyve", "bhyve"),
    ("qemu", "qemu"),
    ("ibm", "powervm"),
    ("hyperv_clocksource", "microsoft"),
)
"""What lscpu, the device tree or a paravirtual clock says, and what it is."""

CONTAINERS = (
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("docker", "docker"),
    ("/lxc", "lxc"),
    ("garden", "garden"),
    ("containerd", "containerd"),
)
"""What a cgroup path holds when this process is in a container."""


def machine(host: Host) -> str | None:
    """``none``, the hypervisor's name, ``vm`` if only that there is one is certain; None if unknown."""
    firmware = firmware_strings(host)
    if any(".metal" in text for text in firmware):  # EC2's bare-metal sizes carry the same firmware strings
        return "none"
    names = [name for text in firmware for start, name in FIRMWARE if text.startswith(start)]
    names += ["kvm" for text in firmware if KVM_WORD.search(text)]
    if named := next((name for name in names if name != "qemu"), None):
        return named
    named = "qemu" if names else None  # QEMU's firmware says nothing about KVM below it
    cpu = host.read("/proc/cpuinfo") or ""
    if name := _paravirtual(host) or _power(cpu) or named:
        return name
    if flags := re.search(r"^flags\s*:(.*)$", cpu, re.MULTILINE):
        # Set by every hypervisor (CPUID leaf 1, ECX bit 31), never by a processor. Firecracker has no DMI.
        return "vm" if "hypervisor" in flags[1].split() else "none"
    return _from_lscpu(host, cpu) or _marked(host) or _bare(host)


def container(host: Host) -> str | None:
    """``none`` or the container manager's name; None if there is nothing to tell by."""
    if host.environ("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    marked = host.read("/run/systemd/container") or host.read("/run/host/container-manager")
    declared = marked or host.environ("container") or _declared_to_init(host)
    if declared and declared != "oci":
        return declared
    if host.environ("APPTAINER_CONTAINER") or host.environ("SINGULARITY_CONTAINER"):
        return "apptainer"
    groups = "\n".join(host.read(path) or "" for path in ("/proc/1/cgroup", "/proc/self/cgroup"))
    if name := next((name for part, name in CONTAINERS if part in groups), None):
        return name
    # A container image can also be the root file system of a micro-VM, and its marker files stay. The
    # kernel's own threads show only outside a PID namespace; a container that shares the host's namespace
    # sees cgroups above its own.
    if not declared and host.read("/proc/2/comm") == "kthreadd" and "/.." not in groups:
        return "none"
    if host.read("/run/.containerenv") is not None:
        return "podman"
    if host.read("/.dockerenv") is not None:
        return "docker"
    return declared or ("none" if groups.strip() else None)


def wsl(kernel: str | None) -> bool | None:
    """True under the Windows Subsystem for Linux, whose kernels carry Microsoft's name."""
    return None if kernel is None else "microsoft" in kernel.lower()


def firmware_strings(host: Host) -> list[str]:
    """Names in the firmware's tables, from /sys or from the text of dmidecode if that was saved."""
    if found := [text for name in DMI_FILES if (text := host.read(f"{DMI}/{name}"))]:
        return found
    told = [one for one in dmi.from_text(dmi.by_dmidecode(host)) if one.type in (dmi.BIOS, dmi.SYSTEM)]
    return [text for one in told for field in NAMES if (text := one.fields.get(field))]


def _marked(host: Host) -> str | None:
    """A virtual machine whose firmware says so without a known name (DSP0134, 7.1.2.2, bit 4).

    Some laptops' firmware sets the bit too, but their memory has a speed.
    """
    text = dmi.by_dmidecode(host)
    if VIRTUAL_MARK.search(text) and not _has_memory(dmi.from_text(text)):
        return "vm"
    model = host.read("/proc/device-tree/model") or host.read("/sys/firmware/devicetree/base/model")
    return "vm" if (model or "").startswith(VIRTUAL_BOARDS) else None


def _bare(host: Host) -> str | None:
    """A real machine's firmware names its own maker, and the machine's or the board's, or real memory.

    Less tells nothing.
    """
    files = {
        name: _real(host.read(f"{DMI}/{name}")) for name in ("bios_vendor", "sys_vendor", "board_vendor")
    }
    if files["bios_vendor"] and (files["sys_vendor"] or files["board_vendor"]):
        return "none"
    found = dmi.from_text(dmi.by_dmidecode(host))
    makers = ((dmi.BIOS, "Vendor"), (dmi.SYSTEM, "Manufacturer"), (dmi.BOARD, "Manufacturer"))
    bios, *rest = (any(one.type == kind and one.text(field) for one in found) for kind, field in makers)
    if bios and (any(rest) or _has_memory(found)):
        return "none"
    return "none" if host.read("/proc/device-tree/model") else None


def _has_memory(records: tuple[dmi.Record, ...]) -> bool:
    """True for modules with a speed: a hypervisor's have none."""
    return any(one.type == dmi.MEMORY_DEVICE and one.number("Speed") for one in records)


def _real(text: str | None) -> bool:
    return text is not None and not is_placeholder(text)


def _declared_to_init(host: Host) -> str | None:
    found = re.search(r"^container=(\S+)$", host.read("/proc/1/environ") or "", re.MULTILINE)
    return found[1] if found else None


def _paravirtual(host: Host) -> str | None:
    """Name that the hypervisor gives itself in the device tree, in /sys/hypervisor or by its clock."""
    clock = "/sys/devices/system/clocksource/clocksource0/available_clocksource"
    for path in ("/proc/device-tree/hypervisor/compatible", "/sys/hypervisor/type", clock):
        text = (host.read(path) or "").lower()
        if name := next((name for vendor, name in VENDORS if vendor in text), None):
            return name
    return None


def _power(cpuinfo: str) -> str | None:
    """POWER says in /proc/cpuinfo what it runs on."""
    platform = re.search(r"^platform\s*:\s*(\w+)", cpuinfo, re.MULTILINE)
    if platform is None:
        return None
    if "emulated by qemu" in cpuinfo:
        return "kvm"
    return {"PowerNV": "none", "pSeries": "powervm"}.get(platform[1])


def _from_lscpu(host: Host, cpuinfo: str) -> str | None:
    """What lscpu found in CPUID; asked only where /proc/cpuinfo is absent, as in a report."""
    if cpuinfo:
        return None
    text = host.run("lscpu").stdout
    if vendor := re.search(r"^[^\w\n]*Hypervisor vendor:\s*(\S+)", text, re.MULTILINE):
        named = next((name for start, name in VENDORS if vendor[1].lower().startswith(start)), None)
        return named or ("vm" if vendor[1] != "none" else "none")
    if re.search(r"^[^\w\n]*Virtualization type:\s*(full|para)", text, re.MULTILINE):
        return "vm"
    flags = re.search(r"^[^\w\n]*Flags:(.*)$", text, re.MULTILINE)
    words = flags[1].split() if flags else []
    if "fpu" not in words:  # only x86 has a flag for it
        return None
    return "vm" if "hypervisor" in words else "none"
