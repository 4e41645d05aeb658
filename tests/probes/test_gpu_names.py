"""Cards known by what a list or a tool calls them."""

import pytest

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.model.gpu import Gpu
from dlws.probes.gpu import gpu
from dlws.probes.problems import Problems

AMD = "04:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] {} (rev c1)\n"


def read(text: str) -> tuple[Gpu, ...]:
    """GPUs of the machine that a text speaks of."""
    kinds, evidence = recognise(text)
    assert kinds, "not recognised"
    return gpu.probe(Attachment("x", kinds[0].name, evidence), Problems())


@pytest.mark.parametrize(
    "name", ["Renoir", "Phoenix3", "Rembrandt [Radeon 680M]", "Strix [Radeon 880M / 890M]", "Granite Ridge"]
)
def test_a_gpu_inside_a_processor_is_known_by_the_chips_name(name: str) -> None:
    (found,) = read(AMD.format(name))
    assert found.unified_memory is True


@pytest.mark.parametrize("name", ["Vega 20", "Navi 33 [Radeon RX 7600M XT]", "Strix-like board"])
def test_a_card_with_its_own_memory_is_not_taken_for_one(name: str) -> None:
    (found,) = read(AMD.format(name))
    assert not found.unified_memory


def test_a_number_is_no_name_of_a_card() -> None:
    agent = (
        "HSA Agents\n*******\nAgent 2\n*******\n  Name:                    gfx908\n"
        "  Marketing Name:          Device 738c\n  Vendor Name:             AMD\n"
        "  Device Type:             GPU\n  Chip ID:                 29580(0x738c)\n"
    )
    (found,) = read(agent)
    assert found.name == "AMD Instinct MI100"
