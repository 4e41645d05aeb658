"""What people send about their disks: read back through the probe of storage."""

import pytest

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.quoting import clean
from dlws.model.storage import Storage
from dlws.probes.problems import Problems
from dlws.probes.storage import storage


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


def test_attributes_alone_are_some_disk() -> None:
    (disk,) = read(
        "smartctl 6.5 2016-05-07 r4318 [x86_64-linux-4.4] (sf-6.5-1)\n"
        "ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE\n"
        "  5 Reallocated_Sector_Ct   0x0033   001   001   036    Pre-fail  Always   FAILING_NOW 4015\n"
    ).disks
    assert disk.model is None
    assert disk.health is not None and disk.health.reallocated_sectors == 4015


def test_a_scan_in_text() -> None:
    found = read(
        "/dev/sda -d sat # /dev/sda [SAT], ATA device\n/dev/nvme0 -d nvme # /dev/nvme0, NVMe device\n"
    )
    assert [(disk.name, disk.transport) for disk in found.disks] == [("sda", "sata"), ("nvme0n1", "nvme")]
