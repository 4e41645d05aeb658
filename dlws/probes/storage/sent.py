"""Storage in answers that people send: of tools for which a machine itself has a better source.

The readers are imported when such an answer is there: a machine has none of these files.
"""

from dlws.host import Host
from dlws.model.storage import Disk, Filesystem, Raid

MEGACLI, STORCLI, ZPOOL, DF = "/megacli", "/storcli", "/zpool", "/df"
"""Where attachments keep whole answers."""


def disks(host: Host) -> tuple[Disk, ...]:
    """Disks behind a RAID controller."""
    found: tuple[Disk, ...] = ()
    if text := _read(host, MEGACLI):
        from dlws.probes.storage import megaraid

        found += megaraid.disks(text)
    if text := _read(host, STORCLI):
        from dlws.probes.storage import storcli

        found += storcli.disks(text)
    return found


def arrays(host: Host) -> tuple[Raid, ...]:
    """Arrays of a RAID controller, and pools of ZFS."""
    found: tuple[Raid, ...] = ()
    if text := _read(host, MEGACLI):
        from dlws.probes.storage import megaraid

        found += megaraid.arrays(text)
    if text := _read(host, STORCLI):
        from dlws.probes.storage import storcli

        found += storcli.arrays(text)
    if text := _read(host, ZPOOL):
        from dlws.probes.storage import zpool

        found += zpool.pools(text)
    return found


def filesystems(host: Host) -> tuple[Filesystem, ...]:
    """File systems, from df or lsblk."""
    if text := _read(host, DF):
        from dlws.probes.storage import df

        return df.filesystems(text)
    if host.origin() is None:
        return ()
    from dlws.probes.storage import lsblk

    return lsblk.filesystems(host.run("lsblk", "--json").stdout)


def shm_gb(host: Host) -> float | None:
    """Size of /dev/shm, from df."""
    text = _read(host, DF)
    if not text:
        return None
    from dlws.probes.storage import df

    return df.shm_gb(text)


def _read(host: Host, place: str) -> str | None:
    return host.read(place) if host.origin() is not None else None
