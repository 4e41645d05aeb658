"""Documents for a terminal."""

import re

import pytest

from dlws.model.finding import Finding, Status
from dlws.model.gpu import Gpu, PcieLink
from dlws.model.inventory import Inventory
from dlws.model.outcome import Outcome, TaskFailure
from dlws.model.plan import Plan, Step
from dlws.model.stack import Choice, Stack
from dlws.report import devices, text
from tests.report.examples import FINDINGS, MACHINE, MEASUREMENTS


def test_an_inventory_is_read_at_a_glance() -> None:
    shown = text.inventory(MACHINE, 100)
    for line in (
        "  cores           64 cores, 128 threads, 1 socket, SMT on",
        "  modules         8 x 64.0 GiB DDR4 at 2,933 MT/s (rated 3,200)",
        "  name            NVIDIA H100 80GB HBM3 (Hopper, compute capability 9.0)",
        "  PCIe            gen 1 of 5, x8 of x16",
        "                  warning: fewer lanes than the card can use",
        "                  warning: 12 media errors",
        "                  warning: nearly full",
        "  firmware        unknown",
        "  Secure Boot     off",
        "                  warning: the user library is 570.10",
        "  Xid 79          0000:2a:00.0, this boot",
    ):
        assert line in shown.splitlines(), line


def test_an_empty_machine_is_unknown_and_not_empty() -> None:
    shown = text.inventory(Inventory(), 80)
    assert "GPU             none found" in shown
    assert re.search(r"model +unknown", shown)
    assert "None" not in shown


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_keep_to_the_width_and_to_ascii(width: int) -> None:
    for document in (
        text.inventory(MACHINE, width),
        text.findings(FINDINGS, width),
        text.measurements(MEASUREMENTS, width),
    ):
        assert document.isascii()
        assert max(len(line) for line in document.splitlines()) <= width


def test_a_narrow_terminal_still_shows_everything() -> None:
    wide, narrow = (" ".join(text.inventory(MACHINE, width).split()) for width in (300, 40))
    assert sorted(wide.replace(" ", "")) == sorted(narrow.replace(" ", ""))


def test_findings_come_worst_first_with_why_and_fix() -> None:
    shown = text.findings(FINDINGS, 90)
    order = [
        shown.index(f"\n{word}" if word != "fail" else word)
        for word in ("fail", "warn", "unknown", "ok", "skip")
    ]
    assert order == sorted(order)
    assert "why: it has fallen off the bus" in shown
    assert "fix: reseat the card and look again: dlws check" in shown
    assert shown.endswith("Not good: 1 failure, 1 warning, 1 unknown, 1 check ok.")


def test_a_command_is_never_broken() -> None:
    command = "sudo apt-get install --yes nvidia-driver-580-server-open linux-headers-generic"
    finding = Finding(
        check="a.b", subject="machine", status=Status.FAIL, what="x", why="y", fix=f"install it: {command}"
    )
    assert f"     {command}" in text.findings((finding,), 40)


@pytest.mark.parametrize(
    ("statuses", "begins"),
    [
        ((Status.OK, Status.SKIP), "Good: 1 check ok"),
        ((Status.OK, Status.WARN), "Good, with 1 warning"),
        ((Status.OK, Status.WARN, Status.UNKNOWN), "Not certain: 1 unknown"),
        ((Status.UNKNOWN, Status.FAIL), "Not good: 1 failure"),
        ((Status.SKIP,), "Nothing was checked"),
        ((), "Nothing was checked"),
    ],
)
def test_the_verdict(statuses: tuple[Status, ...], begins: str) -> None:
    found = tuple(Finding(check="a.b", subject="machine", status=status, what="x") for status in statuses)
    assert text.findings(found, 100).splitlines()[-1].startswith(begins)


def test_colour_only_where_it_is_asked_for() -> None:
    colored = text.findings(FINDINGS, 80, color=True)
    assert "\x1b[31;1mfail" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == text.findings(FINDINGS, 80)
    assert "\x1b" in text.inventory(MACHINE, 80, color=True)
    assert "\x1b" not in text.inventory(MACHINE, 80)


def test_measurements_say_where_and_why_not() -> None:
    shown = text.measurements(MEASUREMENTS, 100)
    assert "lenet5 on cpu" in shown
    assert "images per s    14,477 images/s" in shown
    assert "accuracy        99.2%" in shown
    assert "warning: out of memory, 2 GiB" in shown
    assert text.measurements((), 80) == "Nothing was measured."


def test_plan_stack_and_outcome() -> None:
    step = Step(role="python_env", findings=(FINDINGS[1],), needs_root=False)
    assert "python_env" in text.plan(Plan(steps=(step,)), 80)
    assert "Waiting for root" in text.plan(Plan(waiting_for_root=(step,)), 80)
    assert "nothing to do" in text.plan(Plan(), 80)
    stack = Stack(environment="torch-cpu", choices=(Choice(name="torch", version="2.13.0", why="newest"),))
    assert "torch           2.13.0: newest" in text.stack(stack, 80)
    broken = TaskFailure(host="localhost", role="python_env", task="Install", message="no space left")
    shown = text.outcome(Outcome(directory="/tmp/run", failures=(broken,), complete=True), 80)
    assert "not done" in shown
    assert "warning: no space left" in shown


def test_lanes_of_a_laptop_are_as_its_maker_wired_them() -> None:
    link = PcieLink(gen=4, width=8, width_max=16)
    assert devices.narrow(Gpu(name="NVIDIA RTX A5000", pcie=link))
    assert devices.narrow(Gpu(name="NVIDIA RTX A5000 Laptop GPU", pcie=link)) is None
