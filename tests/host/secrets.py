"""A machine full of secrets, in every place where real machines have them."""

from pathlib import Path

import msgspec

from dlws.host import Output, Replay, Usage
from dlws.host.answers import ANSWERS, Answers, key

SERIALS = (
    "S4EVNX0M123456",
    "PF3KXYZ1",
    "0324518045678",
    "BQWL4711",
    "1422018034567",
    "SN0BOARD77",
    "4C530001",
)
MACS = ("9c:6b:00:11:22:33", "9C-6B-00-44-55-66", "9c6b00778899", "88:e9:a4:ff:ff:aa:bb:cc")
UUIDS = (
    "deadbeef-1234-5678-9abc-def012345678",
    "11111111-2222-3333-4444-555555555555",
    "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
)
NAMES = ("blackhole7", "mmustermann", "eva", "nas17.lab.example")
SECRETS = (*SERIALS, *MACS, *UUIDS, *NAMES, "5000c500a1b2c3d4", "s3cret", "pYx3K9", "LAB42")

KERNEL_LOG = f"""\
6,1,100000,-;Linux version 6.8.0 (buildd@lcy02)
6,2,200000,-;Kernel command line: root=UUID={UUIDS[0]} ifname=boot0:{MACS[0]} BOOTIF=01-{MACS[1]}
6,3,300000,-;usb 1-3: SerialNumber: {SERIALS[6]}
6,4,400000,-;mpt3sas_cm0: enclosure logical id(0x5000c500a1b2c3d4), slot(1)
4,5,500000,-;nvidia-modeset: {NAMES[0]} {NAMES[0]}-vg /home/{NAMES[2]}/x enx{MACS[2]}: link up
4,6,600000,-;NVRM: Xid (PCI:0000:01:00): 79, pid=77, name={NAMES[1]}, GPU has fallen off the bus.
"""
MOUNTS = f"""\
20 1 253:0 / / rw - ext4 /dev/mapper/{NAMES[0]}--vg-root rw
21 20 8:1 / /home/{NAMES[1]} rw - xfs /dev/disk/by-uuid/{UUIDS[1]} rw
22 20 8:2 / /media/{NAMES[2]}/{UUIDS[2]} rw - ext4 /dev/sdb1 rw
23 20 0:50 / /data rw - nfs4 {NAMES[3]}:/export rw,clientaddr=10.1.2.3
24 20 0:51 / /share rw - cifs //{NAMES[3]}/share rw,username={NAMES[2]},domain=LAB42
"""
LSPCI = """\
0000:01:00.0 3D controller [0302]: NVIDIA Corporation GA100 [A100 PCIe 40GB] [10de:20f1] (rev a1)
\tCapabilities: [140 v1] Device Serial Number 9C-6B-00-44-55-66-ff-ff
\t\t[SN] Serial number: 1422018034567
"""
SMART = (
    f'{{"serial_number":"{SERIALS[0]}","wwn":{{"naa":5,"oui":9678,"id":1234567890}},'
    '"smart_status":{"passed":true},"nvme_smart_health_information_log":{"percentage_used":3}}'
)
FILES: dict[str, str | bytes] = {
    "/proc/sys/kernel/hostname": f"{NAMES[0]}.LAB42.example\n",
    "/proc/cmdline": f"BOOT_IMAGE=/vmlinuz root=UUID={UUIDS[0]} iommu=pt\n",
    "/proc/self/mountinfo": MOUNTS,
    "/proc/cpuinfo": "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) CPU\nvendor_id\t: GenuineIntel\n",
    "/dev/kmsg": KERNEL_LOG,
    "/etc/os-release": 'ID=ubuntu\nVERSION_ID="24.04"\n',
    "/sys/class/dmi/id/product_serial": f"{SERIALS[1]}\n",
    "/sys/class/dmi/id/board_serial": f"{SERIALS[5]}\n",
    "/sys/class/dmi/id/product_uuid": f"{UUIDS[1]}\n",
    "/sys/class/dmi/id/board_vendor": "ASRock\n",
    "/sys/block/dm-0/dm/uuid": "LVM-pYx3K9kEUV3dfh1oYpYx3K9\n",
    "/sys/block/dm-0/size": "1000\n",
    "/sys/block/nvme0n1/size": "2000409264\n",
    "/sys/block/nvme0n1/queue/rotational": "0\n",
    "/sys/block/nvme0n1/device/serial": f"{SERIALS[0]}\n",
    "/sys/block/nvme0n1/device/model": "Samsung SSD 980\n",
    "/sys/block/nvme0n1/device/address": "0000:02:00.0\n",
    "/sys/block/nvme0n1/device/state": "live\n",
    "/sys/block/nvme0n1/uuid": f"{UUIDS[2]}\n",
    "/sys/block/nvme0n1/wwid": "eui.5000c500a1b2c3d4\n",
    f"/sys/class/net/enx{MACS[2]}/operstate": "up\n",
    f"/sys/class/net/enx{MACS[2]}/address": "9c:6b:00:77:88:99\n",
    f"/sys/class/net/enx{MACS[2]}/speed": "10000\n",
    "/sys/class/infiniband/mlx5_0/node_guid": "9c6b:0077:8899:aabb\n",
    "/sys/bus/pci/devices/0000:01:00.0/class": "0x030200\n",
    "/sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de\n",
    "/sys/bus/pci/devices/0000:01:00.0/device": "0x20f1\n",
    "/sys/bus/pci/devices/0000:01:00.0/config": b"\xde\x10\xf1\x20" + bytes(60) + SERIALS[3].encode(),
    "/sys/bus/pci/slots/1/address": "0000:01:00\n",
    "/run/udev/data/+dmi:id": f"E:MEMORY_DEVICE_0_SERIAL_NUMBER={SERIALS[3]}\n",
}
NVML = {
    "driver": "580.65.06",
    "devices": [{"name": "NVIDIA A100", "uuid": f"GPU-{UUIDS[0]}", "serial": SERIALS[4], "index": 0}],
}


def machine(place: Path) -> Replay:
    """The machine, as a tree in ``place``."""
    for path, content in FILES.items():
        file = place / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    commands = {
        ("lspci", "-nnDvvv"): LSPCI,
        ("smartctl", "--json", "-a", "-n", "standby", "/dev/nvme0n1"): SMART,
        ("docker", "info", "--format", "{{json .}}"): (
            f'{{"ID":"AB12:{SERIALS[3]}","Name":"{NAMES[0]}","HttpProxy":"http://{NAMES[2]}:s3cret@proxy:80",'
            '"ServerVersion":"27.1"}'
        ),
    }
    answers = Answers(
        commands={key(argv): Output(0, text) for argv, text in commands.items()},
        usage={
            "/": Usage(total=10**12, free=10**11),
            f"/home/{NAMES[1]}": Usage(total=2 * 10**12, free=10**12),
            f"/media/{NAMES[2]}/{UUIDS[2]}": Usage(total=3 * 10**12, free=10**12),
        },
        links={f"/sys/class/net/enx{MACS[2]}/device": "../../../1-3:1.0"},
        environ={"HOME": f"/home/{NAMES[1]}", "USER": NAMES[1], "PATH": f"/home/{NAMES[1]}/bin:/usr/bin"},
        machine="x86_64",
        root=True,
        nvml=NVML,
    )
    (place / ANSWERS).write_bytes(msgspec.json.encode(answers))
    return Replay(place)
