"""What people send about their disks: read back through the probe of storage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.quoting import clean
from dlws.model.storage import DiskHealth, Storage
from dlws.probes.problems import Problems
from dlws.probes.storage import df, lsblk, storage, storcli, zpool


def read(text: str) -> Storage:
    """Storage of the machine that a text speaks of."""
    kinds, evidence = recognise(clean(text))
    assert kinds, "not recognised"
    return storage.probe(Attachment("x", kinds[0].name, evidence), Problems())


def test_smartctl_of_a_sas_disk() -> None:
    (disk,) = read(
        "smartctl 7.2 2020-12-30 r5155 [x86_64-linux-5.4] (local build)\n"
        "=== START OF INFORMATION SECTION ===\nVendor:               ACME\nProduct:              AC12000\n"
        "Revision:             C3D0\nUser Capacity:        12 000 138 625 024 bytes [12,0 TB]\n"
        "Rotation Rate:        7200 rpm\nTransport protocol:   SAS (SPL-3)\n"
    ).disks
    assert (disk.model, disk.firmware, disk.transport, disk.kind) == ("ACME AC12000", "C3D0", "sas", "hdd")
    assert disk.size_gb == 12000.139


@pytest.mark.parametrize(
    ("capacity", "size_gb"),
    [
        ("Namespace 1 Size/Capacity:          2\u2019000\u2019398\u2019934\u2019016 [2.00 TB]", 2000.399),
        ("User Capacity:    500.107.862.016 bytes [500 GB]", 500.108),
        ("User Capacity:    500-107-862-016 bytes [500 GB]", 500.108),
        ("User Capacity:    1,000,204,886,016 bytes", 1000.205),
        ("User Capacity:    120 bytes [120 GB]", 120.0),
        (
            "Total NVM Capacity:                 0\nNamespace 1 Size/Capacity: 2,000,398,934,016 [2.00 TB]",
            2000.399,
        ),
    ],
)
def test_capacities_in_the_marks_of_any_language(capacity: str, size_gb: float) -> None:
    (disk,) = read(f"=== START OF INFORMATION SECTION ===\nDevice Model:     ACME\n{capacity}\n").disks
    assert disk.size_gb == size_gb


def test_smartctl_json_tells_firmware_and_transport() -> None:
    (disk,) = read(
        '{"smartctl": {}, "device": {"name": "/dev/sda", "protocol": "SCSI"}, "scsi_model_name": "A B", '
        '"scsi_revision": "0003", "scsi_transport_protocol": {"name": "Fibre channel (FCP-2)"}}'
    ).disks
    assert (disk.firmware, disk.transport) == ("0003", "fc")


def test_the_health_log_of_an_nvme_disk_alone_is_some_disk() -> None:
    (disk,) = read(
        "SMART/Health Information (NVMe Log 0x02)\nCritical Warning:                   0x00\n"
        "Temperature:                        41 Celsius\nAvailable Spare:                    99%\n"
        "Percentage Used:                    7%\n"
    ).disks
    assert disk.name == "nvme0n1"
    assert disk.health and (disk.health.wear_percent, disk.health.temperature_c) == (7, 41)


def test_attributes_alone_are_some_disk() -> None:
    (disk,) = read(
        "smartctl 6.5 2016-05-07 r4318 [x86_64-linux-4.4] (sf-6.5-1)\n"
        "ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE\n"
        "  5 Reallocated_Sector_Ct   0x0033   001   001   036    Pre-fail  Always   FAILING_NOW 4015\n"
    ).disks
    assert disk.model is None
    assert disk.health is not None and disk.health.reallocated_sectors == 4015


def test_two_smart_logs_of_nvme_cli() -> None:
    one, two = read(
        "Smart Log for NVME device:nvme0 namespace-id:ffffffff\n"
        "critical_warning\t\t\t: 0\ntemperature\t\t\t: 42 C (315 Kelvin)\navailable_spare\t\t\t: 100%\n"
        "available_spare_threshold\t\t: 10%\npercentage_used\t\t\t: 3%\npower_on_hours\t\t\t: 4,241\n"
        "media_errors\t\t\t: 2\nWarning Temperature Time\t: 0\n\n"
        "Smart Log for NVME device:/dev/nvme1n1 namespace-id:ffffffff\n"
        "critical_warning                    : 0x4\ntemperature                         : 34 C\n"
        "percentage_used                     : 101%\n"
    ).disks
    assert (one.name, two.name, one.kind) == ("nvme0n1", "nvme1n1", "nvme")
    assert one.health == DiskHealth(
        wear_percent=3, media_errors=2, temperature_c=42, power_on_hours=4241, spare_percent=100,
        spare_threshold_percent=10, critical_warning=0,
    )  # fmt: skip
    assert two.health == DiskHealth(wear_percent=101, temperature_c=34, critical_warning=4)


def test_pieces_of_smartctl() -> None:
    (table,) = read(
        " === START OF READ SMART DATA SECTION ===\n"
        " ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE\n"
        "   5 Reallocated_Sector_Ct   0x0033   100   100   036    Pre-fail  Always       -       12\n"
    ).disks
    assert table.health == DiskHealth(reallocated_sectors=12)
    (sas,) = read(
        "smartctl -A /dev/disk/by-id/x\nsmartctl 6.6 2016-05-31 r4324 [x86_64-linux] (local build)\n\n"
        "Current Drive Temperature:     28 C\nElements in grown defect list: 0\n"
    ).disks
    assert sas.health == DiskHealth(reallocated_sectors=0, temperature_c=28)


def test_a_scan_in_text() -> None:
    found = read(
        "/dev/sda -d sat # /dev/sda [SAT], ATA device\n/dev/nvme0 -d nvme # /dev/nvme0, NVMe device\n"
    )
    assert [(disk.name, disk.transport) for disk in found.disks] == [("sda", "sata"), ("nvme0n1", "nvme")]


def test_columns_of_lsblk_in_any_order() -> None:
    rows = (
        ("NAME", "ROTA", "TRAN", "MODEL", "SIZE", "TYPE", "FSTYPE", "FSAVAIL", "MOUNTPOINT"),
        ("sda", "1", "sata", "ACME DISK 4000", "3.6T", "disk", "", "", ""),
        ("\u2514\u2500sda1", "1", "", "", "3.6T", "part", "ext4", "1.2T", "/data"),
        ("nvme0n1", "0", "nvme", "Samsung SSD 980 PRO", "1.8T", "disk", "", "", ""),
        ("\u2514\u2500VG0-root", "0", "", "", "1.8T", "lvm", "xfs", "512.0G", "/"),
    )
    line = "{:<10} {:>4} {:<6} {:<20} {:>6} {:<5} {:<6} {:>7} {}".format
    found = read("\n".join(line(*row).rstrip() for row in rows))
    assert [(disk.name, disk.model, disk.kind, disk.transport) for disk in found.disks] == [
        ("sda", "ACME DISK 4000", "hdd", "sata"),
        ("nvme0n1", "Samsung SSD 980 PRO", "nvme", "nvme"),
    ]
    assert [(one.mount, one.fstype, one.free_gb) for one in found.filesystems] == [
        ("/data", "ext4", 1319.414),
        ("/", "xfs", 549.756),
    ]
    assert found.volume_managers == ("lvm",)


def test_df_with_a_long_name_a_server_and_shared_memory() -> None:
    found = read(
        "Filesystem                       Type  Size  Used Avail Use% Mounted on\n"
        "/dev/mapper/a_volume_group-a_logical_volume\n                                 xfs    17G  1.8G   16G  11% /\n"
        "tmpfs                            tmpfs  63G     0   63G   0% /dev/shm\n"
        "tmpfs                            tmpfs  13G  2.3M   13G   1% /run\n"
        "/dev/loop0                       squashfs 56M 56M     0 100% /snap/core18/1223\n"
        "filer:/export/home               nfs4   20T   12T  8.0T  60% /home\n"
        "tank/data                        zfs   1.0T  100G  900G  10% /tank/data\n"
    )
    assert [(one.mount, one.fstype, one.network) for one in found.filesystems] == [
        ("/", "xfs", False),
        ("/home", "nfs4", True),
        ("/tank/data", "zfs", False),
    ]
    assert (found.filesystems[0].size_gb, found.shm_gb) == (18.254, 67.646)


def test_df_in_blocks() -> None:
    (one,) = read(
        "Filesystem     1K-blocks    Used Available Use% Mounted on\n"
        "/dev/sda2       20508240 5748028  13695408  30% /\n"
    ).filesystems
    assert (one.size_gb, one.free_gb, one.fstype) == (21.0, 14.024, None)


def test_a_degraded_pool() -> None:
    (pool,) = read(
        "  pool: tank\n state: DEGRADED\nstatus: One or more devices could not be opened.\n"
        "  scan: resilver in progress since Sun Feb 12 11:40:04 2023\n"
        "        1.2T resilvered, 42.50% done, 01:00 to go\n"
        "config:\n\n\tNAME        STATE     READ WRITE CKSUM\n\ttank        DEGRADED     0     0     0\n"
        "\t  raidz1-0  DEGRADED     0     0     0\n\t    sda     ONLINE       0     0     0\n"
        "\t    sdb     FAULTED      3   120     0  too many errors\n\tspares\n\t  sdc       AVAIL\n\n"
        "errors: No known data errors\n"
    ).raid
    assert (pool.name, pool.level, pool.state, pool.progress_percent) == ("tank", "zfs", "recovering", 42.5)
    assert (pool.devices, pool.failed, pool.spares) == (("sda", "sdb"), ("sdb",), ("sdc",))
    assert (pool.devices_active, pool.devices_wanted) == (1, 2)


def test_a_pool_whose_first_line_was_left_off() -> None:
    (pool,) = read(
        " state: DEGRADED\nstatus: One or more devices is currently being resilvered.\n"
        "  scan: resilver in progress since Sun Jun 19 22:54:38 2016\n    314G resilvered, 14.17% done\nconfig:\n\n"
        "        NAME      STATE     READ WRITE CKSUM\n        tank      DEGRADED     0     0     0\n"
        "          sda     ONLINE       0     0     0\n          sdb     UNAVAIL      0     0     0\n"
    ).raid
    assert (pool.name, pool.state, pool.progress_percent) == ("tank", "recovering", 14.17)
    assert pool.failed == ("sdb",)


def test_a_list_of_pools() -> None:
    found = read(
        "NAME    SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT\n"
        "rpool  1.81T   612G  1.21T        -         -    12%    33%  1.00x    ONLINE  -\n"
    )
    assert [(pool.name, pool.state) for pool in found.raid] == [("rpool", "active")]
    assert found.disks == ()


STORCLI = """Controller = 0
Operating system = Linux 5.15.0-58-generic

VD LIST :
DG/VD TYPE  State Access Consist Cache Cac sCC       Size Name
0/239 RAID1 Optl  RW     Yes     RWBD  -   OFF 278.875 GB system
1/238 RAID6 Pdgd  RW     Yes     RWBD  -   OFF  72.768 TB data

PD LIST :
EID:Slt DID State DG       Size Intf Med SED PI SeSz Model            Sp Type
32:0      0 Onln   1   7.276 TB SAS  HDD N   N  512B HUH721008AL5200  U  -
32:1      1 UBad   -   7.276 TB SAS  HDD N   N  512B HUH721008AL5200  U  -
 :2       2 Onln   0 446.102 GB SATA SSD N   N  512B ACME SSD 480     U  -
"""
STORCLI_JSON = """{"Controllers": [{"Command Status": {"Operating system": "Linux 5.15.0-58-generic"},
"Response Data": {"VD LIST": [{"DG/VD": "0/239", "TYPE": "RAID1", "State": "Optl"},
{"DG/VD": "1/238", "TYPE": "RAID6", "State": "Pdgd"}], "PD LIST": [
{"EID:Slt": "32:0", "State": "Onln", "Size": "7.276 TB", "Intf": "SAS", "Med": "HDD", "Model": "HUH721008AL5200 "},
{"EID:Slt": "32:1", "State": "UBad", "Size": "7.276 TB", "Intf": "SAS", "Med": "HDD", "Model": "HUH721008AL5200 "},
{"EID:Slt": ":2", "State": "Onln", "Size": "446.102 GB", "Intf": "SATA", "Med": "SSD", "Model": "ACME SSD 480"}]}}]}"""


@pytest.mark.parametrize("text", [STORCLI, STORCLI_JSON])
def test_disks_and_arrays_behind_a_controller(text: str) -> None:
    found = read(text)
    assert [(disk.name, disk.model, disk.kind, disk.transport, disk.state) for disk in found.disks] == [
        ("32:0", "HUH721008AL5200", "hdd", "sas", "online"),
        ("32:1", "HUH721008AL5200", "hdd", "sas", "offline"),
        (":2", "ACME SSD 480", "ssd", "sata", "online"),
    ]
    assert found.disks[2].size_gb == 478.998
    assert [(one.name, one.level, one.state) for one in found.raid] == [
        ("virtual drive 239", "raid1", "active"),
        ("virtual drive 238", "raid6", "degraded"),
    ]


def test_a_superblock_of_the_oldest_sort() -> None:
    (array,) = read(
        "/dev/sda1:\n          Magic : a92b4efc\n        Version : 0.90.00\n     Raid Level : raid1\n"
        "   Raid Devices : 2\nPreferred Minor : 0\n Active Devices : 1\n         Events : 18\n"
    ).raid
    assert (array.name, array.state, array.devices_active, array.devices_wanted) == ("md0", "degraded", 1, 2)


def test_lvm_is_named() -> None:
    assert read("  LV   VG     Attr       LSize\n  root ubuntu -wi-ao---- 100.00g\n").volume_managers == (
        "lvm",
    )


@given(
    st.text()
    | st.sampled_from([STORCLI, STORCLI_JSON]).flatmap(lambda t: st.integers(0, 600).map(lambda n: t[n:]))
)
def test_readers_never_raise(text: str) -> None:
    df.filesystems("Filesystem 1K-blocks Used Mounted on\n" + text)
    zpool.pools(text)
    zpool.pools("  pool: a\n" + text)
    storcli.disks(text)
    storcli.arrays(text)
    lsblk.disks("NAME SIZE TYPE MODEL\n" + text)
    lsblk.filesystems("NAME SIZE MOUNTPOINT\n" + text)
