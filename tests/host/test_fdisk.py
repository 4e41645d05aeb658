"""``fdisk -l``, read back through the probe of storage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import fdisk, recognise
from dlws.host.attachments.evidence import Evidence
from dlws.host.attachments.quoting import clean
from dlws.model.storage import Storage
from dlws.probes.problems import Problems
from dlws.probes.storage import storage

TABLE = "Units: sectors of 1 * 512 = 512 bytes\n\nDevice     Start        End    Sectors  Size Type\n"
LSBLK = "NAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS\nnvme0n1 259:0 0 1.8T 0 disk\n"


def read(text: str) -> Storage:
    """Storage of the machine that a text speaks of."""
    kinds, evidence = recognise(clean(text))
    assert kinds, "not recognised"
    return storage.probe(Attachment("x", kinds[0].name, evidence), Problems())


@pytest.mark.parametrize(
    ("text", "model"),
    [
        (
            "Disk /dev/sda: 931.51 GiB, 1000204886016 bytes, 1953525168 sectors\nDisk model: ACME 1T\n",
            "ACME 1T",
        ),
        ("Disk /dev/sda: 1000.2 GB, 1000204886016 bytes\n", None),
        ("Festplatte /dev/sda: 931,5 GiB, 1000204886016 Bytes\nFestplattenmodell: ACME 1T  \n", "ACME 1T"),
        ("Disque /dev/sda : 931,5 GiB, 1000204886016 octets\nMod\u00e8le de disque : ACME 1T\n", "ACME 1T"),
    ],
)
def test_a_disk_in_any_language(text: str, model: str | None) -> None:
    (disk,) = read(text + TABLE).disks
    assert (disk.name, disk.size_gb, disk.model) == ("sda", 1000.205, model)


def test_volumes_and_loops_are_no_disks() -> None:
    text = "Disk /dev/vda: 80 GiB, 85899345920 bytes, 1 sectors\n" + "".join(
        f"Disk /dev/{name}: 4 GiB, 4294967296 bytes, 8388608 sectors\n"
        for name in ("mapper/a", "loop3", "zram0")
    )
    assert [disk.name for disk in read(text).disks] == ["vda"]


def test_lsblk_in_the_same_text_counts_first() -> None:
    disks = read(f"Disk /dev/sda: 1 GiB, 1073741824 bytes, 2097152 sectors\n{TABLE}{LSBLK}").disks
    assert [disk.name for disk in disks] == ["nvme0n1"]


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    if fdisk.KIND.matches(text):
        fdisk.KIND.read(text, Evidence())
