"""Share of right answers about disks, arrays and links on captured machines. See it with ``pytest -s``."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dlws.probes import network
from dlws.probes.problems import Problems
from dlws.probes.storage import disks, lsblk, mdstat, smart, storage

from .shares import Share
from .trees import from_udev, machine, probert_disks, udev_disks, unpacked

ARRAYS: dict[str, list[tuple[str, str | None, str, int | None, int | None]]] = {
    "checkbox_mdstat_intel_rst": [
        ("md126", "raid0", "active", None, None), ("md127", "container", "container", None, None)],
    "checkbox_mdstat_multiple_raid": [
        ("md2", "raid1", "active", 2, 2), ("md1", "raid0", "active", None, None)],
    "checkbox_mdstat_none_raid": [],
    "linux-raid_012023": [("md3", "raid10", "active", 4, 4), ("md0", "raid10", "active", 4, 4)],
    "linux-raid_062021": [("md0", "raid6", "degraded", 18, 17)],
    "linux-raid_062024_RAID_missing": [("md0", "raid1", "active", 2, 2)],
    "linux-raid_162023_Fwd_RAID_5_growing_hanged_at_0.0.mail": [("md127", "raid5", "reshape", 5, 5)],
    "linux-raid_162023_Fwd_RAID_5_growing_hanged_at_0.0.raid5": [("md127", "raid5", "degraded", 5, 4)],
    "linux-raid_172019": [("md4", "raid1", "active", 2, 2)],
    "linux-raid_172022_WD_MyBookLiveDuo_Raid_repair_read.request": [
        ("md3", "raid1", "active", 2, 2), ("md2", "raid1", "active", 2, 2)],
    "linux-raid_192024_PROBLEM_repeatable_lockup_on_RAID-6_with_LUKS_dm-crypt_on.mdstat": [
        ("md127", "raid6", "active", 10, 10)],
    "linux-raid_252021": [("md0", None, "inactive", None, None)],
    "linux-raid_252024": [("md0", "raid5", "active", 3, 3)],
}  # fmt: skip
"""What a person reads in each file: name, level, state, members wanted and there."""
LSBLK = {
    "checkbox_CRYPTO_FDE": {"mmcblk0", "mmcblk1"},
    "checkbox_HP_ELITEBOOK": {"sda", "nvme0n1"},
    "checkbox_IBM_s390x": {"dasda", "dasdb", "dasdc"},
    "checkbox_NVIDIA_DGX_STATION": {"sda", "sdb", "sdc", "sdd"},
    "checkbox_VESTA_300": {"mmcblk0"},
    "gpud_lsblk.2": {"vda"},
    "gpud_lsblk.3": {"sda", "nvme0n1", "nvme1n1"},
    "gpud_lsblk.5": {"nvme0n1"},
}
NOT_A_DISK = re.compile(r"(?:loop|dm-|md|ram|sr|fd|bcache)\d|nvme\d+c\d")
VIRTUAL = re.compile(r"QEMU|VBOX|Virtual")


@pytest.fixture(scope="module")
def notes(captures: Path) -> dict[str, str]:
    with (captures / "index.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["notable"] for row in csv.DictReader(file)}


def test_arrays(captures: Path) -> None:
    share = Share("md arrays, fields")
    for start, wanted in ARRAYS.items():
        for file in (captures / "storage/mdstat").glob(f"{start}*"):
            found = mdstat.arrays(file.read_text(errors="replace"))
            share.equal(f"{start}: how many", len(found), len(wanted))
            for one, want in zip(found, wanted, strict=False):
                got = (one.name, one.level, one.state, one.devices_wanted, one.devices_active)
                for field, value in zip(got, want, strict=True):
                    share.equal(start, field, value)
    share.check(1.0, at_least=80)


def test_smart_json(captures: Path) -> None:
    share = Share("SMART and NVMe health in JSON, fields")
    for file in sorted((captures / "storage").glob("smart/*.json")):
        answer = json.loads(file.read_text(errors="replace"))
        found = smart.health(file.read_text(errors="replace"))
        for field, wanted in _told(answer).items():
            share.equal(f"{file.name}: {field}", getattr(found, field, None), wanted)
    share.check(1.0, at_least=300)


def _told(answer: dict[str, Any]) -> dict[str, Any]:
    """What smartctl says in its own summary fields and in the tables, looked up by name."""
    log = answer.get("nvme_smart_health_information_log", {})
    rows = {row["id"]: row["raw"] for row in answer.get("ata_smart_attributes", {}).get("table", [])}
    told = {
        "passed": answer.get("smart_status", {}).get("passed"),
        "temperature_c": answer.get("temperature", {}).get("current") or None,
        "power_on_hours": answer.get("power_on_time", {}).get("hours"),
        "spare_percent": log.get("available_spare"),
        "critical_warning": log.get("critical_warning"),
    }
    if log:
        told |= {"wear_percent": log["percentage_used"], "media_errors": log["media_errors"]}
    if 197 in rows:
        told["pending_sectors"] = rows[197]["value"]
    if 5 in rows:
        told["reallocated_sectors"] = int(rows[5]["string"].split()[0])
    return told


def test_smart_text(captures: Path, notes: dict[str, str]) -> None:
    share = Share("SMART in text, verdicts")
    for name, note in notes.items():
        if not name.startswith("storage/smart_text/") or "parser test" in note:
            continue
        found = smart.health((captures / name).read_text(errors="replace"))
        assert found is not None, name
        share.equal(f"{name}: passed", found.passed, "FAILED" not in note)
        told = re.search(r"(media errors|pending sectors|reallocated|wear|drive at) (\d+)", note)
        field = {
            "media errors": found.media_errors,
            "pending sectors": found.pending_sectors,
            "reallocated": found.reallocated_sectors,
            "wear": found.wear_percent,
            "drive at": found.temperature_c,
        }
        if told:
            share.equal(f"{name}: {told[1]}", field[told[1]], int(told[2]))
        if "self-test failed" in note:
            share.equal(f"{name}: self-test", found.self_test_passed, False)
        if note.endswith("healthy"):
            bad = (found.media_errors or 0, found.pending_sectors or 0, found.reallocated_sectors or 0)
            share.equal(f"{name}: nothing bad", (bad, found.failing_attributes), ((0, 0, 0), ()))
    share.check(1.0, at_least=40)


def test_lsblk(captures: Path) -> None:
    share = Share("lsblk, disks by name")
    for start, names in LSBLK.items():
        (file,) = (captures / "storage/lsblk").glob(f"{start}*")
        found = lsblk.disks(file.read_text(errors="replace"))
        share.equal(start, {disk.name for disk in found}, names)
        share.equal(f"{start}: sizes", all(disk.size_gb for disk in found), True)
    share.check(1.0, at_least=16)


def test_block_devices_of_udev_and_probert(captures: Path, tmp_path: Path) -> None:
    share = Share("block devices of udev and probert")
    files = sorted(
        [*(captures / "storage/probert").glob("*.json"), *(captures / "storage/udev").glob("*.txt")]
    )
    for number, file in enumerate(files):
        text = file.read_text(errors="replace")
        devices = probert_disks(json.loads(text)) if file.suffix == ".json" else udev_disks(text)
        found = {disk.name: disk for disk in disks.disks(from_udev(tmp_path / str(number), devices))}
        for device in devices:
            name = device["DEVPATH"].rpartition("/")[2]
            empty = device.get("size") == "0" and device.get("removable") == "1"
            wanted = not (NOT_A_DISK.match(name) or empty or device.get("ID_CDROM"))
            share.equal(f"{file.name}: {name}", name in found, wanted)
            if not wanted or name not in found:
                continue
            virtual = "/virtio" in device["DEVPATH"] or VIRTUAL.search(device.get("ID_MODEL", "")) is not None
            share.equal(f"{file.name}: {name} virtual", found[name].kind == "virtual", virtual)
            if bus := {"ata": "sata", "usb": "usb"}.get(device.get("ID_BUS", "")):
                share.equal(f"{file.name}: {name} bus", found[name].transport, bus)
            if "ID_MODEL" in device:
                model = re.sub(r"[_\s]+", " ", device["ID_MODEL"]).strip()
                got = re.sub(r"[_\s]+", " ", found[name].model or "")
                share.equal(f"{file.name}: {name} model", got, model)
    share.check(0.99, at_least=150)


def test_trees(captures: Path, tmp_path: Path) -> None:
    share = Share("disks in /sys trees, fields")
    place = captures / "storage/lsblk/util-linux_simple-nvme.tar.xz"
    found = storage.probe(unpacked(place, tmp_path / "simple"), Problems())
    got = [(disk.name, disk.model, disk.size_gb, disk.kind, disk.transport) for disk in found.disks]
    wanted = [
        ("nvme0n1", "KINGSTON SKC1000240G", 240.057, "nvme", "nvme"),
        ("sda", "KINGSTON SH103S3", 240.057, "ssd", "sata"),
        ("sdb", "WDC WD800JD-00MS", 80.026, "hdd", "sata"),
    ]
    for one, want in zip(got, wanted, strict=True):
        for field, value in zip(one, want, strict=True):
            share.equal("simple-nvme", field, value)
    mounted = {one.mount for one in found.filesystems}
    share.equal("simple-nvme mounts", mounted >= {"/", "/boot", "/home", "/home/archive", "/boot/efi"}, True)
    share.check(1.0, at_least=16)


def test_network_file_systems_are_named_and_not_touched(captures: Path, tmp_path: Path) -> None:
    place = captures / "topology/hwloc_32em64t-2n8c+dax+nvme+mic+dimms.tar.bz2"
    host = unpacked(place, tmp_path)
    found = storage.probe(host, Problems())
    assert {one.fstype for one in found.filesystems if one.network} == {"nfs", "lustre"}
    links = network.probe(host, Problems())
    assert [(link.name, link.kind, link.speed_mbps, link.numa_node) for link in links.links] == [
        ("eth0", "ethernet", 1000, 0),
        ("eth1", "ethernet", None, 0),
        ("ib0", "infiniband", None, 1),
    ]


def test_links_of_probert(captures: Path, tmp_path: Path) -> None:
    share = Share("network links of probert")
    for number, file in enumerate(sorted((captures / "storage/probert").glob("subiquity_*.json"))):
        links: dict[str, str] = {}
        files: dict[str, str] = {}
        wanted: dict[str, int | None] = {}
        for link in json.loads(file.read_text()).get("network", {}).get("links", []):
            device, attributes = link["udev_data"], link["udev_data"].get("attrs", {})
            place = f"/sys/class/net/{device['INTERFACE']}"
            links[place] = "../.." + device["DEVPATH"]
            files |= {
                f"{place}/{name}": str(attributes[name] or "")
                for name in ("speed", "mtu", "type")
                if name in attributes
            }
            if "/virtual/" not in device["DEVPATH"]:
                links[f"{place}/device"] = "../../../" + device["DEVPATH"].split("/")[-3]
                speed = str(attributes.get("speed") or "")
                wanted[device["INTERFACE"]] = int(speed) if speed.isdecimal() else None
        found = network.probe(machine(tmp_path / str(number), files, links=links), Problems())
        share.equal(file.name, {link.name: link.speed_mbps for link in found.links}, wanted)
    share.check(1.0, at_least=8)


def test_rdma_ports_of_an_h100_server(captures: Path, tmp_path: Path) -> None:
    share = Share("RDMA ports, fields")
    host = unpacked(captures / "sysfs/gpud_sys-class-infiniband-h100.tar.gz", tmp_path / "tree")
    files, wanted = {"/sys/class/net/lo/type": "772"}, set()
    for port in sorted((tmp_path / "tree").glob("*/*/ports/*")):
        device, number = port.parts[-3], port.name
        texts = {
            name: (port / name).read_text()
            for name in ("state", "rate", "link_layer")
            if (port / name).is_file()
        }
        files |= {
            f"/sys/class/infiniband/{device}/ports/{number}/{name}": text for name, text in texts.items()
        }
        wanted.add((device, int(number), texts["state"].split()[1], float(texts["rate"].split()[0])))
    host = machine(tmp_path / "machine", files)
    found = network.probe(host, Problems()).infiniband
    got = {(one.device, one.port, one.state, one.rate_gbps) for one in found}
    for one in sorted(wanted):
        share.equal("h100", one in got, True)
    share.equal("h100: no other", len(got), len(wanted))
    share.check(1.0, at_least=9)


def test_procfs_fixtures(captures: Path, tmp_path: Path) -> None:
    found = storage.probe(unpacked(captures / "topology/procfs_fixtures.ttar", tmp_path), Problems())
    states = {one.name: one.state for one in found.raid}
    assert states == {
        "md3": "active", "md127": "active", "md0": "active", "md4": "inactive", "md6": "recovering",
        "md8": "resync", "md201": "check", "md7": "degraded", "md9": "resync",
        "md10": "active", "md11": "resync", "md12": "active",
        "md126": "active", "md219": "container", "md00": "active", "md120": "active", "md101": "active",
        "md42": "degraded",
    }  # fmt: skip
    failed = {one.name: one.failed for one in found.raid if one.failed}
    assert failed == {
        "md4": ("sda3",),
        "md6": ("sdb2",),
        "md7": ("sdc1",),
        "md9": ("sde", "sdf"),
        "md11": ("sdc3",),
    }


def test_no_storage_capture_breaks_a_reader(captures: Path) -> None:
    for file in (captures / "storage").rglob("*"):
        if file.is_file():
            text = file.read_text(errors="replace")
            mdstat.arrays(text)
            smart.health(text)
            lsblk.disks(text)
