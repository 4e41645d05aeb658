"""The GPU catalog."""

from hypothesis import given
from hypothesis import strategies as st

from dlws.catalog import gpus


def _name(model: gpus.GpuModel | None) -> str | None:
    return None if model is None else model.name


def test_names_are_unique_and_figures_are_positive() -> None:
    names = [model.name for model in gpus.all()]
    assert len(names) == len(set(names)) > 300
    for model in gpus.all():
        figures = (
            model.vram_gb,
            model.bandwidth_gbps,
            model.bf16_tflops,
            model.fp16_tflops,
            model.tdp_w,
            model.launch_price_usd,
        )
        assert all(figure is None or figure > 0 for figure in figures), model.name


def test_every_figure_has_a_source() -> None:
    for model in gpus.all():
        figures = (model.bandwidth_gbps, model.bf16_tflops, model.fp16_tflops, model.tdp_w, model.cores)
        if any(figure is not None for figure in figures):
            assert {"datasheet", "whitepaper", "rate", "opendb"} & set(model.source.split("; ")), model.name


def test_pci_id_alone() -> None:
    assert _name(gpus.find("10de:2684")) == "GeForce RTX 4090"


def test_memory_tells_apart_what_shares_name_and_id() -> None:
    shared = ("10de:2d04", "NVIDIA GeForce RTX 5060 Ti")
    assert _name(gpus.find(*shared, memory_mib=16311)) == "GeForce RTX 5060 Ti 16 GB"
    assert _name(gpus.find(*shared, memory_mib=8151)) == "GeForce RTX 5060 Ti 8 GB"


def test_memory_overrules_an_id_that_was_sold_with_two_sizes() -> None:
    found = gpus.find("10de:2803", "NVIDIA GeForce RTX 4060 Ti", memory_mib=16380)
    assert _name(found) == "GeForce RTX 4060 Ti 16 GB"


def test_an_ambiguous_card_says_only_what_its_candidates_share() -> None:
    found = gpus.find(name="NVIDIA GeForce RTX 3060")
    assert found is not None
    assert (found.architecture, found.compute_capability) == ("Ampere", "8.6")
    assert (found.vram_gb, found.bandwidth_gbps) == (None, None)


def test_never_by_a_part_of_a_name() -> None:
    assert gpus.find(name="RTX 4090") is None
    assert gpus.find(name="NVIDIA GeForce RTX 4090 Something") is None


def test_amd_revision_tells_cards_with_one_device_id_apart() -> None:
    assert _name(gpus.find("1002:744c", revision="c8")) == "Radeon RX 7900 XTX"
    assert _name(gpus.find("1002:744c", revision="cc")) == "Radeon RX 7900 XT"
    assert gpus.find("1002:744c") is None


def test_a_laptop_chip_under_a_desktop_name_gets_no_desktop_figures() -> None:
    found = gpus.find("10de:1e90", "NVIDIA GeForce RTX 2080", 8192)
    assert found is not None
    assert (found.architecture, found.tdp_w) == ("Turing", None)


@given(st.text(), st.text(), st.integers())
def test_unknown_things_are_none(pci_id: str, name: str, memory_mib: int) -> None:
    assert gpus.find(pci_id, name, memory_mib) is None
