"""On a real NVIDIA GPU: what dlws says beside what the driver's own tool says."""

import csv
import os
import subprocess
from pathlib import Path

import pytest

from dlws.host import Live, Recorder, Replay
from dlws.probes import inventory
from dlws.smoke.run import names, run

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu")]

FIELDS = "name,memory.total,pci.bus_id,power.limit,pcie.link.width.max,driver_version,vbios_version"


def asked() -> list[dict[str, str]]:
    """nvidia-smi's answers, a row a GPU."""
    done = subprocess.run(
        ["nvidia-smi", f"--query-gpu={FIELDS}", "--format=csv,noheader,nounits"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = csv.reader(done.stdout.splitlines(), skipinitialspace=True)
    return [dict(zip(FIELDS.split(","), row, strict=True)) for row in rows]


def test_each_field_is_what_nvidia_smi_says() -> None:
    have = inventory.take(Live())
    told = asked()
    cards = [gpu for gpu in have.gpus if gpu.vendor == "NVIDIA"]
    assert len(cards) == len(told)
    for card, row in zip(cards, told, strict=True):
        assert card.name == row["name"]
        assert card.memory_mib == int(row["memory.total"])
        assert (card.pci_address or "").lower()[-12:] == row["pci.bus_id"].lower()[-12:]
        assert card.power.limit_w == pytest.approx(float(row["power.limit"]), abs=1)
        assert card.pcie.width_max == int(row["pcie.link.width.max"])
        assert card.vbios == row["vbios_version"]
    assert have.software.nvidia_driver == told[0]["driver_version"]


def test_a_recording_replays_to_the_same_gpus(tmp_path: Path) -> None:
    recorder = Recorder(Live(), tmp_path)
    seen = inventory.take(recorder)
    recorder.close()
    assert inventory.take(Replay(tmp_path)).gpus == seen.gpus


def test_a_network_trains_on_the_gpu() -> None:
    python = os.environ.get("DLWS_TEST_TORCH_PYTHON")
    if not python:
        pytest.skip("no PyTorch: set DLWS_TEST_TORCH_PYTHON to a Python that has it")
    found = {one.name: one for one in run(names(), Path(python), progress=print, timeout_s=200)}
    assert found["lenet5.ran"].value == found["matmul.ran"].value == 1
    assert found["lenet5.accuracy"].device.startswith("cuda")
    assert (found["lenet5.accuracy"].value or 0) > 0.97
