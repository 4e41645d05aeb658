"""Kernel log: which lines are faults, how bad, how many, and of which boot."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.catalog import xid
from dlws.host import Output
from dlws.model.kernel_log import KernelEvent
from dlws.probes.kernel_log import kernel_log, kernel_sources
from dlws.probes.kernel_log.kernel_events import BOOTS, RULES
from dlws.probes.kernel_log.kernel_lines import parse
from dlws.probes.kernel_log.kernel_log import events
from dlws.probes.problems import Problems

from .trees import machine

XID79 = "NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
LOST = "NVRM: GPU 0000:01:00.0: GPU has fallen off the bus."
AER = "pcieport 0000:00:1c.5: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)"
STAMPS = {
    f"[  283.716441] {XID79}": "283.716441",
    f"[  283.716441][ T1234] {XID79}": "283.716441",
    f"[Mon Oct  3 13:52:42 2022] {XID79}": "2022-10-03T13:52:42",
    f"kern  :warn  : 2025-01-21T04:41:44,283302+00:00 {XID79}": "2025-01-21T04:41:44.283302+00:00",
    f"kern  :warn  : [   12.500000] {XID79}": "12.500000",
    f"<4>[    2.608284] {XID79}": "2.608284",
    f"4,1234,567890,-;{XID79}": "0.56789",
    f"4,1234,567890,-,caller=T1;{XID79}": "0.56789",
    f"2025-07-06T21:45:45.304276-04:00 host kernel: {XID79}": "2025-07-06T21:45:45.304276-04:00",
    f"2025-07-06T21:45:45-0400 host kernel: [ 12.3] {XID79}": "2025-07-06T21:45:45-0400",
    f"2025-07-06 21:45:45 host kernel: {XID79}": "2025-07-06T21:45:45",
    f"Jul 07 18:36:09 host kernel: {XID79}": "Jul 07 18:36:09",
    f"Jul  7 18:36:09.123456 host kernel: {XID79}": "Jul  7 18:36:09.123456",
    f"Feb 23 03:28:16 kernel: {XID79}": "Feb 23 03:28:16",
    f"Feb 23 03:28:16  kernel: {XID79}": "Feb 23 03:28:16",
    f"août 25 19:38:03 host kernel: {XID79}": "août 25 19:38:03",
    f"[   12.345678] host kernel: {XID79}": "12.345678",
    f"> > [   12.345678] {XID79}": "12.345678",
    f"  | {XID79}": None,
    f"[2023-06-22 21:55:31.352444][5975153.869131] {XID79}": "2023-06-22T21:55:31.352444",
    f"/var/log/syslog:Apr  9 12:59:18 host kernel: [213201.718230] {XID79}": "Apr  9 12:59:18",
    f"[...] {XID79}": None,
    f" kernel:[  316.593422] {XID79}": "316.593422",
    f"11月 16 04:38:20 host kernel: {XID79}": "11月 16 04:38:20",
    f"[四 3月 20 21:01:25 2025] {XID79}": "2025-03-20T21:01:25",
    f"[ven. janv. 12 10:00:00 2024] {XID79}": None,
    f"[Feb22 04:01] {XID79}": "Feb22 04:01",
    f"[  +0.000844] {XID79}": None,
    f"[  283.716441 <    0.000012>] {XID79}": "283.716441",
    f"22:39:31 kernel: {XID79}": "22:39:31",
    f"2016-07-31 16:26:53 +0000 UTC kern.alert kernel: {XID79}": "2016-07-31T16:26:53+0000",
    f"2026-09-13T22:23:00 {XID79}": "2026-09-13T22:23:00",
    XID79: None,
}
EVENTS = {
    XID79: ("xid", "0000:01:00.0", "79", None, 1),
    "NVRM: Xid (0019:01:00): 149, NETIR Fatal XC0 i0 Link -1": ("xid", "0019:01:00.0", "149", "fatal", 1),
    "NVRM: Xid (PCI:0018:01:00): 145, RLW_RXPIPE Nonfatal XC0": ("xid", "0018:01:00.0", "145", "nonfatal", 1),
    "NVRM: Xid (PCI:...): 145, RLW_RXPIPE Nonfatal XC0": ("xid", None, "145", "nonfatal", 1),
    "NVRM: Xid (PCI:0000:XX:00): 31, pid=1": ("xid", None, "31", None, 1),
    "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/x,task_memcg=/x/y,task=pt_main,pid=4,uid=0": (
        "oom", "pt_main", None, None, 1),
    "mlx5_core 0000:5e:00.0: device's health compromised - reached miss count": (
        "nic", "0000:5e:00.0", None, None, 1),
    "NVRM: Xid (3:0): 13, 0003 00000000": ("xid", "0000:03:00.0", "13", None, 1),
    "NVRM: Xid (PCI:0000:38:00 GPU-I:05): 31, pid=12": ("xid", "0000:38:00.0", "31", None, 1),
    "nvidia-nvswitch3: SXid (PCI:0000:86:00.0): 24007, Non-fatal, Link 44": (
        "sxid", "0000:86:00.0", "24007", "nonfatal", 1),
    LOST: ("gpu_lost", "0000:01:00.0", None, None, 1),
    "NVRM: GPU 0000:09:00.0: RmInitAdapter failed! (0x22:0x56:894)": ("nvrm", "0000:09:00.0", None, None, 1),
    "nouveau 0000:01:00.0: DRM: core notifier timeout": ("nouveau", "0000:01:00.0", None, None, 1),
    "[drm] nouveau 0000:01:00.0: Failed to idle channel 1.": ("nouveau", "0000:01:00.0", None, None, 1),
    "NVRM: GPU0 nvCheckOkFailedNoLog: Check failed: Reset required [NV_ERR_RESET_REQUIRED] (0x62) returned": (
        "nvrm", None, None, None, 1),
    "[drm:amdgpu_job_timedout [amdgpu]] *ERROR* ring gfx timeout, signaled seq=1": (
        "amdgpu", None, None, None, 1),
    "amdgpu 0000:c1:00.0: amdgpu: 3 uncorrectable hardware errors detected in umc block": (
        "amdgpu", "0000:c1:00.0", None, "uncorrected", 3),
    "amdgpu 0000:c5:00.0: amdgpu: ring gfx_0.0.0 timeout, signaled seq=26": (
        "amdgpu", "0000:c5:00.0", None, None, 1),
    "amdgpu 0000:12:00.0: Ring gfx_0.0.0 reset failed": ("amdgpu", "0000:12:00.0", None, None, 1),
    AER: ("aer", "0000:00:1c.5", None, "corrected", 1),
    AER.replace("Corrected", "Uncorrectable (Fatal)"): ("aer", "0000:00:1c.5", None, "fatal", 1),
    AER.replace("Corrected", "Uncorrected (Non-Fatal)"): ("aer", "0000:00:1c.5", None, "uncorrected", 1),
    "EDAC MC1: 262 CE memory read error on CPU_SrcID#0_Chan#1_DIMM#0 (channel:1 slot:0)": (
        "edac", "CPU_SrcID#0_Chan#1_DIMM#0", None, "corrected", 262),
    "EDAC MC0: 1 UE Cannot decode normalized address on mc#0csrow#0channel#2 (csrow:0)": (
        "edac", "mc#0csrow#0channel#2", None, "uncorrected", 1),
    'EDAC MC0: CE page 0x1, offset 0x2, row 4, channel 1, label "DIMM_A1": amd64_edac': (
        "edac", "DIMM_A1", None, "corrected", 1),
    "mce: [Hardware Error]: CPU 18: Machine Check Exception: 5 Bank 7: be00000001010090": (
        "mce", "CPU 18", None, "fatal", 1),
    "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 0: a000000000004321": (
        "mce", "CPU 0", None, "uncorrected", 1),
    "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 11: 8c00004f000800c2": (
        "mce", "CPU 0", None, "corrected", 1),
    "[Hardware Error]: CPU:2 (17:1:2) MC4_STATUS[-|CE|MiscV|AddrV|-|SyndV|CECC|-|-|Scrub]: 0x9c": (
        "mce", "CPU:2", None, "corrected", 1),
    "[Hardware Error]: CPU:0 (19:50:0) MC14_STATUS[-|-|-|AddrV|PCC|-|-|Deferred|-|-]: 0x8700900800000000": (
        "mce", "CPU:0", None, "deferred", 1),
    "mce: CPU3: Package temperature above threshold, cpu clock throttled (total events = 17)": (
        "thermal", None, None, None, 17),
    "thermal thermal_zone0: critical temperature reached, shutting down": (
        "thermal", "thermal_zone0", None, "fatal", 1),
    "Memory cgroup out of memory: Killed process 42 (python3) total-vm:1kB": (
        "oom", "python3", None, None, 1),
    "blk_update_request: I/O error, dev sda, sector 123 op 0x0": ("io", "sda", None, None, 1),
    "nvme nvme1: Disabling device after reset failure: -5": ("io", "nvme1", None, "fatal", 1),
    "message repeated 3 times: [ " + LOST + "]": ("gpu_lost", "0000:01:00.0", None, None, 3),
    "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service": (
        "module", None, None, None, 1),
    "Kernel panic - not syncing: Fatal machine check": ("panic", None, None, "fatal", 1),
    "NVRM: nvAssertOkFailedNoLog: Assertion failed: GPU lost from the bus [NV_ERR_GPU_IS_LOST] (0x0000000F)": (
        "gpu_lost", None, None, None, 1),
    "NVRM: GPU0 _issueRpcAndWait: rpcSendMessage failed with status 0x0000000f for fn 76!": (
        "gpu_lost", None, None, None, 1),
    "NVRM: _issueRpcAndWait: rpcSendMessage failed with status 0x00000011 for fn 10!": (
        "nvrm", None, None, None, 1),
    "nvidia 0000:01:00.0: Unable to change power state from D3cold to D0, device inaccessible": (
        "gpu_lost", "0000:01:00.0", None, None, 1),
    "vfio-pci 0000:01:00.0: can't change power state from D3cold to D0 (config space inaccessible)": (
        "gpu_lost", "0000:01:00.0", None, None, 1),
    "nvme 0000:04:00.0: Unable to change power state from D3cold to D0, device inaccessible": (
        "io", "0000:04:00.0", None, "fatal", 1),
    "NVRM: GPU 0000:65:00.0: GPU does not have the necessary power cables connected.": (
        "nvrm", "0000:65:00.0", None, None, 1),
    "nvidia: probe of 0000:01:00.0 failed with error -1": ("nvrm", "0000:01:00.0", None, None, 1),
    "nvidia 0000:01:00.0: probe with driver nvidia failed with error -1": (
        "nvrm", "0000:01:00.0", None, None, 1),
    "nvidia: disagrees about version of symbol module_layout": ("module", None, None, None, 1),
    "amdgpu 0000:1c:00.0: {1}uncorrectable hardware error(ERREVENT_ATHUB_INTERRUPT) detected!": (
        "amdgpu", "0000:1c:00.0", None, "uncorrected", 1),
    "amdgpu 0000:1c:00.0: amdgpu: socket: 0, die: 1 4 new correctable hardware errors detected in gfx block": (
        "amdgpu", "0000:1c:00.0", None, "corrected", 4),
    "amdgpu 0000:02:00.0: amdgpu: Saved bad pages 150 reaches threshold value 128": (
        "amdgpu", "0000:02:00.0", None, "fatal", 1),
    "amdgpu 0000:03:00.0: amdgpu: ERROR: GPU over temperature range(SW CTF) detected!": (
        "amdgpu", "0000:03:00.0", None, "fatal", 1),
    "[drm:mes_v11_0_submit_pkt_and_poll_completion.constprop.0 [amdgpu]] *ERROR* MES failed to response msg=3": (
        "amdgpu", None, None, None, 1),
    "radeon 0000:01:00.0: ring 0 stalled for more than 10240msec": ("radeon", "0000:01:00.0", None, None, 1),
    "i915 0000:00:02.0: [drm] *ERROR* rcs0 reset request timed out: {request: 00000001}": (
        "i915", "0000:00:02.0", None, None, 1),
    "drm/i915: Resetting chip after gpu hang": ("i915", None, None, None, 1),
    "i915 0000:00:02.0: [drm] *ERROR* GT0: GUC: TLB invalidation response timed out for seqno 309": (
        "i915", "0000:00:02.0", None, None, 1),
    "xe 0000:c3:00.0: [drm] Tile0: GT0: Engine reset: engine_class=ccs, logical_mask: 0x1": (
        "xe", "0000:c3:00.0", None, None, 1),
    "xe 0000:03:00.0: [drm] *ERROR* CRITICAL: Xe has declared device 0000:03:00.0 as wedged.": (
        "xe", "0000:03:00.0", None, None, 1),
    "nvgpu: 17000000.gpu  nvgpu_set_err_notifier_locked:143  [ERR]  error notifier set to 31 for ch 479": (
        "nvgpu", "17000000.gpu", "31", None, 1),
    "nvidia 0000:07:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0003 address=0x80 flags=0x0020]": (
        "iommu", "0000:07:00.0", None, None, 1),
    "AMD-Vi: Event logged [IO_PAGE_FAULT device=0b:00.0 domain=0x000c address=0x80 flags=0x0020]": (
        "iommu", "0000:0b:00.0", None, None, 1),
    "DMAR: [DMA Read NO_PASID] Request device [3b:00.0] fault addr 0x7cd80000 [fault reason 0x06]": (
        "iommu", "0000:3b:00.0", None, None, 1),
    "[Hardware Error]: CPU 2: Machine Check: 0 Bank 11: 8c00004f000800c2": (
        "mce", "CPU 2", None, "corrected", 1),
    "Memory failure: 0x2fa2e: recovery action for dirty LRU page: Recovered": (
        "mce", None, None, "uncorrected", 1),
    "EEH: Frozen PHB#3-PE#fd detected": ("aer", None, None, "uncorrected", 1),
    "thermal thermal_zone0: acpitz: critical temperature reached, shutting down": (
        "thermal", "thermal_zone0", None, "fatal", 1),
    "Critical temperature reached (100 C), shutting down": ("thermal", None, None, "fatal", 1),
    "soctherm: OC ALARM 0x00000001": ("thermal", None, None, None, 1),
    "end_request: I/O error, dev sdb, sector 4711": ("io", "sdb", None, None, 1),
    "end_request: critical medium error, dev sdb, sector 4711": ("io", "sdb", None, "uncorrected", 1),
    "ata3.00: error: { UNC }": ("io", "ata3.00", None, "uncorrected", 1),
    "sd 2:0:0:0: [sdc] rejecting I/O to offline device": ("io", "sdc", None, "fatal", 1),
    "nvme nvme2: Device not ready; aborting reset, CSTS=0x1": ("io", "nvme2", None, None, 1),
    "md: kicking non-fresh sdb1 from array!": ("io", "sdb1", None, None, 1),
    "raid1: Disk failure on sdb1, disabling device.": ("io", "sdb1", None, "fatal", 1),
    "XFS (vda4): Metadata corruption detected at xfs_buf_ioend+0x162/0x570 [xfs]": ("io", "vda4", None, None, 1),
    "XFS (sdb1): Metadata CRC error detected at xfs_dir3_block_read_verify+0x5e": ("io", "sdb1", None, None, 1),
    "BTRFS warning (device sda2): csum failed root 257 ino 41 off 0 csum 0x3e expected csum 0x12": (
        "io", "sda2", None, None, 1),
    "WARNING: Pool 'tank' has encountered an uncorrectable I/O failure and has been suspended.": (
        "io", "tank", None, "fatal", 1),
    "EXT3-fs error (device sda3): ext3_lookup: deleted inode referenced": ("io", "sda3", None, None, 1),
    "Internal error: Oops: 0000000096000004 [#1] SMP": ("oops", None, None, None, 1),
    "general protection fault, probably for non-canonical address 0x25: 0000 [#1] SMP NOPTI": (
        "oops", None, None, None, 1),
    "rcu: INFO: rcu_sched self-detected stall on CPU": ("lockup", None, None, None, 1),
    "INFO: rcu_sched_state detected stall on CPU 3 (t=15000 jiffies)": ("lockup", "CPU 3", None, None, 1),
}  # fmt: skip
INNOCENT = [
    "pcieport 0000:00:01.0: AER: enabled with IRQ 123",
    "acpi PNP0A08:00: _OSC: OS now controls [PCIeHotplug AER PCIeCapability LTR DPC]",
    "EDAC MC0: Giving out device to module skx_edac controller Skylake Socket#0 IMC#0: DEV 0000:2e:0a.0",
    "EDAC amd64: MC: 0: 32768MB 1: 32768MB",
    "mce: CPU0: Core temperature/speed normal",
    "mce: [Hardware Error]: TSC 0",
    "nvidia: module license 'NVIDIA' taints kernel.",
    "nvidia: module verification failed: signature and/or required key missing - tainting kernel",
    "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.158.01",
    "python[12]: segfault at 7f797fe00000 ip 00007f7c7ac69996 error 4 in libnccl.so.2[7f7c7ac00000+d3d3000]",
    "code should be able to recognize that the device has fallen off the bus when it",
    "I/O error, dev fd0, sector 0 op 0x0:(READ)",
    "Buffer I/O error on dev mtdblock5, logical block 3920, async page read",
    "NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)",
    "nvidia-modeset: ERROR: GPU:0: Unable to read EDID for display device DP-0",
    "BTRFS info (device sda2): disk space caching is enabled",
    "EXT4-fs (sda1): re-mounted. Opts: errors=remount-ro",
    "i915 0000:00:02.0: vgaarb: changed VGA decodes: olddecodes=io+mem,decodes=none:owns=io+mem",
    "vfio-pci 0000:01:00.1: Unable to change power state from D3cold to D0, device inaccessible",
    "iommu: DMA domain TLB invalidation policy: lazy mode",
    "I/O error, dev sr0, sector 0 op 0x0:(READ)",
    "nouveau 0000:01:00.0: DRM: failed to create encoder 0/1/0: -19",
    "amdgpu 0000:03:00.0: amdgpu: Trusted Memory Zone (TMZ) feature disabled as experimental (default)",
    "Jul 07 18:36:09 host python[321]: NVRM: Xid (PCI:0000:01:00): 79, quoted by a program",
]


@pytest.mark.parametrize("line", STAMPS)
def test_every_layout_gives_message_and_time(line: str) -> None:
    (event,) = events(line)
    assert (event.code, event.first, event.message) == (79, STAMPS[line], XID79)


@pytest.mark.parametrize("line", EVENTS)
def test_faults(line: str) -> None:
    (event,) = events(f"[    1.000000] {line}\n")
    code = None if event.code is None else str(event.code)
    assert (event.kind, event.subject, code, event.severity, event.count) == EVENTS[line]


@pytest.mark.parametrize("line", INNOCENT)
def test_no_fault(line: str) -> None:
    assert events(line) == ()


def test_repeats_are_one_event_with_a_count() -> None:
    (event,) = events(f"[1.0] {AER}\n" * 725 + f"[9.5] {AER}\n")
    assert (event.count, event.first, event.last) == (726, "1.0", "9.5")


def test_an_error_told_twice_counts_once_and_names_the_port() -> None:
    received = "pcieport 0000:00:03.1: AER: Multiple Corrected error received: 0000:0a:00.0"
    (event,) = events(
        f"{received}\nnvme 0000:0a:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer\n"
    )
    assert (event.subject, event.port, event.count) == ("0000:0a:00.0", "0000:00:03.1", 1)


def test_lines_broken_by_a_mail_program() -> None:
    text = (
        "[ 9.346442] pcieport 0000:00:1d.2: AER: Multiple Uncorrected\n(Fatal) error received: 0000:00:1d.2\n"
        "[ 9.346491] pcieport 0000:00:1d.2: PCIe Bus Error:\nseverity=Uncorrected (Fatal), type=Data Link\n"
    )
    (event,) = events(text)
    assert (event.subject, event.severity, event.count) == ("0000:00:1d.2", "fatal", 1)


def test_lost_without_an_xid_over_three_lines() -> None:
    text = (
        "[ 1843.308145] NVRM: The NVIDIA GPU 0000:b3:00.0\n"
        "               NVRM: (PCI ID: 10de:26b5) installed in this system has\n"
        "               NVRM: fallen off the bus and is not responding to commands.\n"
    )
    (event,) = events(text)
    assert (event.kind, event.subject) == ("gpu_lost", "0000:b3:00.0")


def test_firmware_records_of_pcie_and_memory() -> None:
    text = (
        "[ 84.3] {9}[Hardware Error]: event severity: corrected\n"
        "[ 84.3] {9}[Hardware Error]:  Error 0, type: corrected\n"
        "[ 84.3] {9}[Hardware Error]:   section_type: PCIe error\n"
        "[ 84.3] {9}[Hardware Error]:   device_id: 0000:70:00.0\n"
        "[ 99.3] {1}[Hardware Error]: event severity: fatal\n"
        "[ 99.3] {1}[Hardware Error]:   section_type: memory error\n"
        "[ 99.3] {1}[Hardware Error]:   DIMM location: CPU 1 DIMM 8\n"
    )
    assert [(event.kind, event.subject, event.severity) for event in events(text)] == [
        ("aer", "0000:70:00.0", "corrected"),
        ("mce", "CPU 1 DIMM 8", "fatal"),
    ]


def test_a_machine_check_that_is_decoded_is_not_told_twice() -> None:
    logged = "mce: [Hardware Error]: Machine check events logged"
    assert [event.kind for event in events(logged)] == ["mce"]
    decoded = events(f"{logged}\nEDAC MC1: 1 CE memory read error on DIMM_A1 (channel:0)")
    assert [(event.kind, event.subject) for event in decoded] == [("edac", "DIMM_A1")]


def test_a_cgroups_limit_in_two_lines_is_one_event() -> None:
    (event,) = events(
        "[1.0] Memory cgroup out of memory: Kill process 24572 (java) score 0 or sacrifice child\n"
        "[1.0] Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB\n"
    )
    assert (event.subject, event.cause, event.count) == ("java", "cgroup", 1)


def test_the_aftermath_of_a_loss_is_not_told_again() -> None:
    after = (
        "NVRM: _issueRpcAndWait: rpcSendMessage failed with status 0x0000000f for fn 76!\n"
        "NVRM: _issueRpcAndWait: rpcSendMessage failed with status 0x00000011 for fn 10!\n"
        "nvidia-modeset: ERROR: GPU:0: Failed to query display engine channel state: 0x0000c67d:0:0:0x0f\n"
    )
    assert {event.kind for event in events(f"{LOST}\n{after}")} == {"gpu_lost"}
    assert len(events(f"{LOST}\n{after}")) == 1
    crash = "NVRM: Xid (PCI:0000:01:00): 13, Graphics Exception: ESR 0x404000=0x80000002\n"
    assert {event.kind for event in events(crash + after)} == {"xid", "gpu_lost", "nvrm"}


def test_the_registers_of_an_nvswitch_are_part_of_its_error() -> None:
    start = "nvidia-nvswitch3: SXid (PCI:0000:86:00.0): 24007, "
    (event,) = events(
        f"{start}Fatal, Link 44 sourceport timeout\n{start}Severity 1 Engine instance 44\n{start}Data {{0x4}}\n"
    )
    assert (event.severity, event.count) == ("fatal", 1)
    assert events(f"{start}Data {{0x4}}\n")[0].severity is None


@pytest.mark.parametrize(
    "boundary",
    ["[    0.000000] Linux version 6.8.0-45-generic (x)", "-- Boot 0123456789abcdef --", "-- Reboot --", ""],
)
def test_earlier_boots_are_apart(boundary: str) -> None:
    text = f"[ 500.0] {XID79}\n{boundary}\n[ 2.0] NVRM: Xid (PCI:0000:01:00): 31, pid=1\n"
    assert [(event.code, event.this_boot) for event in events(text, True)] == [(79, False), (31, True)]


def test_lines_of_several_cpus_may_be_out_of_order() -> None:
    assert len(events(f"[ 10.2] {XID79}\n[ 10.1] {XID79}\n", True)) == 1


def test_what_pstore_kept_is_of_an_earlier_boot() -> None:
    (event,) = events(
        "Panic#1 Part2\n<6>[ 2.6] x\nPanic#1 Part1\n<0>[ 3.1] Kernel panic - not syncing: no\n", True
    )
    assert (event.kind, event.this_boot, event.count) == ("panic", False, 1)


def test_sections_of_a_bug_report() -> None:
    text = f"  /var/log/kern.log:\n{LOST}\n  journalctl -b -0:\n{LOST}\n  journalctl -b -1:\n{LOST}\n"
    assert [event.this_boot for event in events(text)] == [None, True, False]


def test_probe_reads_the_buffer_and_the_journal(tmp_path: Path) -> None:
    journal = (
        f"2025-07-06T21:45:45-0400 host kernel: {XID79}\n-- Boot 0a1b --\n"
        "2025-07-07T08:00:00-0400 host kernel: Linux version 6.8.0\n"
        f"2025-07-07T08:10:00-0400 host kernel: {AER}\n"
    )
    argv = (
        "journalctl", "_TRANSPORT=kernel", "-q", "--no-pager", "-o", "short-iso",
        f"--since=-{kernel_sources.HISTORY_DAYS}d", f"--grep={kernel_sources.GREP}",
    )  # fmt: skip
    host = machine(
        tmp_path,
        {
            "/dev/kmsg": f"4,1,600000000,-;{AER}\n4,2,600000001,-;{AER}\n",
            "/var/log/journal/0a1b/system.journal": "",
        },
        commands={argv: Output(0, journal)},
    )
    problems = Problems()
    found = kernel_log.probe(host, problems)
    assert (found.source, found.earlier_source, problems.sentences()) == ("/dev/kmsg", "journal", ())
    assert [(event.kind, event.count, event.this_boot) for event in found.events] == [
        ("xid", 1, False),
        ("aer", 2, True),
    ]


def test_a_journal_in_memory_knows_no_earlier_boot(tmp_path: Path) -> None:
    argv = (
        "journalctl", "_TRANSPORT=kernel", "-q", "--no-pager", "-o", "short-iso",
        f"--since=-{kernel_sources.HISTORY_DAYS}d", f"--grep={kernel_sources.GREP}",
    )  # fmt: skip
    files = {"/run/log/journal/0a1b/system.journal": "", "/proc/sys/kernel/dmesg_restrict": "1"}
    commands = {argv: Output(0, f"2025-07-06T21:45:45-0400 host kernel: {XID79}\n")}
    problems = Problems()
    found = kernel_log.probe(machine(tmp_path, files, commands=commands, root=False), problems)
    assert (found.source, found.earlier_source) == (kernel_sources.VOLATILE, None)
    assert [event.this_boot for event in found.events] == [True]
    assert len(problems.sentences()) == 1


def test_log_files_where_there_is_no_journal(tmp_path: Path) -> None:
    files = {
        "/var/log/kern.log.1": f"Jul 07 18:36:09 host kernel: {XID79}\n",
        "/var/log/kern.log": f"Jul 08 08:00:00 kernel: Linux version 6\nJul 08 09:00:00 host kernel: {AER}",
    }
    found = kernel_log.probe(machine(tmp_path, files), Problems())
    assert found.earlier_source == "/var/log/kern.log"
    assert [(event.kind, event.this_boot) for event in found.events] == [("xid", False), ("aer", True)]


def test_an_unreadable_log_is_not_a_clean_one(tmp_path: Path) -> None:
    problems = Problems()
    found = kernel_log.probe(
        machine(tmp_path, {"/proc/sys/kernel/dmesg_restrict": "1"}, root=False), problems
    )
    assert found.source is None
    assert "usermod -aG" in problems.sentences()[0]


def test_dmesg_where_there_is_no_kmsg(tmp_path: Path) -> None:
    host = machine(tmp_path, commands={("dmesg",): Output(0, f"[ 1.0] {XID79}\n")})
    (event,) = kernel_log.probe(host, Problems()).events
    assert (event.code, event.this_boot) == (79, True)


def test_a_log_of_16_mib_takes_under_two_seconds() -> None:
    text = f"[  283.716441] {AER}\n" * (16 * 2**20 // (len(AER) + 16))
    start = time.process_time()
    (event,) = events(text)
    assert time.process_time() - start < 4  # twice the goal: the tests' machine may be busy
    assert event.count == text.count("\n")


def test_xid_numbers() -> None:
    known = xid.find(79)
    assert known is not None
    assert (known.mnemonic, known.severity) == ("ROBUST_CHANNEL_GPU_HAS_FALLEN_OFF_THE_BUS", "critical")
    assert xid.find(31) is not None and xid.find(999999) is None
    assert all(one.source and one.confidence for one in xid.catalog().values())


WORDS = [
    *(rule.key for rule in (*RULES, *BOOTS)),
    *EVENTS,
    *INNOCENT,
    "\n",
    "[ 1.0] ",
    "kernel: ",
    "> ",
    "0000:01:00.0",
    " ",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8)).map("".join))
def test_never_raises(text: str) -> None:
    for event in events(text):
        assert isinstance(event, KernelEvent) and event.count >= 0


@given(st.text())
def test_any_text_is_a_line(text: str) -> None:
    assert parse(text).message in text or "message repeated" in text
