"""Kernel logs that people send, in their forms."""

import json

from dlws.host.attachment import Attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.quoting import clean
from dlws.model.kernel_log import KernelLog
from dlws.probes.kernel_log import kernel_log
from dlws.probes.problems import Problems

XID79 = "NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus."


def read(text: str) -> KernelLog:
    """Events of the log in a text."""
    kinds, evidence = recognise(clean(text))
    assert kinds, "not recognised"
    return kernel_log.probe(Attachment("x", kinds[0].name, evidence), Problems())


def test_dmesg_as_json() -> None:
    rows = [{"pri": 6, "time": 0.0, "msg": "Linux version 6.8.0"}, {"pri": 3, "time": 12.5, "msg": XID79}]
    (event,) = read(json.dumps({"dmesg": rows}, indent=3)).events
    assert (event.kind, event.code, event.first, event.this_boot) == ("xid", 79, "12.500000", True)


def test_a_journal_as_json() -> None:
    boots = [("aa", XID79, "kernel"), ("bb", "quotes " + XID79, "python"), ("bb", XID79, "kernel")]
    lines = [
        json.dumps(
            {
                "__REALTIME_TIMESTAMP": str(1751838345304276 + number),
                "_BOOT_ID": boot,
                "SYSLOG_IDENTIFIER": sender,
                "_TRANSPORT": "kernel" if sender == "kernel" else "stdout",
                "MESSAGE": message,
            }
        )
        for number, (boot, message, sender) in enumerate(boots)
    ]
    found = read("\n".join(lines))
    assert [(event.code, event.this_boot) for event in found.events] == [(79, False), (79, True)]
    assert found.events[1].first == "2025-07-06T21:45:45.304278+00:00"


def test_forms_that_are_known_by_their_stamps() -> None:
    for line in (
        "[  +0.000844] " + XID79,
        "[四 3月 20 21:01:25 2025] " + XID79,
        "11月 16 04:38:20 host kernel: " + XID79,
        "[   12.500000 <    0.000012>] " + XID79,
        "2016-07-31 16:26:53 +0000 UTC kern.alert kernel: " + XID79,
    ):
        assert [event.code for event in read(line + "\n").events] == [79], line


def test_a_board_is_named_where_its_name_cannot_be_taken_for_the_machines() -> None:
    for told, name in (
        ("ACME Model 7/X1 PRO", "X1 PRO"),
        ("ACME Model 7/X1/CSM", None),
        ("ACME Model 7", None),
    ):
        _, evidence = recognise(f"[    0.000000] DMI: {told}, BIOS 1.23 04/05/2020\n")
        found = evidence.files.get("/sys/class/dmi/id/board_name")
        assert (found.decode() if found else None) == name
