"""The real pynvml on a stand-in library, with faults."""

from typing import Any

import pytest

from dlws.host.nvml_calls import DEVICE
from tests.host.conftest import Run
from tests.standin.cards import H100, RTX_4090, several

ASK = "import json; from dlws.host import nvml; print(json.dumps(nvml.ask()))"

EVERY_CALL_WITH_EVERY_ERROR = """
import json, os, re
from pathlib import Path
from dlws.host import nvml
file = Path(os.environ["STANDIN_NVML"])
answers = file.read_text()
functions = sorted({re.split("[/ ]", line)[0] for line in answers.splitlines()})
outcome = {}
for function in functions:
    for code in [*range(1, 31), 999]:
        file.write_text(f"{answers}{function} !{code}\\n")
        outcome[f"{function} {code}"] = nvml.ask()
print(json.dumps(outcome))
"""


@pytest.mark.parametrize("count", [1, 2, 8])
def test_every_gpu_is_listed_with_its_own_facts(on_standin: Run, count: int) -> None:
    said = on_standin(several(count), ASK)
    assert (said["driver"], said["cuda"]) == ("575.57.08", 12090)
    assert [device["pci"]["busId"] for device in said["devices"]] == [
        f"00000000:{number:02X}:00.0" for number in range(1, count + 1)
    ]
    assert len({device["uuid"] for device in said["devices"]}) == count
    assert len(said["pairs"]) == count * (count - 1) // 2
    assert "error" not in said


def test_answers_are_what_the_library_said(on_standin: Run) -> None:
    [card] = on_standin(several(1), ASK)["devices"]
    assert card["name"] == "NVIDIA GeForce RTX 4090"
    assert card["compute_capability"] == [8, 9]
    assert card["memory"]["total"] == 25757220864
    assert card["power_range_mw"] == [10000, 600000]
    assert card["compute_processes"][0]["pid"] == 4242
    assert card["graphics_processes"] == []
    assert card["recovery_action"] == 0
    assert card["errors"]["remapped_rows"] == "NotSupported"
    assert "remapped_rows" not in card


def test_any_call_may_fail_with_any_error(on_standin: Run) -> None:
    """A failing call costs its own keys and no more; only those that all others rest on cost the device."""
    outcome: dict[str, dict[str, Any]] = on_standin(several(1), EVERY_CALL_WITH_EVERY_ERROR)
    healthy = on_standin(several(1), ASK)["devices"][0]
    assert len(outcome) > 1000
    for what, said in outcome.items():
        function = what.split()[0]
        if function in ("nvmlInitWithFlags", "nvmlDeviceGetCount_v2"):
            assert said["error"], what
            continue
        [card] = said["devices"]
        lost = set(healthy) - set(card)
        own = {call.key for call in DEVICE if function.startswith(call.functions)}
        assert lost <= (own or {"recovery_action"}), what
        assert lost <= set(card["errors"]), what


def test_each_question_is_asked_in_a_form_that_pynvml_knows(on_standin: Run) -> None:
    """A misspelt function would only ever look like an old driver."""
    import pynvml

    for call in DEVICE:
        for function in call.functions:
            assert callable(getattr(pynvml, function, None)), function


def test_a_lost_gpu_stays_in_the_list(on_standin: Run) -> None:
    said = on_standin(several(2) + "nvmlDeviceGetHandleByIndex_v2/1 !15\n", ASK)
    assert said["devices"][1] == {"index": 1, "error": "GpuIsLost"}
    assert said["devices"][0]["name"] == "NVIDIA GeForce RTX 4090"


def test_a_library_that_does_not_match_the_kernel_module(on_standin: Run) -> None:
    assert on_standin("nvmlInitWithFlags !18\n", ASK) == {"error": "LibRmVersionMismatch"}


def test_an_old_driver_answers_the_older_question(on_standin: Run) -> None:
    lines = several(1).replace("GetCurrentClocksEventReasons", "GetCurrentClocksThrottleReasons")
    [card] = on_standin(lines + "nvmlDeviceGetCurrentClocksEventReasons !13\n", ASK)["devices"]
    assert card["event_reasons"] == 1


def test_unified_memory_has_no_size_of_its_own(on_standin: Run) -> None:
    [card] = on_standin(several(1) + "nvmlDeviceGetMemoryInfo !3\nnvmlDeviceGetMemoryInfo_v2 !3\n", ASK)[
        "devices"
    ]
    assert card["errors"]["memory"] == card["errors"]["memory_v1"] == "NotSupported"


def test_mig_devices_are_listed(on_standin: Run) -> None:
    lines = (
        "nvmlDeviceGetMigMode 1 1\n"
        "nvmlDeviceGetMigDeviceHandleByIndex !6\n"
        "nvmlDeviceGetMigDeviceHandleByIndex/0/0 100\n"
        "nvmlDeviceGetMigDeviceHandleByIndex/0/2 101\n"
        "nvmlDeviceGetName/100 NVIDIA H100 80GB HBM3 MIG 3g.40gb\n"
        "nvmlDeviceGetName/101 NVIDIA H100 80GB HBM3 MIG 1g.10gb\n"
        "nvmlDeviceGetUUID/101 MIG-00000000-0000-0000-0000-000000000007\n"
    )
    [card] = on_standin(several(1) + H100 + lines, ASK)["devices"]
    assert [one["name"][-7:] for one in card["mig_devices"]] == ["3g.40gb", "1g.10gb"]
    assert card["mig_devices"][1]["uuid"].startswith("MIG-")


def test_nvlinks_until_the_card_has_no_more(on_standin: Run) -> None:
    lines = "".join(f"nvmlDeviceGetNvLinkState/*/{link} {int(link < 3)}\n" for link in range(4))
    lines += "nvmlDeviceGetNvLinkVersion 4\nnvmlDeviceGetNvLinkRemotePciInfo_v2/0 0000:02:00.0 0x233010de 0\n"
    said = on_standin(several(2) + lines, ASK)
    links = said["devices"][0]["nvlinks"]
    assert [link["active"] for link in links] == [True, True, True, False]
    assert links[0]["remote"]["busId"] == "00000000:02:00.0"


def test_a_call_that_hangs_costs_a_time_limit_and_nothing_else(on_standin: Run) -> None:
    program = """
import json, time
from dlws.host import nvml
start = time.monotonic()
said = nvml.ask(timeout_s=0.5)
print(json.dumps([time.monotonic() - start, said]))
"""
    seconds, said = on_standin(several(2) + "nvmlDeviceGetFanSpeed/1 hang\n", program)
    assert 0.4 < seconds < 3
    assert "no answer within 0.5 s: nvmlDeviceGetFanSpeed" in said["error"]
    assert said["devices"][0]["fan_percent"] == 30
    assert said["devices"][1]["name"] == "NVIDIA GeForce RTX 4090"


def test_a_hang_at_the_first_call(on_standin: Run) -> None:
    program = "import json; from dlws.host import nvml; print(json.dumps(nvml.ask(timeout_s=0.2)))"
    said = on_standin("nvmlInitWithFlags hang\n", program)
    assert said == {"error": "no answer within 0.2 s: nvmlInit"}


def test_cards_are_spelt_as_the_library_is_asked() -> None:
    assert all(line.startswith(("nvml", "field")) for line in (RTX_4090 + H100).splitlines())


PROBE = """
import msgspec
from dlws.host import Live
from dlws.probes.gpu import gpu, topology
from dlws.probes.problems import Problems
host = Live()
gpus = gpu.probe(host, Problems())
print(msgspec.json.encode([gpus, topology.probe(host, gpus).gpu_pairs]).decode())
"""


def test_the_inventory_on_the_standin(on_standin: Run) -> None:
    """From the library's structures to the inventory's fields."""
    gpus, pairs = on_standin(several(2) + H100 + "nvmlDeviceGetCurrentClocksEventReasons 0x88\n", PROBE)
    first = gpus[0]
    assert (first["name"], first["architecture"]) == ("NVIDIA H100 80GB HBM3", "Hopper")
    assert (first["memory_mib"], first["memory_used_mib"]) == (81559, 2)
    assert first["pcie"]["gen"] == 1
    assert first["pcie"]["gen_max"] == 4
    assert first["power"] == {"limit_w": 450, "default_w": 450, "min_w": 10, "max_w": 600, "draw_w": 21.53}
    assert first["temperature_slowdown_c"] == 97
    assert first["ecc"]["corrected_total"] == 12
    assert first["ecc"]["uncorrected_total"] == 2
    assert (first["ecc"]["remapped_rows"], first["ecc"]["remap_pending"]) == (2, True)
    assert first["throttle_reasons"] == ["hw_slowdown", "hw_power_brake_slowdown"]
    assert first["mig"] == {"enabled": False, "pending": False, "instances": None}
    assert first["recovery_action"] == "gpu_reset"
    assert first["specs"]["bandwidth_gbps"] == 3350
    assert [process["pid"] for process in first["processes"]] == [4242]
    assert pairs == [{"a": 0, "b": 1, "link": "NODE", "p2p": False}]


GPUSTAT = """
import json, gpustat
cards = gpustat.GPUStatCollection.new_query()
print(json.dumps([[c.name, c.memory_total, c.memory_used, c.temperature, c.utilization, c.fan_speed]
                  for c in cards]))
"""

NVITOP = """
import json, nvitop
def row(c):
    memory = (c.memory_total() // 2**20, c.memory_used() // 2**20)
    return [c.name(), *memory, c.temperature(), c.gpu_utilization(), c.fan_speed()]
print(json.dumps([row(card) for card in nvitop.Device.all()]))
"""


@pytest.mark.parametrize(("tool", "program"), [("gpustat", GPUSTAT), ("nvitop", NVITOP)])
def test_others_show_the_same(on_standin: Run, tool: str, program: str) -> None:
    pytest.importorskip(tool, reason=f"{tool} is not installed: nothing to compare with")
    ours = on_standin(several(2), ASK)["devices"]
    assert on_standin(several(2), program) == [
        [
            card["name"],
            card["memory"]["total"] // 2**20,
            card["memory"]["used"] // 2**20,
            card["temperature_c"],
            card["utilization"]["gpu"],
            card["fan_percent"],
        ]
        for card in ours
    ]
