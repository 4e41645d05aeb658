"""Disks, links and the kernel log of a machine whose every answer is garbage."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Host, Output, Usage
from dlws.model.kernel_log import KernelLog
from dlws.model.network import Network
from dlws.model.storage import Storage
from dlws.probes import network
from dlws.probes.kernel_log import kernel_log
from dlws.probes.problems import Problems
from dlws.probes.storage import storage

NAMES = [
    "sda",
    "nvme0n1",
    "dm-0",
    "md0",
    "mlx5_0",
    "1",
    "x",
    "eth0",
    "hwmon0",
    "0000:01:00.0",
    "tank",
    "é\u0000",
]
TEXTS = [
    "",
    "-1",
    "0",
    "1",
    "99999999999999999999",
    "16.0 GT/s PCIe",
    "n/a",
    "mpath-x",
    "LVM-x",
    "{}",
    "[[[",
    "4: ACTIVE",
    "8:0",
    "E:ID_MODEL_ENC=\\x20\\xff",
    "22 1 0:1 / / rw - ext4 /dev/sda rw",
    "a b c d e f",
    "md0 : active raid1 sda[0](F) [2/1] [_U]",
    "NVRM: Xid (PCI:::): 79, x",
    "EDAC MC0: 9 CE x on y (",
    "1e400",
    '{"temperature": {"current": "x"}, "nvme_smart_health_information_log": []}',
    "../../devices/pci0/nvme/nvme0/nvme0n1",
]


class Garbled(Host):
    """Answers anything to anything, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def _any(self, question: str, answers: list[Any]) -> Any:
        return random.Random(f"{self._seed}{question}").choice(answers)

    def read_bytes(self, path: str) -> bytes | None:
        text: str | None = self._any(path, [None, *TEXTS])
        return None if text is None else text.encode("utf-8", "surrogateescape")

    def list(self, path: str) -> list[str]:
        return random.Random(f"{self._seed}{path}").sample(NAMES, k=self._any(path, [0, 1, 5, len(NAMES)]))

    def link(self, path: str) -> str | None:
        found: str | None = self._any(path, [None, *TEXTS])
        return found

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        return Output(self._any(argv[0], [0, 1, 124, 127]), self._any(" ".join(argv), TEXTS))

    def usage(self, path: str) -> Usage | None:
        found: Usage | None = self._any(path, [None, Usage(total=0, free=0)])
        return found

    def affinity(self) -> tuple[int, ...] | None:
        return None

    def machine(self) -> str | None:
        return None

    def environ(self, name: str) -> str | None:
        return self.link(name)

    def is_root(self) -> bool | None:
        root: bool | None = self._any("root", [None, False, True])
        return root

    def nvml(self) -> dict[str, Any]:
        return {"error": "garbled"}


@given(st.integers())
def test_no_probe_raises(seed: int) -> None:
    host = Garbled(seed)
    assert isinstance(storage.probe(host, Problems()), Storage)
    assert isinstance(network.probe(host, Problems()), Network)
    assert isinstance(kernel_log.probe(host, Problems()), KernelLog)
