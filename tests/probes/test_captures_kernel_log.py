"""Share of right verdicts about captured kernel logs. See it with ``pytest -s``."""

import gzip
import time
from pathlib import Path

from dlws.model.kernel_log import KernelEvent
from dlws.probes.kernel_log.kernel_log import events

from .shares import Share

Verdict = tuple[str, str | None, int | None, str | None, int]
"""Kind, subject, Xid number, severity, count."""

VERDICTS: dict[str, set[Verdict]] = {
    "clean/clu6": set(),
    "clean/phoenix": set(),
    "clean/venroot": set(),
    "venroot_pop-os_journalctl": set(),
    "marwank270_journal": set(),
    "gpud_dmesg_nccl_segfault": set(),
    "gpud_dmesg_oom": {
        ("xid", "0000:38:00.0", 13, None, 16), ("xid", "0000:38:00.0", 43, None, 1),
        ("oom", "httpd", None, None, 2), ("oom", "python", None, None, 1),
        ("oom", "node", None, None, 1)},
    "gpud_pstore": {("panic", None, None, "fatal", 1)},
    "issues/dkms_fail_fedora40": set(),
    "issues/dkms_fail_popos": set(),
    "issues/dkms_status": set(),
    "issues/edac_ce_262": {("edac", "CPU_SrcID#0_Ha#0_Chan#1_DIMM#0", None, "corrected", 262)},
    "issues/edac_ce_sbridge": {("edac", "CPU_SrcID#1_Ha#0_Chan#0_DIMM#0", None, "corrected", 1)},
    "issues/fallen_off": {("gpu_lost", "0000:b3:00.0", None, None, 1), ("nvrm", None, None, None, 1)},
    "issues/nouveau_conflict": {("nvrm", None, None, None, 1)},
    "issues/rasmc": {("mce", "CPU 2", None, "corrected", 1)},
    "issues/rminit_5080": {("nvrm", "0000:09:00.0", None, None, 3)},
    "issues/rminit_vmware": {("nvrm", "0000:13:00.0", None, None, 1), ("oops", None, None, None, 1)},
    "issues/secureboot": {("module", None, None, None, 5)},
    "issues/wsl2": set(),
    "issues/xid145": {
        ("xid", "0019:01:00.0", 149, "fatal", 1), ("xid", "0000:00:00.0", 149, "fatal", 1),
        ("xid", "0018:01:00.0", 145, "nonfatal", 1), ("xid", "0000:9b:00.0", 94, None, 1)},
    "mce/linux-edac_122026": {("mce", "CPU:0", None, "deferred", 3)},
    "mce/linux-edac_192020": {
        ("mce", "CPU 18", None, "fatal", 1), ("mce", "CPU 1 DIMM 8", None, "fatal", 1),
        ("mce", "CPU 1 DIMM 4", None, "fatal", 1), ("panic", None, None, "fatal", 1),
        ("panic", None, None, "fatal", 2)},
    "mce/linux-edac_232021": {("mce", "CPU 0", None, "uncorrected", 1)},
    "mce/linux-edac_252023": {
        ("mce", "CPU:65", None, "deferred", 1), ("mce", "CPU:67", None, "deferred", 1),
        ("edac", "mc#0csrow#0channel#2", None, "uncorrected", 1),
        ("edac", "mc#1csrow#0channel#6", None, "uncorrected", 1)},
    "mce/linux-edac_312022": {("mce", "CPU 2", None, "fatal", 1), ("panic", None, None, "fatal", 1)},
    "mce/linux-edac_52025": {("mce", "CPU 178", None, "fatal", 1), ("panic", None, None, "fatal", 1)},
    "mce/linux-edac_82019": {("mce", "CPU:2", None, "corrected", 1)},
    "nouveau/nouveau_252025": set(),
    "nouveau/nouveau_292019": set(),
    "pci/linux-pci_012022": {
        ("amdgpu", None, None, None, 2), ("amdgpu", "0000:07:00.0", None, None, 2),
        ("iommu", "0000:07:00.0", None, None, 1)},
    "pci/linux-pci_022019_PROBLEM_PCIe_Bus_Error_atleast.error": {
        ("aer", "0000:00:1c.5", None, "corrected", 241)},
    "pci/linux-pci_132025": set(),
    "pci/linux-pci_152023": {
        ("aer", "0000:a9:10.0", None, "fatal", 2), ("aer", "0000:a9:10.0", None, "uncorrected", 2),
        ("io", "nvme1", None, "fatal", 1),
        ("io", "nvme1", None, None, 1), ("io", "nvme1", None, None, 2)},
    "pci/linux-pci_212020_Unrecoverable": {("aer", "0000:00:03.1", None, "uncorrected", 1)},
    "pci/linux-pci_232020": {("amdgpu", None, None, None, 1), ("amdgpu", "0000:0b:00.0", None, None, 1)},
    "pci/linux-pci_242023": {
        ("aer", "0000:6f:02.0", None, "corrected", 1), ("aer", "0000:70:00.0", None, "corrected", 10)},
    "pci/linux-pci_242025": set(),
    "pci/linux-pci_252024_PATCHv3_pci-next_1_2_PCI_AER_correctable_error_message_as_.lspci": set(),
    "pci/linux-pci_292024": {("aer", "0000:00:06.0", None, "corrected", 4)},
}  # fmt: skip
"""What a person concludes from each log; an empty set: nothing there is a fault."""
SECTIONS: dict[str, set[tuple[str, int | None, bool | None]]] = {
    "Trourest186/dmesg": {("nvrm", None, True)},
    "danslo/dmesg": set(),
    "danslo/kernlog_scan": set(),
    "lfrommelt/dmesg": set(),
    "lfrommelt/kernlog_scan": set(),
    "marwank270/dmesg": set(),
    "marwank270/kernlog_scan": set(),
    "mikhail99/dmesg": {("xid", 31, True)},
    "mikhail99/kernlog_scan": {("xid", 31, None), ("xid", 31, True)},
    "obayyub/dmesg": set(),
    "obayyub/kernlog_scan": {
        ("xid", 79, None), ("gpu_lost", None, None), ("xid", 79, False), ("gpu_lost", None, False)},
    "sreeragvn/dmesg": set(),
    "sreeragvn/kernlog_scan": {("xid", 31, None)},
}  # fmt: skip


def _verdicts(found: tuple[KernelEvent, ...]) -> set[Verdict]:
    return {(event.kind, event.subject, event.code, event.severity, event.count) for event in found}


def test_verdicts(captures: Path) -> None:
    share = Share("kernel logs, verdicts")
    for start, wanted in VERDICTS.items():
        files = sorted((captures / "klog").glob(f"{start}*"))
        assert files, start
        for file in files:
            got = _verdicts(events(file.read_text(errors="replace")))
            for verdict in wanted | got:
                share.equal(f"{file.name}: {verdict}", verdict in got, verdict in wanted)
            if not wanted and not got:
                share.equal(file.name, got, wanted)
    share.check(1.0, at_least=60)


def test_boots_in_bug_reports(captures: Path) -> None:
    share = Share("sections of nvidia-bug-report, events and their boots")
    for name, wanted in SECTIONS.items():
        text = (captures / f"nvidia-bug-report/sections/{name}.txt").read_text(errors="replace")
        got = {
            (event.kind, event.code, event.this_boot)
            for event in events(text, name.endswith("dmesg") or None)
        }
        share.equal(name, got, wanted)
    share.check(1.0, at_least=13)


def test_nothing_raises_and_every_log_is_quick(captures: Path) -> None:
    start, size = time.process_time(), 0
    for file in captures.rglob("*"):
        if file.is_file() and file.suffix != ".bz2":
            data = gzip.decompress(file.read_bytes()) if file.name.endswith(".log.gz") else file.read_bytes()
            size += len(data)
            for event in events(data.decode("utf-8", "replace")):
                assert event.kind and event.count >= 1, file
    took = time.process_time() - start
    print(f"\nall captures, {size / 2**20:.0f} MiB: {took:.1f} s")
    assert took < 30
