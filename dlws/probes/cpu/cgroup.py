"""Limits of the control groups that this process is in (admin-guide/cgroup-v2.rst and cgroup-v1 of Linux)."""

from collections.abc import Iterator

from dlws.host import Host

ROOT = "/sys/fs/cgroup"
UNLIMITED_BYTES = 1 << 60
"""v1 has no word for "no limit": it shows the largest multiple of a page below 2**63."""


def cpu_quota(host: Host) -> float | None:
    """CPUs' worth of time that the tightest group may use; None: no limit seen."""
    found = [
        *(_v2_quota(host.read(f"{place}/cpu.max")) for place in _v2_places(host)),
        *(_v1_quota(host, place) for place in _v1_places(host, "cpu")),
    ]
    return min((quota for quota in found if quota is not None), default=None)


def memory_mib(host: Host) -> int | None:
    """Memory that the tightest group may use; None: no limit seen."""
    found = [
        *(host.number(f"{place}/memory.max") for place in _v2_places(host)),
        *(host.number(f"{place}/memory.limit_in_bytes") for place in _v1_places(host, "memory")),
    ]
    return min(
        (size // 2**20 for size in found if size is not None and 0 < size < UNLIMITED_BYTES), default=None
    )


def _v2_quota(text: str | None) -> float | None:
    quota, _, period = (text or "").partition(" ")
    return _cpus(quota, period)


def _v1_quota(host: Host, place: str) -> float | None:
    return _cpus(host.read(f"{place}/cpu.cfs_quota_us") or "", host.read(f"{place}/cpu.cfs_period_us") or "")


def _cpus(quota: str, period: str) -> float | None:
    if not (quota.isdecimal() and period.isdecimal() and len(quota) < 18 and 0 < int(period) < 10**12):
        return None  # "max" (v2) and -1 (v1) mean no limit
    return round(int(quota) / int(period), 3) or None


def _v2_places(host: Host) -> Iterator[str]:
    for line in _memberships(host):
        number, _, rest = line.partition(":")
        if number == "0" and rest.startswith(":"):
            yield from _ancestors(ROOT, rest[1:])
            yield from _ancestors(f"{ROOT}/unified", rest[1:])


def _v1_places(host: Host, controller: str) -> Iterator[str]:
    for line in _memberships(host):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controller in controllers.split(","):
            yield from _ancestors(f"{ROOT}/{controller}", path)
            if controllers != controller:
                yield from _ancestors(f"{ROOT}/{controllers}", path)


def _memberships(host: Host) -> list[str]:
    return (host.read("/proc/self/cgroup") or "").splitlines()


def _ancestors(mount: str, path: str) -> Iterator[str]:
    """A group's folder and those above it. A container often sees only its own, at the top of the mount."""
    parts = [part for part in path.split("/") if part not in ("", "..", ".")]
    for length in range(len(parts), -1, -1):
        yield "/".join([mount, *parts[:length]])
