"""Mounted file systems, from /proc/self/mountinfo (proc_pid_mountinfo(5)) or /proc/mounts."""

from msgspec import Struct

from dlws.pattern import pattern

LOCAL = {
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "vfat", "exfat", "msdos", "ntfs",
    "ntfs3", "fuseblk", "hfsplus", "reiserfs", "jfs", "nilfs2", "ocfs2", "gfs2", "ufs",
}  # fmt: skip
"""File systems on this machine's disks; fuseblk is ntfs-3g and the like."""
REMOTE = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "ceph", "glusterfs", "beegfs", "gpfs", "wekafs",
    "9p", "afs", "ncpfs", "orangefs", "pvfs2", "virtiofs", "drvfs", "cvmfs", "cvmfs2", "fuse.sshfs",
    "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "fuse.juicefs",
    "fuse.mount-s3", "fuse.blobfuse", "fuse.blobfuse2", "fuse.lustre", "fuse.mfs", "fuse.moosefs",
    "fuse.seaweedfs", "fuse.alluxio-fuse", "fuse.geesefs", "fuse.goofys", "fuse.vmhgfs-fuse",
    "fuse.cvmfs", "fuse.cvmfs2", "fuse.davfs", "fuse.davfs2", "fuse.curlftpfs",
}  # fmt: skip
"""On other machines: statvfs(2) waits without end for a server that is gone."""
OWN = ("portal", "lxcfs", "gvfsd-fuse", "snapfuse", "squashfuse", "AppImage")
"""What the system itself serves through FUSE, which holds no data."""
MEMORY_MOUNTS = ("/dev/shm", "/tmp")
"""Places in memory that hold data; other tmpfs mounts belong to the system."""
SYSTEM_PLACES = (
    *("/proc/", "/sys/", "/run/", "/snap/", "/etc/", "/dev/"),
    *(f"/var/lib/{name}/" for name in ("docker", "containers", "kubelet", "containerd")),
)
ESCAPE = pattern(r"\\([0-7]{3})")


class Mount(Struct, frozen=True, kw_only=True):
    """One mount that can hold a user's data."""

    mount: str
    fstype: str
    device: str
    read_only: bool
    network: bool = False
    served: bool = False
    memory: bool = False


def data_mounts(text: str) -> tuple[Mount, ...]:
    """Mounts that hold data: one per device, or per subvolume of btrfs, the shortest path first."""
    kept: dict[tuple[str, str, str], Mount] = {}
    for line in text.splitlines():
        entry = _entry(line)
        if entry is None:
            continue
        mount, root = entry
        subvolume = root if mount.fstype == "btrfs" else mount.mount if mount.memory else ""
        place = (mount.device, mount.fstype, subvolume)
        if place not in kept or len(mount.mount) < len(kept[place].mount):
            kept[place] = mount
    return tuple(sorted(kept.values(), key=lambda mount: mount.mount))


def below(mounts: tuple[Mount, ...], path: str) -> str | None:
    """The mount point that a path lies on."""
    holders = [
        one.mount for one in mounts if path == one.mount or path.startswith(one.mount.rstrip("/") + "/")
    ]
    return max(holders, key=len, default=None)


def _entry(line: str) -> tuple[Mount, str] | None:
    """A mount, and which part of its file system it shows."""
    head, dash, tail = line.partition(" - ")
    before, after = head.split(" "), tail.split(" ")
    if dash and len(before) >= 6 and len(after) >= 2:
        root, path, options, fstype, device = before[3], before[4], before[5], after[0], after[1]
        options += "," + (after[2] if len(after) > 2 else "")
    elif len(before) >= 4 and before[1].startswith("/"):
        root, path, options, fstype, device = "/", before[1], before[3], before[2], before[0]
    else:
        return None
    path, root = _plain(path), _plain(root)
    memory = fstype == "tmpfs" and path in MEMORY_MOUNTS
    network = fstype in REMOTE
    # A process of this machine serves it, which may hang as well as a server.
    served = not network and fstype.startswith("fuse.") and fstype.removeprefix("fuse.") not in OWN
    if not (fstype in LOCAL or network or served or memory or (fstype == "overlay" and path == "/")):
        return None
    if f"{path}/".startswith(SYSTEM_PLACES) and path != "/dev/shm":
        return None
    mount = Mount(
        mount=path,
        fstype=fstype,
        device=_plain(device),
        read_only="ro" in options.split(","),
        network=network,
        served=served,
        memory=memory,
    )
    return mount, root


def _plain(text: str) -> str:
    return ESCAPE.sub(lambda code: chr(int(code[1], 8)), text) if "\\" in text else text
