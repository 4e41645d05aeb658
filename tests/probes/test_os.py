"""The operating system, on small machines and on captured os-release files."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Live
from dlws.host.attachment import Attachment
from dlws.host.attachments import Evidence
from dlws.model.system import Os
from dlws.probes.problems import Problems
from dlws.probes.software import os, os_release, virtualization

from .machines import machine

JAMMY = """PRETTY_NAME="Ubuntu 22.04.5 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.5 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=jammy
"""

X86 = "processor\t: 0\nflags\t\t: fpu lm avx2{}\n"


def probe(place: Path, files: dict[str, str | bytes], **answers: Any) -> Os:
    return os.probe(machine(place, files, **answers), Problems())


def test_ubuntu_on_metal(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        {
            "/etc/os-release": JAMMY,
            "/proc/sys/kernel/osrelease": "5.15.0-130-generic\n",
            "/proc/cpuinfo": X86.format(""),
            "/proc/uptime": "12.5 40.0\n",
            "/proc/1/comm": "systemd\n",
            "/proc/1/cgroup": "0::/init.scope\n",
            "/proc/cmdline": "BOOT_IMAGE=/vmlinuz quiet amd_iommu=on nvidia-drm.modeset=1 -- pci=nope\n",
            "/sys/firmware/efi/fw_platform_size": "64\n",
            f"{os.SECURE_BOOT}": b"\x06\0\0\0\x01",
            "/sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
        },
        arch="x86_64",
    )
    assert found == Os(
        id="ubuntu",
        like=("debian",),
        version="22.04",
        codename="jammy",
        base_codename="jammy",
        name="Ubuntu 22.04.5 LTS",
        kernel="5.15.0-130-generic",
        arch="x86_64",
        virtualization="none",
        container="none",
        wsl=False,
        secure_boot=True,
        uefi=True,
        lockdown="integrity",
        cmdline=("amd_iommu=on", "nvidia-drm.modeset=1"),
        uptime_s=12.5,
        init="systemd",
    )


def test_empty_machine_is_unknown(tmp_path: Path) -> None:
    assert probe(tmp_path, {}) == Os()


@pytest.mark.parametrize(
    ("variable", "expected"),
    [(b"\x06\0\0\0\x00", False), (b"\x06\0\0\0\x01", True), (b"\x06\0\0", None), (None, None)],
)
def test_secure_boot_is_the_fifth_byte(tmp_path: Path, variable: bytes | None, expected: bool | None) -> None:
    files: dict[str, str | bytes] = {"/sys/firmware/efi/runtime": "0x0"}
    if variable is not None:
        files[os.SECURE_BOOT] = variable
    problems = Problems()
    found = os.probe(machine(tmp_path, files), problems)
    assert found.secure_boot is expected
    assert any("Secure Boot" in sentence for sentence in problems.sentences()) is (expected is None)


def test_without_uefi_there_is_no_secure_boot(tmp_path: Path) -> None:
    found = probe(tmp_path, {"/sys/firmware/memmap/0/start": "0x0"})
    assert (found.uefi, found.secure_boot) == (False, False)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/sys/class/dmi/id/sys_vendor": "QEMU", "/proc/cpuinfo": X86.format(" hypervisor")}, "qemu"),
        (
            {
                "/sys/class/dmi/id/sys_vendor": "QEMU",
                "/sys/devices/system/clocksource/clocksource0/available_clocksource": "kvm-clock tsc",
            },
            "kvm",
        ),
        ({"/sys/class/dmi/id/product_name": "CloudStack KVM Hypervisor"}, "kvm"),
        ({"/sys/class/dmi/id/bios_vendor": "SeaBIOS"}, "qemu"),
        ({"/sys/class/dmi/id/sys_vendor": "VMware, Inc."}, "vmware"),
        (
            {"/sys/class/dmi/id/sys_vendor": "Amazon EC2", "/sys/class/dmi/id/product_name": "p5.48xlarge"},
            "amazon",
        ),
        (
            {"/sys/class/dmi/id/sys_vendor": "Amazon EC2", "/sys/class/dmi/id/product_name": "c5.metal"},
            "none",
        ),
        (
            {
                "/sys/class/dmi/id/sys_vendor": "Microsoft Corporation",
                "/sys/class/dmi/id/product_name": "Virtual Machine",
                "/proc/cpuinfo": X86.format(" hypervisor"),
            },
            "microsoft",
        ),
        (
            {
                "/sys/class/dmi/id/sys_vendor": "Microsoft Corporation",
                "/sys/class/dmi/id/product_name": "Surface Go 2",
                "/proc/cpuinfo": X86.format(""),
            },
            "none",
        ),
        ({"/sys/class/dmi/id/sys_vendor": "Supermicro", "/proc/cpuinfo": X86.format("")}, "none"),
        ({"/proc/cpuinfo": X86.format(" hypervisor")}, "vm"),
        (
            {
                "/proc/cpuinfo": X86.format(" hypervisor"),
                "/sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc kvm-clock ",
            },
            "kvm",
        ),
        ({"/sys/hypervisor/type": "xen\n"}, "xen"),
        ({"/proc/device-tree/hypervisor/compatible": b"linux,kvm\0"}, "kvm"),
        (
            {"/proc/device-tree/model": b"NVIDIA Jetson AGX Orin\0", "/proc/cpuinfo": "Features: fp asimd\n"},
            "none",
        ),
        ({"/proc/device-tree/model": b"linux,dummy-virt\0"}, "vm"),
        ({"/sys/class/dmi/id/sys_vendor": "Dell Inc.", "/sys/class/dmi/id/bios_vendor": "Dell Inc."}, "none"),
        ({"/sys/class/dmi/id/sys_vendor": "Dell Inc."}, None),
        ({"/proc/cpuinfo": "cpu\t: POWER9\nplatform\t: PowerNV\n"}, "none"),
        ({"/proc/cpuinfo": "platform\t: pSeries\nmachine\t: CHRP IBM pSeries (emulated by qemu)\n"}, "kvm"),
        ({"/proc/cpuinfo": "Features\t: fp asimd\n"}, None),
    ],
)
def test_hypervisors(tmp_path: Path, files: dict[str, str | bytes], expected: str | None) -> None:
    assert virtualization.machine(machine(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("flags", "expected"), [("fpu vme avx", "none"), ("fpu vme hypervisor", "vm"), ("fp asimd sve", None)]
)
def test_flags_of_lscpu_tell_only_on_x86(tmp_path: Path, flags: str, expected: str | None) -> None:
    found = machine(tmp_path, {}, commands={("lscpu",): f"CPU(s): 2\nFlags: {flags}\n"})
    assert virtualization.machine(found) == expected


BIOS = "Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: {}\n\tVersion: 1.2\n{}\n"
SYSTEM = "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: {}\n\tProduct Name: {}\n\n"
SUPPLY = (
    "Handle 0x0002, DMI type 39, 22 bytes\nSystem Power Supply\n\tName: PWR SPLY\n\tManufacturer: DELL\n\n"
)
MODULE = "Handle 0x0003, DMI type 17, 40 bytes\nMemory Device\n\tSize: 8 GB\n\tSpeed: 3200 MT/s\n\n"
VIRTUAL = "\tCharacteristics:\n\t\tSystem is a virtual machine\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SUPPLY, None),
        (SYSTEM.format("Dell Inc.", "PowerEdge R640"), None),
        (BIOS.format("Dell Inc.", "") + SYSTEM.format("Dell Inc.", "PowerEdge R640"), "none"),
        (BIOS.format("Hosting", VIRTUAL) + SYSTEM.format("Hosting", "Droplet"), "vm"),
        (SYSTEM.format("QEMU", "Standard PC"), "qemu"),
        (BIOS.format("SeaBIOS", "") + SYSTEM.format("Red Hat", "KVM"), "kvm"),
        (BIOS.format("Maker", VIRTUAL) + SYSTEM.format("Maker", "Laptop") + MODULE, "none"),
        (BIOS.format("Maker", "") + SYSTEM.format("Default string", "Default string") + MODULE, "none"),
        (BIOS.format("Maker", "") + SYSTEM.format("Not Specified", "Not Specified"), None),
    ],
)
def test_a_part_of_a_firmware_table_does_not_make_a_real_machine(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    found = machine(tmp_path, {}, commands={("dmidecode",): text})
    assert virtualization.machine(found) == expected


@pytest.mark.parametrize(
    ("files", "environ", "expected"),
    [
        ({"/proc/1/cgroup": "0::/init.scope"}, {}, "none"),
        ({"/proc/self/cgroup": "0::/", "/.dockerenv": ""}, {}, "docker"),
        ({"/proc/self/cgroup": "0::/", "/.dockerenv": "", "/proc/2/comm": "kthreadd"}, {}, "none"),
        (
            {"/proc/self/cgroup": "0::/../../init.scope", "/.dockerenv": "", "/proc/2/comm": "kthreadd"},
            {},
            "docker",
        ),
        (
            {"/proc/self/cgroup": "0::/", "/run/.containerenv": 'engine="podman"'},
            {"container": "oci"},
            "podman",
        ),
        ({"/proc/self/cgroup": "0::/"}, {"container": "oci"}, "oci"),
        ({"/proc/1/cgroup": "12:memory:/docker/0123"}, {}, "docker"),
        ({"/proc/1/cgroup": "1:name=systemd:/kubepods/burstable/pod1"}, {}, "kubernetes"),
        ({"/proc/1/cgroup": "0::/"}, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "kubernetes"),
        ({"/run/systemd/container": "systemd-nspawn\n"}, {}, "systemd-nspawn"),
        ({"/proc/1/environ": b"HOME=/\0container=lxc\0"}, {}, "lxc"),
        ({"/proc/1/cgroup": "0::/"}, {"APPTAINER_CONTAINER": "/x.sif"}, "apptainer"),
        ({}, {}, None),
    ],
)
def test_containers(
    tmp_path: Path, files: dict[str, str | bytes], environ: dict[str, str], expected: str | None
) -> None:
    assert virtualization.container(machine(tmp_path, files, environ=environ)) == expected


def test_wsl_by_its_kernel(tmp_path: Path) -> None:
    found = probe(
        tmp_path, {"/proc/version": "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@x) (gcc)"}
    )
    assert (found.wsl, found.kernel) == (True, "5.15.167.4-microsoft-standard-WSL2")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/proc/cpuinfo": X86.format("")}, "x86_64"),
        ({"/proc/cpuinfo": "Features\t: fp asimd evtstrm\n"}, "aarch64"),
        ({"/proc/cpuinfo": "Features\t: half thumb neon\n"}, None),
        ({"/proc/sys/kernel/osrelease": "6.1.0-18-amd64"}, "x86_64"),
        ({"/proc/sys/kernel/osrelease": "5.14.0-503.el9.aarch64"}, "aarch64"),
        ({"/proc/sys/kernel/osrelease": "6.8.0-50-generic"}, None),
    ],
)
def test_architecture_is_inferred_only_if_certain(
    tmp_path: Path, files: dict[str, str | bytes], expected: str | None
) -> None:
    assert probe(tmp_path, files).arch == expected


@pytest.mark.parametrize(
    ("line", "id", "version", "codename"),
    [
        (r"Ubuntu 22.04.5 LTS \n \l", "ubuntu", "22.04", None),
        (r"Debian GNU/Linux 12 \n \l", "debian", "12", None),
        ("Debian GNU/Linux 11 (bullseye)", "debian", "11", "bullseye"),
        ("CentOS Linux release 7.9.2009 (Core)", "centos", "7.9.2009", "core"),
        ("Red Hat Enterprise Linux release 8.10 (Ootpa)", "rhel", "8.10", "ootpa"),
        ("Amazon Linux 2023.6.20250115", "amzn", "2023", None),
        ("Amazon Linux AMI release 2018.03", "amzn", "2018.03", None),
        ("Fedora Linux 41 (Workstation Edition)", "fedora", "41", None),
        (r"Arch Linux \r (\l)", "arch", None, None),
        ("Slackware 15.0", None, None, None),
    ],
)
def test_names(line: str, id: str | None, version: str | None, codename: str | None) -> None:
    found = os_release.from_name(line)
    assert (found.id, found.version, found.codename) == (id, version, codename)


def test_a_template_nobody_filled_in_is_no_version() -> None:
    assert os_release.parse("ID=arch\nVERSION_ID=TEMPLATE_VERSION_ID\n").version is None


@given(st.text())
def test_release_readers_never_raise(text: str) -> None:
    os_release.parse(text)
    os_release.from_name(text)


@given(
    st.dictionaries(
        st.sampled_from(["/proc/cpuinfo", "/proc/version", "/proc/cmdline", "/etc/os-release"]), st.binary()
    )
)
def test_probe_never_raises(files: dict[str, bytes]) -> None:
    assert isinstance(os.probe(Attachment("x", "a text", Evidence(files=files)), Problems()), Os)


def test_this_machine() -> None:
    found = os.probe(Live(), Problems())
    assert found.kernel == Path("/proc/sys/kernel/osrelease").read_text().strip()
    assert found.arch
    assert found.uptime_s


def test_captured_os_release_files(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ID, VERSION_ID and VERSION_CODENAME as a plain regular expression finds them."""
    right = total = 0
    for path in sorted((captures / "os-release").iterdir()):
        text = path.read_text()
        found = os_release.parse(text)
        for field, value in (
            ("ID", found.id),
            ("VERSION_ID", found.version),
            ("VERSION_CODENAME", found.codename),
        ):
            line = re.search(rf"^{field}=\"?([^\"\n]+)\"?$", text, re.MULTILINE)
            if line and not line[1].startswith("TEMPLATE"):
                total += 1
                right += value == line[1]
    with capsys.disabled():
        print(f"\nos-release: {right}/{total} fields right")
    assert total >= 90
    assert right == total
