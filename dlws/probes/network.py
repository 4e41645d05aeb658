"""Network interfaces with hardware behind them, and RDMA ports, from /sys/class."""

import posixpath
import re

from dlws.host import Host
from dlws.model.network import InfinibandPort, Link, Network
from dlws.pattern import pattern
from dlws.probes.problems import Problems

PCI_ADDRESS = pattern(r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
ETHERNET, INFINIBAND = 1, 32
"""ARPHRD_ETHER and ARPHRD_INFINIBAND (include/uapi/linux/if_arp.h)."""
PARAVIRTUAL = ("virtio_net", "hv_netvsc", "vmxnet3", "xen_netfront", "vif", "veth")
RATE = pattern(r"([\d.]+)\s*Gb/sec")


def probe(host: Host, problems: Problems) -> Network:
    """Links and RDMA ports. An interface without a device behind it (bridge, veth, tunnel, lo) is no link."""
    names = host.list("/sys/class/net")
    if not names:
        problems.add("no network interface is visible (/sys/class/net is empty)")
    links = (_link(host, name) for name in names)
    return Network(links=tuple(link for link in links if link is not None), infiniband=_ports(host))


def _link(host: Host, name: str) -> Link | None:
    place = f"/sys/class/net/{name}"
    device = host.link(f"{place}/device")
    if device is None and not host.list(f"{place}/device"):
        return None
    driver = posixpath.basename(host.link(f"{place}/device/driver") or "") or None
    node = host.number(f"{place}/device/numa_node")
    return Link(
        name=name,
        kind=_kind(host, place, driver),
        up=_up(host, place),
        speed_mbps=_speed(host, place),
        driver=driver,
        mtu=host.number(f"{place}/mtu"),
        pci_address=_address(host, place, device),
        numa_node=node if node is not None and node >= 0 else None,  # -1: the firmware does not say
    )


def _kind(host: Host, place: str, driver: str | None) -> str | None:
    if driver in PARAVIRTUAL:
        return "virtual"
    if host.list(f"{place}/wireless") or host.list(f"{place}/phy80211") or host.link(f"{place}/phy80211"):
        return "wifi"
    return {ETHERNET: "ethernet", INFINIBAND: "infiniband"}.get(host.number(f"{place}/type") or 0)


def _up(host: Host, place: str) -> bool | None:
    """Where operstate is "unknown" (Documentation/networking/operstates.rst), the carrier says it."""
    state = host.read(f"{place}/operstate")
    if state in ("up", "down"):
        return state == "up"
    return {"1": True, "0": False}.get(host.read(f"{place}/carrier") or "")


def _speed(host: Host, place: str) -> int | None:
    """Megabits per second; -1, and 65535 or 4294967295 of old drivers, stand for unknown (SPEED_UNKNOWN)."""
    speed = host.number(f"{place}/speed")
    return speed if speed is not None and speed > 0 and speed not in (65535, 4294967295) else None


def _address(host: Host, place: str, device: str | None) -> str | None:
    """PCI address, from the device's link; a virtio device hangs below the PCI one."""
    path = f"{host.link(place) or ''}/{device or ''}"
    found = PCI_ADDRESS.findall(path)
    if found:
        return str(found[-1])
    slot = re.search(r"^PCI_SLOT_NAME=(\S+)$", host.read(f"{place}/device/uevent") or "", re.M)
    return slot[1] if slot else None


def _ports(host: Host) -> tuple[InfinibandPort, ...]:
    top = "/sys/class/infiniband"
    return tuple(
        _port(host, device, int(port))
        for device in host.list(top)
        for port in sorted(host.list(f"{top}/{device}/ports"), key=len)
        if port.isdecimal()
    )


def _port(host: Host, device: str, port: int) -> InfinibandPort:
    place = f"/sys/class/infiniband/{device}/ports/{port}"
    state = (host.read(f"{place}/state") or "").rpartition(":")[2].strip()  # "4: ACTIVE"
    rate = RATE.match(host.read(f"{place}/rate") or "")  # "100 Gb/sec (4X EDR)"
    return InfinibandPort(
        device=device,
        port=port,
        state=state or None,
        rate_gbps=float(rate[1]) if rate else None,
        link_layer=host.read(f"{place}/link_layer") or None,
    )
