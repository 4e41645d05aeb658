"""What is made of the kernel's messages."""

from typing import Any

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.kernel_log import kernel_log
from dlws.model.case import Case
from dlws.model.kernel_log import KernelEvent, KernelLog
from dlws.model.system import KernelModule

from .machines import GOOD, Row, log, name, row, statuses


def event(kind: str, severity: str | None = None, code: int | None = None, **rest: Any) -> KernelEvent:
    """An event of this boot."""
    one = KernelEvent(kind=kind, severity=severity, code=code, this_boot=True)
    return replace(one, **rest)


def rows(expected: str, *events: KernelEvent) -> Row:
    """A row for a machine on which these events happened."""
    return row(kernel_log, expected, log(*events))


GPU, DISK, OTHER = "0000:01:00.0", "0000:02:00.0", "0000:09:00.0"
TABLE = [
    rows("ok"),
    row(kernel_log, "warn", log(source=None)),
    row(kernel_log, "skip", replace(log(source=None), not_told=("kernel_log",))),
    rows("ok", event("xid", code=31, subject="0000:01:00")),
    rows("ok", event("xid", code=13)),
    rows("ok", event("xid", code=43)),
    rows("ok", event("xid", code=45)),
    rows("warn", event("xid", code=63)),
    rows("fail", event("xid", code=48)),
    rows("fail", event("xid", code=79)),
    rows("fail", event("xid", code=94)),
    rows("warn", event("xid", code=9999)),
    rows("warn", event("xid", code=None)),
    rows("fail", event("xid", "fatal", 149)),
    rows("warn", event("xid", "nonfatal", 145)),
    rows("warn", event("xid", code=79, this_boot=False)),
    rows("ok", event("xid", code=63, this_boot=False)),
    rows("fail", event("xid", code=79, this_boot=None)),
    rows("fail", event("sxid", "fatal", 12028)),
    rows("warn", event("sxid", "nonfatal", 11012)),
    rows("fail", event("gpu_lost")),
    rows("fail", event("nvrm", cause="init_failed")),
    rows("ok", event("nvrm", cause="api_mismatch")),
    rows("ok", event("module", cause="key_rejected")),
    rows("ok", event("module", cause="wrong_kernel")),
    rows("ok", event("nvrm", cause="none_found")),
    rows("fail", event("nvrm", cause="no_answer")),
    rows("fail", event("nvrm", cause="no_power")),
    rows("fail", event("amdgpu", "uncorrected")),
    rows("fail", event("amdgpu", "fatal", cause="bad_pages")),
    rows("warn", event("amdgpu", "corrected")),
    rows("warn", event("nvgpu", code=31)),
    rows("warn", event("iommu", subject=OTHER)),
    rows("ok", event("iommu", subject="0000:00:02.0")),
    rows("warn", event("thermal", cause="over_current")),
    rows("warn", event("nic", subject="0000:5e:00.0")),
    rows("warn", event("amdgpu")),
    rows("warn", event("nouveau")),
    rows("ok", event("aer", "corrected", count=3)),
    rows("warn", event("aer", "corrected", count=725)),
    rows("warn", event("aer", "uncorrected", subject=OTHER)),
    rows("fail", event("aer", "uncorrected", subject=GPU)),
    rows("fail", event("aer", "uncorrected", subject="0000:01:00.1")),
    rows("fail", event("aer", "uncorrected", subject=DISK)),
    rows("fail", event("aer", "fatal", subject=OTHER)),
    rows("warn", event("mce", "corrected")),
    rows("warn", event("mce", "deferred")),
    rows("warn", event("mce")),
    rows("fail", event("mce", "uncorrected")),
    rows("fail", event("mce", "fatal")),
    rows("warn", event("edac", "corrected", count=262)),
    rows("fail", event("edac", "uncorrected")),
    rows("warn", event("thermal")),
    rows("fail", event("thermal", "fatal")),
    rows("warn", event("io", cause="reset")),
    rows("fail", event("io", "fatal", cause="lost")),
    rows("fail", event("panic", "fatal")),
    rows("warn", event("panic", "fatal", this_boot=False)),
    rows("warn", event("oops")),
    rows("ok", event("oom")),
    rows("ok", event("hung_task")),
    rows("ok", event("something_of_a_later_version")),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


def test_events_of_one_meaning_at_one_place_are_one_finding() -> None:
    first = event("io", subject="nvme0n1", count=3, cause="reset")
    second = event("io", "fatal", subject="nvme0n1", cause="lost")
    (found,) = ask(kernel_log, Case(have=log(first, second)))
    assert (found.status.value, found.subject, found.evidence["count"]) == ("fail", "nvme0n1", 4)


def test_a_gpu_is_called_by_its_number() -> None:
    (found,) = ask(kernel_log, Case(have=log(event("xid", code=79, subject="0000:01:00"))))
    assert found.subject == "gpu0"


def test_an_event_of_an_unknown_boot_only_warns_beside_the_log_of_this_boot() -> None:
    both = KernelLog(
        source="dmesg", earlier_source="/var/log/kern.log", events=(event("gpu_lost", this_boot=None),)
    )
    assert statuses(row(kernel_log, "warn", replace(GOOD, kernel_log=both))) == "warn"


def test_a_module_of_another_kernel_is_told_where_nothing_else_is_known_of_it() -> None:
    good = log(event("module", cause="wrong_kernel"))
    unknown = replace(good, software=replace(good.software, kernel_module=KernelModule()))
    (finding,) = ask(kernel_log, Case(have=unknown))
    assert finding.what == "the kernel refused NVIDIA's module"
