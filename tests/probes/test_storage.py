"""Disks, file systems and volume managers on small machines."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Output, Usage
from dlws.host.host import MISSING
from dlws.probes.problems import Problems
from dlws.probes.storage import lsblk, mounts, storage
from dlws.probes.storage.disk_kind import is_disk, kind, transport

from .trees import machine

NVME = "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0"
NVME_FILES = {
    f"{NVME}/model": "Samsung SSD 990 PRO 4TB                 ",
    f"{NVME}/firmware_rev": "4B2QJXD7",
    f"{NVME}/transport": "pcie",
    f"{NVME}/state": "live",
    f"{NVME}/numa_node": "1",
    f"{NVME}/hwmon3/temp1_input": "41850",
    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/current_link_speed": "8.0 GT/s PCIe",
    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/current_link_width": "2",
    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/max_link_speed": "16.0 GT/s PCIe",
    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/max_link_width": "4",
    "/sys/block/nvme0n1/size": "7814037168",
    "/sys/block/nvme0n1/removable": "0",
    "/sys/block/nvme0n1/queue/rotational": "0",
}
NVME_LINK = {"/sys/block/nvme0n1": "../devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0/nvme0n1"}
SMARTCTL = ("smartctl", "--json", "-a", "-n", "standby", "/dev/nvme0n1")


def test_an_nvme_drive_that_runs_below_what_it_can(tmp_path: Path) -> None:
    (disk,) = storage.probe(machine(tmp_path, NVME_FILES, links=NVME_LINK), Problems()).disks
    assert (disk.model, disk.size_gb, disk.kind) == ("Samsung SSD 990 PRO 4TB", 4000.787, "nvme")
    assert (disk.pcie_gen, disk.pcie_width, disk.pcie_gen_max, disk.pcie_width_max) == (3, 2, 4, 4)
    assert (disk.pci_address, disk.state) == ("0000:01:00.0", "live")
    assert (disk.numa_node, disk.firmware, disk.transport, disk.removable) == (1, "4B2QJXD7", "nvme", False)
    assert disk.health is not None
    assert disk.health.temperature_c == 42


def test_without_root_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    problems = Problems()
    storage.probe(machine(tmp_path, NVME_FILES, links=NVME_LINK, root=False), problems)
    assert any("sudo dlws inventory" in sentence for sentence in problems.sentences())


def test_root_gets_wear_and_media_errors(tmp_path: Path) -> None:
    answer = {"smart_status": {"passed": True}, "nvme_smart_health_information_log": {"media_errors": 3}}
    commands = {SMARTCTL: Output(4, json.dumps(answer))}
    host = machine(tmp_path, NVME_FILES, links=NVME_LINK, commands=commands, root=True)
    (disk,) = storage.probe(host, Problems()).disks
    assert disk.health is not None
    assert (disk.health.passed, disk.health.media_errors, disk.health.temperature_c) == (True, 3, 42)


def test_root_without_smartctl_is_told_to_install_it(tmp_path: Path) -> None:
    problems = Problems()
    host = machine(tmp_path, NVME_FILES, links=NVME_LINK, commands={SMARTCTL: Output(MISSING)}, root=True)
    storage.probe(host, problems)
    assert any("smartmontools" in sentence for sentence in problems.sentences())


def test_root_with_nvme_cli_only(tmp_path: Path) -> None:
    nvme = ("nvme", "smart-log", "-o", "json", "/dev/nvme0n1")
    commands = {nvme: Output(0, '{"percent_used": 2.0, "media_errors": "1", "temperature": 310}')}
    (disk,) = storage.probe(
        machine(tmp_path, NVME_FILES, links=NVME_LINK, commands=commands, root=True), Problems()
    ).disks
    assert disk.health is not None
    assert (disk.health.wear_percent, disk.health.media_errors, disk.health.temperature_c) == (2, 1, 37)


def test_multipath_nvme_is_one_disk_and_finds_its_controller(tmp_path: Path) -> None:
    files = {path.replace(NVME, "/sys/class/nvme/nvme4"): text for path, text in NVME_FILES.items()}
    files |= {"/sys/block/nvme0c4n1/hidden": "1", "/sys/class/nvme/nvme4/device/max_link_width": "4"}
    links = {"/sys/block/nvme0n1": "../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1"}
    listings = {"/sys/class/nvme-subsystem/nvme-subsys0": ("model", "nvme0n1", "nvme4")}
    (disk,) = storage.probe(machine(tmp_path, files, links=links, listings=listings), Problems()).disks
    assert (disk.name, disk.model, disk.pcie_width_max) == ("nvme0n1", "Samsung SSD 990 PRO 4TB", 4)


def test_the_second_path_to_a_disk_is_no_second_disk(tmp_path: Path) -> None:
    files = {f"/sys/block/{name}/size": "1000" for name in ("sda", "sdb", "dm-0")}
    files |= {
        "/sys/block/dm-0/dm/uuid": "mpath-36001",
        "/sys/block/dm-0/slaves/sda": "",
        "/sys/block/dm-0/slaves/sdb": "",
    }
    found = storage.probe(machine(tmp_path, files), Problems())
    assert [disk.name for disk in found.disks] == ["sda"]
    assert found.volume_managers == ("multipath",)


def test_an_empty_card_reader_is_no_disk(tmp_path: Path) -> None:
    files = {"/sys/block/sdb/size": "0", "/sys/block/sdb/removable": "1"}
    problems = Problems()
    assert storage.probe(machine(tmp_path, files), problems).disks == ()
    assert any("no disk is visible" in sentence for sentence in problems.sentences())


def test_a_raid_controller_is_named(tmp_path: Path) -> None:
    files = {"/sys/block/sda/size": "1000", "/sys/block/sda/queue/rotational": "1"}
    links = {"/sys/block/sda": "../devices/pci0000:00/0000:03:00.0/host0/target0:2:0/0:2:0:0/block/sda"}
    listings = {"/sys/bus/pci/drivers/megaraid_sas": ("0000:03:00.0", "bind", "module")}
    problems = Problems()
    found = storage.probe(machine(tmp_path, files, links=links, listings=listings), problems)
    assert found.disks[0].transport == "raid"
    assert any("0000:03:00.0 (megaraid_sas)" in sentence for sentence in problems.sentences())


def test_full_model_from_udev(tmp_path: Path) -> None:
    files = {
        "/sys/block/sda/size": "1000",
        "/sys/block/sda/dev": "8:0",
        "/sys/block/sda/device/vendor": "ATA     ",
        "/sys/block/sda/device/model": "Samsung SSD 860 ",
        "/run/udev/data/b8:0": "E:ID_MODEL_ENC=Samsung\\x20SSD\\x20860\\x20EVO\\x201TB\\x20\\x20\n",
    }
    assert storage.probe(machine(tmp_path, files), Problems()).disks[0].model == "Samsung SSD 860 EVO 1TB"


def test_file_systems_volume_managers_and_shared_memory(tmp_path: Path) -> None:
    table = (
        "22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw\n"
        "23 22 0:30 / /tank/my\\040data rw - zfs tank/data rw\n"
        "24 22 0:31 / /dev/shm rw - tmpfs tmpfs rw\n"
        "25 22 0:40 / /net rw - nfs4 server:/export rw\n"
        "26 22 0:41 / /sys rw - sysfs sysfs rw\n"
        "29 22 0:42 / /pool rw - fuse.mergerfs mergerfs rw\n"
        "30 22 0:43 / /run/user/0/doc rw - fuse.portal portal rw\n"
        "27 22 7:0 / /snap/core ro - squashfs /dev/loop0 ro\n"
        "28 22 259:2 /srv /srv2 rw - ext4 /dev/nvme0n1p2 rw\n"
    )
    files = {
        "/proc/self/mountinfo": table,
        "/proc/spl/kstat/zfs/tank/state": "DEGRADED\n",
        "/sys/block/dm-0/dm/uuid": "LVM-abc",
        "/sys/block/dm-1/dm/uuid": "CRYPT-LUKS2-abc",
    }
    usage = {
        place: Usage(total=2_000_000_000, free=500_000_000)
        for place in ("/", "/tank/my data", "/dev/shm", "/net")
    }
    environ = {"HF_HOME": "/tank/my data/hf", "HOME": "/root"}
    found = storage.probe(machine(tmp_path, files, usage=usage, environ=environ), Problems())
    assert [(one.mount, one.size_gb, one.free_gb, one.network) for one in found.filesystems] == [
        ("/", 2.0, 0.5, False),
        ("/net", None, None, True),
        ("/pool", None, None, False),
        ("/tank/my data", 2.0, 0.5, False),
    ]
    assert found.volume_managers == ("dm-crypt", "lvm", "zfs")
    assert [(pool.name, pool.level, pool.state) for pool in found.raid] == [("tank", "zfs", "degraded")]
    assert [(place.what, place.mount) for place in found.places] == [
        ("HF_HOME", "/tank/my data"),
        ("HOME", "/"),
    ]
    assert found.shm_gb == 2.0


def test_the_empty_machine(tmp_path: Path) -> None:
    problems = Problems()
    found = storage.probe(machine(tmp_path), problems)
    assert found.disks == () and found.filesystems == () and found.shm_gb is None
    assert len(problems.sentences()) == 2


@pytest.mark.parametrize(
    "name",
    ["loop0", "ram1", "zram0", "dm-3", "md127", "md_d0", "sr0", "fd0", "nvme0c0n1", "mmcblk0boot0",
     "nvme0n1p1", "sda1", "mmcblk0p2", "zd16", "bcache0", "mtdblock3", "drbd0"],
)  # fmt: skip
def test_what_is_no_disk(name: str) -> None:
    assert not is_disk(name)


@pytest.mark.parametrize(
    "name", ["sda", "sdaa", "nvme10n2", "vda", "xvdb", "mmcblk0", "hda", "dasda", "pmem0", "nbd3"]
)
def test_what_is_a_disk(name: str) -> None:
    assert is_disk(name)


@pytest.mark.parametrize(
    ("name", "path", "model", "rotational", "removable", "wanted"),
    [
        ("sda", "/pci0000:00/0000:00:17.0/ata1/host0/block/sda", "ST8000NM", True, False, ("hdd", "sata")),
        (
            "sda",
            "/pci0000:00/0000:00:17.0/ata1/host0/block/sda",
            "Samsung SSD",
            False,
            False,
            ("ssd", "sata"),
        ),
        ("sda", "/pci0/host0/port-0:0/end_device-0:0/block/sda", "SEAGATE", True, False, ("hdd", "sas")),
        ("sda", "/pci0/usb2/2-1/2-1:1.0/host5/block/sda", "Ultra", True, True, (None, "usb")),
        ("sda", "/pci0/virtio3/host2/target/block/sda", "QEMU HARDDISK", True, False, ("virtual", "virtio")),
        (
            "sda",
            "/pci0/ata1/host0/block/sda",
            "VMware Virtual SATA Hard Drive",
            True,
            False,
            ("virtual", "sata"),
        ),
        (
            "nvme0n1",
            "/pci0/nvme/nvme0/nvme0n1",
            "Amazon Elastic Block Store",
            False,
            False,
            ("virtual", "nvme"),
        ),
        (
            "nvme1n1",
            "/pci0/nvme/nvme1/nvme1n1",
            "Amazon EC2 NVMe Instance Storage",
            False,
            False,
            ("nvme", "nvme"),
        ),
        ("sda", "/pci0/VMBUS:01/host0/block/sda", "Msft Virtual Disk", True, False, ("virtual", "hyperv")),
        (
            "sda",
            "/pci0/host2/session1/target2:0:0/block/sda",
            "ORACLE BlockVolume",
            True,
            False,
            ("virtual", "iscsi"),
        ),
        ("mmcblk0", "/pci0/mmc_host/mmc0/mmc0:0001/block/mmcblk0", "BJTD4R", False, False, ("ssd", "mmc")),
        ("vda", "", None, True, False, ("virtual", "virtio")),
        ("sdb", "", None, None, None, (None, None)),
    ],
)
def test_kind_and_transport(
    name: str,
    path: str,
    model: str | None,
    rotational: bool | None,
    removable: bool | None,
    wanted: tuple[str, str],
) -> None:
    bus = transport(name, path)
    assert (kind(bus, model, rotational, removable), bus) == wanted


def test_lsblk_in_all_its_shapes() -> None:
    disk = {
        "name": "sda",
        "type": "disk",
        "size": "1.8T",
        "rota": "1",
        "children": [{"name": "sda1", "type": "part"}],
    }
    as_json = json.dumps({"blockdevices": [disk]})
    pairs = 'NAME="/dev/sda" TYPE="disk" SIZE="1979120929996" ROTA="1" MODEL="X Y" RM="0"'
    table = "NAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINT\nsda 8:0 0 1.8T 0 disk\n└─sda1 8:1 0 1.8T 0 part /\n"
    masked = (
        '{"blockdevices":[{"name":"sda","type":"disk","size":1979120929996,"serial": 716B,\n"rota":true}]}'
    )
    assert [
        [(disk.name, disk.size_gb) for disk in lsblk.disks(text)] for text in (as_json, pairs, table, masked)
    ] == [[("sda", 1979.121)]] * 4


def test_nvme_list() -> None:
    flat = {
        "Devices": [
            {"DevicePath": "/dev/nvme0n1", "ModelNumber": "INTEL X", "Firmware": "V1", "PhysicalSize": 10**12}
        ]
    }
    nested = {
        "Devices": [
            {
                "Subsystems": [
                    {
                        "Controllers": [
                            {
                                "ModelNumber": "INTEL X",
                                "Firmware": "V1",
                                "Namespaces": [{"NameSpace": "nvme0n1", "PhysicalSize": 10**12}],
                            }
                        ]
                    }
                ]
            }
        ]
    }
    for answer in (flat, nested):
        (disk,) = lsblk.disks(json.dumps(answer))
        assert (disk.name, disk.model, disk.size_gb, disk.kind, disk.firmware) == (
            "nvme0n1",
            "INTEL X",
            1000.0,
            "nvme",
            "V1",
        )


@given(st.text() | st.text(alphabet='{}[]":,name/devsda1 0:8TGdiskblockdevices\n'))
def test_no_reader_raises(text: str) -> None:
    lsblk.disks(text)
    mounts.data_mounts(text)


@given(st.lists(st.text(alphabet="/dev shmextnfs4zbrwo,-\\01234567 ", max_size=60)))
def test_mounts_are_paths(lines: list[str]) -> None:
    for mount in mounts.data_mounts("\n".join(lines)):
        assert mount.mount.startswith("/") or mount.mount
