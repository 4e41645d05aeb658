"""Links and RDMA ports."""

from pathlib import Path

import pytest

from dlws.model.network import InfinibandPort, Link, Network
from dlws.probes import network
from dlws.probes.problems import Problems

from .trees import machine

ETH0 = "/sys/class/net/eth0"
LINKS = {
    ETH0: "../../devices/pci0000:40/0000:40:01.1/0000:41:00.0/net/eth0",
    f"{ETH0}/device": "../../../0000:41:00.0",
    f"{ETH0}/device/driver": "../../../../bus/pci/drivers/mlx5_core",
}


def _eth0(place: Path, **attributes: str) -> Link:
    files = {f"{ETH0}/{name}": value for name, value in {"type": "1", **attributes}.items()}
    files |= {f"{ETH0}/device/numa_node": "2"}
    (link,) = network.probe(machine(place, files, links=LINKS), Problems()).links
    return link


def test_a_link(tmp_path: Path) -> None:
    assert _eth0(tmp_path, operstate="up", speed="200000", mtu="9000") == Link(
        name="eth0",
        kind="ethernet",
        up=True,
        speed_mbps=200000,
        driver="mlx5_core",
        mtu=9000,
        pci_address="0000:41:00.0",
        numa_node=2,
    )


@pytest.mark.parametrize("speed", ["-1", "0", "65535", "4294967295", "", "fast"])
def test_an_unknown_speed_is_none(tmp_path: Path, speed: str) -> None:
    assert _eth0(tmp_path, speed=speed).speed_mbps is None


@pytest.mark.parametrize(
    ("state", "carrier", "up"),
    [
        ("up", "0", True),
        ("down", "1", False),
        ("unknown", "1", True),
        ("unknown", "0", False),
        ("unknown", "", None),
    ],
)
def test_up(tmp_path: Path, state: str, carrier: str, up: bool | None) -> None:
    assert _eth0(tmp_path, operstate=state, carrier=carrier).up is up


def test_wifi_and_what_is_no_link(tmp_path: Path) -> None:
    files = {"/sys/class/net/wlan0/wireless/status": "", "/sys/class/net/wlan0/device/vendor": "0x8086"}
    files |= {f"/sys/class/net/{name}/type": "1" for name in ("docker0", "veth12", "br0", "lo")}
    found = network.probe(machine(tmp_path, files), Problems())
    assert [(link.name, link.kind) for link in found.links] == [("wlan0", "wifi")]


def test_rdma_ports(tmp_path: Path) -> None:
    top = "/sys/class/infiniband/mlx5_0/ports"
    files = {
        "/sys/class/net/lo/type": "772",
        f"{top}/1/state": "4: ACTIVE\n",
        f"{top}/1/rate": "400 Gb/sec (4X NDR)\n",
        f"{top}/1/link_layer": "InfiniBand\n",
        f"{top}/2/state": "1: DOWN\n",
        f"{top}/2/rate": "2.5 Gb/sec (1X SDR)\n",
    }
    assert network.probe(machine(tmp_path, files), Problems()) == Network(
        infiniband=(
            InfinibandPort(device="mlx5_0", port=1, state="ACTIVE", rate_gbps=400.0, link_layer="InfiniBand"),
            InfinibandPort(device="mlx5_0", port=2, state="DOWN", rate_gbps=2.5),
        )
    )


def test_the_empty_machine(tmp_path: Path) -> None:
    problems = Problems()
    assert network.probe(machine(tmp_path), problems) == Network()
    assert problems.sentences() == ("no network interface is visible (/sys/class/net is empty)",)
