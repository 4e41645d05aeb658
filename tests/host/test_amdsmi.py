"""libamd_smi.so's C interface, on a stand-in library with faults."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dlws.host import Recorder, Replay
from dlws.host.amdsmi_calls import DEVICE, STATUS, address, violations
from dlws.host.answers import ANSWERS, Answers
from tests.host.conftest import Run
from tests.standin.instinct import MI300X, several

ASK = "import json; from dlws.host import amdsmi; print(json.dumps(amdsmi.ask()))"
IMPATIENT = "import json; from dlws.host import amdsmi; print(json.dumps(amdsmi.ask(timeout_s=0.3)))"

EVERY_CALL_WITH_EVERY_STATUS = """
import json, os, re
from pathlib import Path
from dlws.host import amdsmi
from dlws.host.amdsmi_calls import STATUS
file = Path(os.environ["STANDIN_AMDSMI"])
answers = file.read_text()
functions = sorted({re.split("[/ ]", line)[0] for line in answers.splitlines()})
outcome = {}
for function in functions:
    for code in [*STATUS, 99, -1]:
        file.write_text(f"{answers}{function} !{code}\\n")
        outcome[f"{function} {code}"] = amdsmi.ask()
print(json.dumps(outcome))
"""

WITHOUT = (
    "amdsmi_init",
    "amdsmi_get_lib_version",
    "amdsmi_get_socket_handles",
    "amdsmi_get_processor_handles",
    "amdsmi_get_processor_type",
    "amdsmi_get_gpu_device_bdf",
)
"""Calls that all others rest on."""


@pytest.mark.parametrize("count", [1, 2, 8])
def test_every_gpu_is_listed_with_its_own_facts(on_amd: Run, count: int) -> None:
    said = on_amd(several(count), ASK)
    assert said["version"] == "25.5.1"
    assert [device["bdf"] for device in said["devices"]] == [
        f"0000:{0xC1 + n:02x}:00.0" for n in range(count)
    ]
    assert len({device["uuid"] for device in said["devices"]}) == count
    assert len(said["pairs"]) == count * (count - 1) // 2
    assert "error" not in said


def test_answers_are_what_the_library_said(on_amd: Run) -> None:
    said = on_amd(several(2), ASK)
    card = said["devices"][0]
    assert (card["market_name"], card["uuid"]) == (
        "AMD Instinct MI300X OAM",
        "00ff74a1-0000-1000-8000-000000000001",
    )
    assert (card["vram_type"], card["vram_vendor"]) == ("HBM3", "HYNIX")
    assert (card["compute_partition"], card["memory_partition"]) == ("SPX", "NPS1")
    assert (card["ecc_blocks"], card["ecc_counts"]) == (5, [3, 1, 0])
    assert card["xgmi_links"] == [1, 1, 1, 1, 1, 0, 1]
    assert card["violations"] == {
        "prochot": False,
        "package_power": True,
        "socket_thermal": False,
        "vr_thermal": False,
    }
    assert said["pairs"] == [{"a": 0, "b": 1, "p2p": True}]


def test_any_call_may_fail_with_any_status(on_amd: Run) -> None:
    """A failing call costs its own key and no more; only those that all others rest on cost the device."""
    outcome: dict[str, dict[str, Any]] = on_amd(several(1), EVERY_CALL_WITH_EVERY_STATUS)
    healthy = on_amd(several(1), ASK)["devices"][0]
    keys = {call.function: call.key for call in (*DEVICE, *violations(25))}
    assert len(outcome) > 400
    for what, said in outcome.items():
        function, code = what.split()
        name = STATUS.get(int(code), f"status {code}")
        if function in WITHOUT:
            assert not said.get("devices"), what
            assert function == "amdsmi_get_processor_type" or said["error"], what
            continue
        [card] = said["devices"]
        lost = {keys[function]} if function in keys else set()
        assert set(healthy) - set(card) == lost, what
        assert card["errors"] == dict.fromkeys(lost, name), what


def test_a_hung_call_costs_its_time_limit_and_no_answer_before_it(on_amd: Run) -> None:
    said = on_amd(several(2) + "amdsmi_get_gpu_vram_vendor/1 hang\n", IMPATIENT)
    assert said["error"] == "no answer within 0.3 s: amdsmi_get_gpu_vram_vendor"
    first, second = said["devices"]
    assert first["vram_vendor"] == "HYNIX"
    assert second["market_name"] == "AMD Instinct MI300X OAM"


def test_an_old_library_is_not_asked_what_it_would_answer_otherwise(on_amd: Run) -> None:
    said = on_amd(several(1) + "amdsmi_get_lib_version 24 5 3\n", ASK)
    assert said == {"version": "24.5.3", "error": "LibraryTooOld"}


def test_a_library_that_is_newer_than_we_know_is_not_asked_for_violations(on_amd: Run) -> None:
    [card] = on_amd(several(1) + "amdsmi_get_lib_version 27 0 0\n", ASK)["devices"]
    assert card["market_name"] == "AMD Instinct MI300X OAM"
    assert "violations" not in card


def test_partitions_of_one_card_are_one_card(on_amd: Run) -> None:
    parts = "".join(f"amdsmi_get_gpu_device_bdf/{n} 0001:02:00.{n}\n" for n in range(3))
    said = on_amd(f"{MI300X}amdsmi_get_socket_handles 3\n{parts}", ASK)
    assert [device["bdf"] for device in said["devices"]] == ["0001:02:00.0"]


def test_processors_that_are_no_gpu_are_left_out(on_amd: Run) -> None:
    said = on_amd(several(2) + "amdsmi_get_processor_type/0 2\n", ASK)
    assert [device["bdf"] for device in said["devices"]] == ["0000:c2:00.0"]


def test_a_machine_asks_what_its_linker_finds(on_amd: Run) -> None:
    live = "import json; from dlws.host import Live; print(json.dumps(Live().amdsmi()))"
    assert len(on_amd(several(2), live)["devices"]) == 2


def test_without_the_library_nothing_is_loaded(on_standin: Run) -> None:
    """Here the linker is shown another folder, without the library."""
    program = (
        "import json, sys; from dlws.host import Live; said = Live().amdsmi()\n"
        "print(json.dumps([said, 'ctypes' in sys.modules]))"
    )
    said, loaded = on_standin("", program)
    if "devices" in said:
        pytest.skip("this machine has AMD SMI")
    assert (said, loaded) == ({"error": "LibraryNotFound"}, False)


def test_a_recording_keeps_the_answers_without_what_identifies_a_card(tmp_path: Path) -> None:
    source, saved = tmp_path / "source", tmp_path / "saved"
    device = {"index": 0, "bdf": "0000:c1:00.0", "uuid": "00ff74b9-0000-1000-8000-000000000001"}
    source.mkdir()
    (source / ANSWERS).write_bytes(
        msgspec.json.encode(Answers(amdsmi={"devices": [device]}, vram={"/dev/dri/renderD128": 12 << 30}))
    )
    recorder = Recorder(Replay(source), saved)
    recorder.amdsmi()
    recorder.vram("/dev/dri/renderD128", "xe")
    recorder.close()
    [card] = Replay(saved).amdsmi()["devices"]
    assert (card["bdf"], card["uuid"]) == ("0000:c1:00.0", "00000000-0000-0000-0000-000000000001")
    assert Replay(saved).vram("/dev/dri/renderD128", "xe") == 12 << 30
    assert Replay(saved).vram("/dev/dri/renderD129", "xe") is None


def test_an_address_is_taken_apart_as_the_header_says() -> None:
    bits = 1 << 16 | 0xC1 << 8 | 3 << 3 | 5
    assert address(bits.to_bytes(8, "little")) == "0001:c1:03.5"
