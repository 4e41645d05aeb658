"""Processors that only dmidecode, a kernel's log or rocminfo tell of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.evidence import ANY, Evidence
from dlws.model.cpu import Cpu
from dlws.probes.cpu import cpu, cpu_told
from dlws.probes.problems import Problems

SOCKET = """\
Handle 0x00{n}, DMI type 4, 48 bytes
Processor Information
\tSocket Designation: CPU{n}
\tType: Central Processor
\tVersion: {model}
\tStatus: {status}
\tCore Count: 24
\tCore Enabled: 20
\tThread Count: 40

"""
EPYC = "AMD EPYC 7451 24-Core Processor                "


def read(text: str) -> Cpu:
    """The processor of which a text speaks."""
    kinds, evidence = recognise(text)
    assert kinds, "not recognised"
    return cpu.probe(Attachment("x", kinds[0].name, evidence), Problems())


def test_sockets_and_cores_of_the_firmware() -> None:
    text = "".join(SOCKET.format(n=n, model=EPYC, status="Populated, Enabled") for n in (10, 11))
    found = read(text)
    assert (found.model, found.sockets, found.cores) == ("AMD EPYC 7451 24-Core Processor", 2, 40)
    assert (found.threads, found.smt) == (None, None)


def test_an_empty_socket_holds_no_processor() -> None:
    full = SOCKET.format(n=10, model=EPYC, status="Populated, Enabled")
    empty = SOCKET.format(n=11, model="Not Specified", status="Unpopulated")
    assert read(full + empty).sockets == 1


def test_a_processor_that_the_firmware_does_not_name_is_unknown() -> None:
    found = read(SOCKET.format(n=10, model="Not Specified", status="Populated, Enabled"))
    assert (found.model, found.sockets) == (None, None)


def test_a_type_of_virtual_machine_is_no_processor() -> None:
    told = SOCKET.format(n=10, model="pc-q35-8.0", status="Populated, Enabled")
    found = read(told.replace("\tVersion", "\tManufacturer: QEMU\n\tVersion"))
    assert (found.model, found.sockets) == (None, None)


@pytest.mark.parametrize(
    ("line", "model"),
    [
        (
            "[    0.130000] smpboot: CPU0: Intel(R) Core(TM) i5-8400 CPU @ 2.80GHz (family: 0x6, model: 0x9e)",
            "Intel(R) Core(TM) i5-8400 CPU @ 2.80GHz",
        ),
        ("[    0.050000] CPU0: AMD FX(tm)-8350 Eight-Core Processor (fam: 15, model: 02)", "AMD FX(tm)-8350"),
        (
            "[    0.050000] CPU0: Intel(R) Xeon(R) CPU  X5550  @ 2.67GHz stepping 05",
            "Intel(R) Xeon(R) CPU X5550",
        ),
    ],
)
def test_the_kernel_names_its_first_processor(line: str, model: str) -> None:
    found = read(f"[    0.000000] Linux version 5.4.0\n{line}\n")
    assert (found.model or "").startswith(model)
    assert "family" not in (found.model or "")


def test_a_log_without_the_boot_names_none() -> None:
    assert read("[ 9.000000] mce: CPU0: Core temperature above threshold\n").model is None


def test_an_arm_kernel_tells_its_architecture() -> None:
    assert read("[    0.000000] Boot CPU: AArch64 Processor [411fd071]\n").architecture == "aarch64"


def test_the_agents_of_rocminfo() -> None:
    agent = "  Name: {0}\n  Marketing Name: {0}\n  Vendor Name: X\n  Device Type: {1}\n"
    text = "HSA Agents\n" + agent.format("gfx942", "GPU") + agent.format("AMD EPYC 9654", "CPU")
    assert read(text).model == "AMD EPYC 9654"


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    evidence = Evidence()
    for program in ("dmidecode", "dmesg", "rocminfo"):
        evidence.command(program, ANY, text=text)
    cpu_told.read(Attachment("x", "y", evidence))
