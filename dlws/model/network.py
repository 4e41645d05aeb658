"""Network links."""

from msgspec import Struct


class Link(Struct, frozen=True, kw_only=True):
    """One network interface with hardware behind it."""

    name: str
    kind: str | None = None
    """``ethernet``, ``wifi``, ``infiniband`` or ``virtual``."""
    up: bool | None = None
    speed_mbps: int | None = None
    driver: str | None = None
    mtu: int | None = None
    pci_address: str | None = None
    numa_node: int | None = None


class InfinibandPort(Struct, frozen=True, kw_only=True):
    """One port of an RDMA device (InfiniBand or RoCE)."""

    device: str
    port: int
    state: str | None = None
    """``ACTIVE``, ``DOWN``, ...; an unused port that is down is no fault."""
    rate_gbps: float | None = None
    link_layer: str | None = None


class Network(Struct, frozen=True, kw_only=True):
    """How the machine reaches others."""

    links: tuple[Link, ...] = ()
    infiniband: tuple[InfinibandPort, ...] = ()
