"""Disks, file systems and arrays."""

from functools import partial

from msgspec.structs import replace

from dlws.host import Host
from dlws.host.host import MISSING
from dlws.model.storage import Disk, DiskHealth, Filesystem, Place, Raid, Storage
from dlws.probes.aside import Aside
from dlws.probes.problems import Problems
from dlws.probes.storage import disks, mounts, sent

SMART_TIMEOUT_S = 5
"""A healthy disk answers in well under a second; one that does not must not hold up the inventory."""
CONTROLLERS = {
    "megaraid_sas": "sudo storcli64 /call show all",
    "mpi3mr": "sudo storcli2 /call show all",
    "smartpqi": "sudo ssacli ctrl all show config detail",
    "hpsa": "sudo ssacli ctrl all show config detail",
    "aacraid": "sudo arcconf getconfig 1",
    "arcmsr": "sudo areca-cli disk info",
    "3w-sas": "sudo tw-cli show",
}
"""Drivers of controllers that show arrays instead of disks, and what asks them about the disks."""
DM_KINDS = {"LVM-": "lvm", "CRYPT-": "dm-crypt", "mpath-": "multipath", "DMRAID-": "dmraid", "VDO-": "vdo"}
"""How a device-mapper device's UUID begins, by who made it (lib/dm documentation: "UUID prefixes")."""
PLACES = ("HF_HOME", "HF_HUB_CACHE", "HF_DATASETS_CACHE", "TORCH_HOME", "XDG_CACHE_HOME", "TMPDIR")
POOLS = "/proc/spl/kstat/zfs"
POOL_STATES = {"online": "active"}


def probe(host: Host, problems: Problems) -> Storage:
    """Everything that keeps data. Needs no root, except for wear and media errors of disks."""
    found = disks.disks(host, _name_controllers(host, problems)) or _from_lsblk(host)
    if not found:
        problems.add("no disk is visible; a container or sandbox may hide /sys/block")
    table = host.read("/proc/self/mountinfo") or host.read("/proc/mounts") or host.read("/proc/self/mounts")
    if table is None:
        problems.add("the list of mounted file systems (/proc/self/mountinfo) cannot be read")
    mounted = mounts.data_mounts(table or "")
    shm = host.usage("/dev/shm") if any(one.mount == "/dev/shm" for one in mounted) else None
    return Storage(
        disks=_with_health(host, found, problems),
        filesystems=tuple(_filesystem(host, one) for one in mounted if one.mount != "/dev/shm")
        or sent.filesystems(host),
        raid=_arrays(host),
        volume_managers=_volume_managers(host, mounted),
        places=_places(host, mounted),
        shm_gb=round(shm.total / 1e9, 3) if shm else sent.shm_gb(host),
    )


def _from_lsblk(host: Host) -> tuple[Disk, ...]:
    output = host.run(
        "lsblk", "--json", "--bytes", "-o", "NAME,TYPE,SIZE,ROTA,TRAN,MODEL,VENDOR,RM,REV", timeout_s=5
    )
    if not output.ok:
        return sent.disks(host)
    from dlws.probes.storage import lsblk

    return lsblk.disks(output.stdout)


def _with_health(host: Host, found: tuple[Disk, ...], problems: Problems) -> tuple[Disk, ...]:
    """Disks with what smartctl adds to their sensors, asked side by side."""
    physical = [disk for disk in found if disk.kind != "virtual" and disk.transport != "mmc"]
    if not physical:
        return found
    if not host.is_root():
        problems.add("wear and media errors of the disks can be read by root only; run: sudo dlws inventory")
        return found
    asked = [Aside(partial(_ask, host, disk), host.waits()) for disk in physical]
    answers = [one.result() for one in asked]
    if all(code == MISSING for code, _ in answers):
        problems.add(
            "wear and media errors of the disks are unknown; install smartctl: sudo apt install smartmontools"
        )
    told = {disk.name: health for disk, (_, health) in zip(physical, answers, strict=True) if health}
    return tuple(replace(disk, health=_joined(disk.health, told.get(disk.name))) for disk in found)


def _ask(host: Host, disk: Disk) -> tuple[int, DiskHealth | None]:
    """smartctl's answer. Its exit code is a set of bits, and a failing disk sets some: the text decides."""
    argv = (
        "smartctl",
        "--json",
        "-a",
        "-n",
        "standby",
        f"/dev/{disk.name}",
    )  # standby: wake no sleeping disk
    output = host.run(*argv, timeout_s=SMART_TIMEOUT_S)
    if output.code == MISSING and disk.name.startswith("nvme"):
        output = host.run("nvme", "smart-log", "-o", "json", f"/dev/{disk.name}", timeout_s=SMART_TIMEOUT_S)
    if not output.stdout:
        return output.code, None
    from dlws.probes.storage import smart

    return output.code, smart.health(output.stdout)


def _joined(sensor: DiskHealth | None, told: DiskHealth | None) -> DiskHealth | None:
    if told is None or sensor is None or told.temperature_c is not None:
        return told or sensor
    return replace(told, temperature_c=sensor.temperature_c)


def _filesystem(host: Host, one: mounts.Mount) -> Filesystem:
    usage = None if one.network or one.served else host.usage(one.mount)
    return Filesystem(
        mount=one.mount,
        fstype=one.fstype,
        device=one.device,
        size_gb=round(usage.total / 1e9, 3) if usage else None,
        free_gb=round(usage.free / 1e9, 3) if usage else None,
        read_only=one.read_only,
        network=one.network,
    )


def _arrays(host: Host) -> tuple[Raid, ...]:
    others = _pools(host) + sent.arrays(host)
    md = host.read("/proc/mdstat")
    if not md:
        return others
    from dlws.probes.storage import mdstat

    return mdstat.arrays(md) + others


def _volume_managers(host: Host, mounted: tuple[mounts.Mount, ...]) -> tuple[str, ...]:
    used = {one.fstype for one in mounted if one.fstype in ("zfs", "btrfs", "bcachefs")}
    for name in host.list("/sys/block"):
        if name.startswith("dm-"):
            uuid = host.read(f"/sys/block/{name}/dm/uuid") or ""
            used.update(manager for prefix, manager in DM_KINDS.items() if uuid.startswith(prefix))
        used.update(manager for manager in ("bcache", "drbd") if name.startswith(manager))
    if _pool_names(host):
        used.add("zfs")
    return tuple(sorted(used))


def _pool_names(host: Host) -> list[str]:
    return [name for name in host.list(POOLS) if host.read(f"{POOLS}/{name}/state")]


def _pools(host: Host) -> tuple[Raid, ...]:
    """ZFS pools; the module tells their state without a command (module/zfs/spa_stats.c)."""
    states = [(name, (host.read(f"{POOLS}/{name}/state") or "").lower()) for name in _pool_names(host)]
    return tuple(Raid(name=name, level="zfs", state=POOL_STATES.get(state, state)) for name, state in states)


def _places(host: Host, mounted: tuple[mounts.Mount, ...]) -> tuple[Place, ...]:
    named = [(name, host.environ(name)) for name in PLACES]
    home = host.environ("HOME")
    if home:
        named.append(("HOME", home))
    return tuple(
        Place(what=name, path=path, mount=mounts.below(mounted, path))
        for name, path in named
        if path and path.startswith("/")
    )


def _name_controllers(host: Host, problems: Problems) -> tuple[str, ...]:
    """PCI addresses of controllers that hide their disks, with a sentence for each."""
    found: list[str] = []
    for driver, command in CONTROLLERS.items():
        for address in host.list(f"/sys/bus/pci/drivers/{driver}"):
            if address.count(":") == 2:
                found.append(address)
                problems.add(
                    f"the RAID controller at {address} ({driver}) may hide its disks, "
                    f"so their health is unknown here; ask it: {command}"
                )
    return tuple(found)
