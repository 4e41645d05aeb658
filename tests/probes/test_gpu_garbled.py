"""GPUs of a machine whose every file, link and library gives garbage."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dlws.probes.gpu import gpu, topology
from dlws.probes.problems import Problems

from .test_garbled_machine import Garbled

NAMES = (
    "0000:01:00.0", "0000:00:02.0", "card0", "card1", "renderD128", "hwmon1", "drm", "0", "1", "4242", "io_links",
    "p2p_links", "mem_banks", "mem_info_vram_total", "tile0",
)  # fmt: skip
TEXTS = (
    b"", b"0x1002", b"0x8086", b"0x10de", b"0x030000", b"0x120000", b"1", b"-1", b"0", b"99999999999999999999",
    b"DRIVER=xe\nPCI_ID=8086:E20B\nPCI_SLOT_NAME=0000:01:00.0", b"PCI_ID=:\nDRIVER=", b"simd_count 4\nlocation_id 256",
    b"type 11\nnode_to 1", b"heap_type 1\nsize_in_bytes 1", b"ue: x\nce: 1", b": : R",
    b"\x78\x00\x01\x03" + b"\xff" * 120, b"16.0 GT/s PCIe", b"x86\xff\xfe",
)  # fmt: skip
ANSWERS: tuple[dict[str, Any], ...] = (
    {},
    {"error": 1},
    {"devices": None, "pairs": 1},
    {
        "devices": [
            {"bdf": "0000:01:00.0", "xgmi_links": {}, "ecc_counts": [None], "violations": [], "errors": 1}
        ]
    },
    {"devices": [{}], "pairs": [{"a": 0, "b": 0, "p2p": True}]},
)


class GarbledGpus(Garbled):
    """The same with what these probes look for."""

    def read_bytes(self, path: str) -> bytes | None:
        data: bytes | None = self._any(path, [None, *TEXTS])
        return data

    def list(self, path: str) -> list[str]:
        return random.Random(f"{self._seed}{path}").sample(NAMES, k=self._any(path, [0, 1, 5, len(NAMES)]))

    def link(self, path: str) -> str | None:
        found: str | None = self._any(
            path, [None, "../drivers/amdgpu", "../drivers/xe", "../drivers/i915", "/", ""]
        )
        return found

    def amdsmi(self) -> dict[str, Any]:
        data: dict[str, Any] = self._any("amdsmi", [*ANSWERS])
        return data

    def vram(self, node: str, driver: str) -> int | None:
        size: int | None = self._any(node, [None, 0, -1, 1 << 70])
        return size


@given(st.integers())
def test_no_reader_of_gpus_raises(seed: int) -> None:
    host = GarbledGpus(seed)
    found = gpu.probe(host, Problems())
    topology.probe(host, found)
