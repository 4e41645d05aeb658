"""Reads what people send of their GPUs, for tests."""

from pathlib import Path

from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.model.gpu import Gpu
from dlws.model.topology import GpuPair
from dlws.probes.gpu import gpu, topology
from dlws.probes.problems import Problems


def told(tmp_path: Path, text: str) -> tuple[Gpu, ...]:
    """The GPUs that a text tells of."""
    file = tmp_path / "text"
    file.write_text(text)
    return gpu.probe(open_attachment(file), Problems())


def pairs(tmp_path: Path, text: str) -> tuple[GpuPair, ...]:
    """What it says lies between them."""
    file = tmp_path / "text"
    file.write_text(text)
    host = open_attachment(file)
    return topology.probe(host, gpu.probe(host, Problems())).gpu_pairs


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "asic", "market_name", "links", "gpu"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)

NAMES = st.sampled_from(
    ["asic", "bus", "bdf", "process_list", "links", "vram", "power", "uuid", "device_name"]
)

CARDS = st.dictionaries(NAMES, JSON)
"""Cards of which anything may be said, under names that readers look for."""
