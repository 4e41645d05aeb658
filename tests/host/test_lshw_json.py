"""lshw -json, read back through the probes."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import lshw_json, recognise
from dlws.host.attachments.evidence import Evidence
from dlws.host.attachments.quoting import clean
from dlws.model.inventory import Inventory
from dlws.probes import inventory

CARD = {
    "id": "display:1",
    "class": "display",
    "claimed": True,
    "description": "VGA compatible controller",
    "product": "GX100 [ACME RTX 1234]",
    "vendor": "NVIDIA Corporation",
    "businfo": "pci@0000:41:00.0",
    "version": "a1",
    "configuration": {"driver": "vfio-pci", "latency": "0"},
}
BANK = {"id": "bank:0", "class": "memory", "description": "DIMM DDR4 Synchronous 2667 MHz (0.4 ns)"}
MODULE = {**BANK, "slot": "A1", "units": "bytes", "size": 16 * 2**30, "clock": 2667000000}
CPU = {
    "id": "cpu:0",
    "class": "processor",
    "product": "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
    "businfo": "cpu@0",
    "capabilities": {"x86-64": "64bits extensions (x86-64)", "fpu": "x", "avx2": True},
}
DISK = {
    "id": "disk",
    "class": "disk",
    "product": "ACME HDD",
    "logicalname": ["/dev/sda", "/mnt"],
    "units": "bytes",
    "size": 4000787030016,
}
CORE = {
    "id": "core",
    "class": "bus",
    "product": "X1 PRO",
    "vendor": "ACME",
    "children": [{"id": "memory", "class": "memory", "children": [MODULE]}, CPU, CARD, DISK],
}
MACHINE = {"id": "workshop", "class": "system", "children": [CORE]}


def read(text: str) -> Inventory:
    """The machine of which a text speaks."""
    kinds, evidence = recognise(clean(text))
    assert [kind.name for kind in kinds] == ["the JSON of lshw"]
    return inventory.take(Attachment("x", kinds[0].name, evidence))


def printed(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


@pytest.mark.parametrize("text", [printed(MACHINE), f"$ sudo lshw -json\n{printed([MACHINE])}\n$ \n"])
def test_a_whole_machine(text: str) -> None:
    found = read(text)
    (gpu,) = found.gpus
    assert (gpu.name, gpu.vendor, gpu.pci_address, gpu.driver) == (
        "ACME RTX 1234",
        "NVIDIA",
        "0000:41:00.0",
        "vfio-pci",
    )
    assert (found.cpu.model, found.cpu.sockets, found.cpu.flags.avx2) == (CPU["product"], 1, True)
    (module,) = found.memory.modules or ()
    assert (module.size_mib, module.type, module.slot, module.speed_mts) == (16384, "DDR4", "A1", 2667)
    (disk,) = found.storage.disks
    assert (disk.name, disk.model) == ("sda", "ACME HDD")
    assert disk.size_gb == pytest.approx(4000.8, rel=0.001)
    assert (found.board.model, found.board.vendor) == ("X1 PRO", "ACME")


def test_cards_without_the_brackets_of_a_list() -> None:
    second = {**CARD, "id": "display:2", "businfo": "pci@0000:81:00.0"}
    gpus = read(f"  {printed(CARD)},\n  {printed(second)}").gpus
    assert [gpu.pci_address for gpu in gpus] == ["0000:41:00.0", "0000:81:00.0"]


def test_a_socket_that_is_switched_off_is_no_processor() -> None:
    assert read(printed([CPU, {**CPU, "id": "cpu:1", "disabled": True}])).cpu.sockets == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*CARD, "children", "size", "units", "logicalname"]), inner)
        ),
        max_leaves=12,
    ).map(printed)
    | st.text()
)
def test_no_text_breaks_it(text: str) -> None:
    lshw_json.KIND.read(text, Evidence())
