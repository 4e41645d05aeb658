"""Kernel messages that tell of a fault of the bus, the processor, memory or a disk."""

from .kernel_rule import PCI, rule

PORT_SEVERITY = r"(?P<severity>Correct\w+|Uncorrect\w+(?: \([\w-]+\))?|Fatal)"
BANK = r"\S+ \[Hardware Error\]: (?P<subject>CPU \d+): Machine Check.*: \w+ Bank \d+: "
AMD_BANK = r"(?:mce: )?\[Hardware Error\]: (?P<subject>CPU:\d+) .*?_STATUS\[[^\]]*"
RECORD = r"(?:(?!event severity:)[\s\S])*?"
"""Anything inside one firmware error record."""


PCI_EXPRESS = (
    rule(
        "aer",
        "PCIe Bus Error",
        rf"\S+ (?P<subject>{PCI}): (?:AER: )?PCIe Bus Error: severity={PORT_SEVERITY}",
    ),
    rule(
        "aer",
        "AER: ",
        rf"\S+ (?P<port>{PCI}): AER: (?:Multiple )?{PORT_SEVERITY} error (?:message )?received(?: from|:)"
        rf"(?: (?P<subject>{PCI}))?",
    ),
    # cper_print_aer() prints aer_uncor_severity for anything worse than a corrected error.
    rule(
        "aer",
        "aer_status:",
        rf"\S+ (?P<subject>{PCI}): (?:AER: )?aer_status: (?:(?!aer_status:)[\s\S])*?aer_uncor_severity",
        "uncorrected",
        near=8,
        also="aer_uncor_severity",
    ),
    rule("aer", "aer_status:", rf"\S+ (?P<subject>{PCI}): (?:AER: )?aer_status: ", "corrected"),
    rule("aer", "DPC: containment event", rf"\S+ (?P<subject>{PCI}): DPC: containment event", "uncorrected"),
    rule(
        "aer",
        "event severity:",
        rf".*event severity: (?P<severity>\w+){RECORD}section_type: PCIe error"
        rf"(?:{RECORD}device_id: (?P<subject>{PCI}))?",
        near=22,
        also="section_type: PCIe error",
    ),
)

MACHINE_CHECKS = (
    rule(
        "mce",
        "event severity:",
        rf".*event severity: (?P<severity>\w+){RECORD}section_type: memory error"
        rf"(?:{RECORD}DIMM location: (?P<subject>[^\n]+))?",
        near=22,
        also="section_type: memory error",
    ),
    rule("mce", "event severity:", r".*event severity: (?P<severity>\w+)"),
    # The flags of the bank's status register, arch/x86/kernel/cpu/mce/amd.c, amd_decode_mce().
    rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|Deferred\|",
        "deferred",
    ),
    rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|UE\|[^\]]*\|PCC\|",
        "fatal",
    ),
    rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|UE\|",
        "uncorrected",
    ),
    rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|CE\|",
        "corrected",
    ),
    # "Machine check: REASON" is printed on the way to a panic only, core.c, mce_panic().
    rule(
        "mce",
        "Machine Check Exception:",
        r"\S+ \[Hardware Error\]: (?P<subject>CPU \d+): Machine Check Exception: "
        r"[\s\S]*\[Hardware Error\]: Machine check: ",
        "fatal",
        near=6,
        also="Machine check: ",
    ),
    # Bits 61 (uncorrected) and 57 (context corrupt) of MCi_STATUS, Intel SDM volume 3B, 16.3.2.2.
    rule(
        "mce",
        "Machine Check",
        BANK + r"[abef][2367abef]\w{14}\b",
        "fatal",
    ),
    rule(
        "mce",
        "Machine Check",
        BANK + r"[abef]\w{15}\b",
        "uncorrected",
    ),
    rule(
        "mce",
        "Machine Check",
        BANK + r"[89cd]\w{15}\b",
        "corrected",
    ),
    rule(
        "mce",
        "Uncorrected hardware memory error",
        r"(?:mce: )?Uncorrected hardware memory error",
        "uncorrected",
    ),
    rule(  # ras-mc-ctl --errors
        "mce",
        " error, no action required., CPU",
        r"\d+ .*error: (?P<severity>\w+) error, no action required\., (?P<subject>CPU \d+)",
    ),
    rule(
        "mce",
        "Machine check events logged",
        r"mce: \[Hardware Error\]: Machine check events logged",
        None,
        "logged",
    ),
)

MEMORY = (
    rule(
        "edac", "EDAC ", r"EDAC MC\d+: (?P<count>\d{1,9}) (?P<severity>CE|UE)\b.* on (?P<subject>[^()]+?) \("
    ),
    rule("edac", "EDAC ", r"EDAC (?P<subject>MC\d+): (?P<count>\d{1,9}) (?P<severity>CE|UE)\b"),
    rule("edac", "EDAC ", r'EDAC MC\d+: (?P<severity>CE|UE) .*\blabel "(?P<subject>[^"]+)"'),
    rule("edac", "EDAC ", r"EDAC (?P<subject>MC\d+): (?P<severity>CE|UE)\b"),
    rule(
        "edac",
        "EDAC ",
        r"EDAC \w+: (?P<severity>CE|UE): \S+ instance: (?P<subject>\S+) .*\bcount: (?P<count>\d{1,9})",
    ),
)

STORAGE = (
    rule(
        "io",
        "I/O error, dev ",
        r"(?:blk_update_request: |print_req_error: )?I/O error, dev (?!fd\d|sr\d|loop)(?P<subject>[^\s,]+)",
    ),
    rule(
        "io",
        "error, dev ",
        r"(?:blk_update_request: |print_req_error: )?critical (?:medium|target|nexus) error, "
        r"dev (?!fd\d|sr\d)(?P<subject>[^\s,]+)",
        "uncorrected",
    ),
    rule(
        "io",
        "Buffer I/O error on dev",
        r"Buffer I/O error on dev(?:ice)? (?!fd\d|sr\d|loop)(?P<subject>[^\s,]+)",
    ),
    rule(
        "io",
        "Disabling device after reset failure",
        r"nvme (?P<subject>nvme\d+): Disabling device",
        "fatal",
        "lost",
    ),
    rule(
        "io",
        "after probe failure",
        r"nvme (?P<subject>nvme\d+): Removing after probe failure",
        "fatal",
        "lost",
    ),
    rule(
        "io",
        "controller is down",
        r"nvme (?P<subject>nvme\d+): controller is down; will reset",
        None,
        "reset",
    ),
    rule(
        "io", "frozen state error", r"nvme (?P<subject>nvme\d+): frozen state error detected", None, "reset"
    ),
    rule(
        "io",
        "timeout, ",
        r"nvme (?P<subject>nvme\d+): I/O .*timeout, (?:aborting|reset controller|disable controller)",
        cause="timeout",
    ),
    rule(
        "io",
        "timeout, completion polled",
        r"nvme (?P<subject>nvme\d+): I/O .*timeout, completion polled",
        None,
        "missed_interrupt",
    ),
    rule("io", "exception Emask", r"(?P<subject>ata\d+(?:\.\d+)?): exception Emask", None, "ata"),
    rule(
        "io",
        "Disk failure on ",
        r"md/\S+: Disk failure on (?P<subject>[^\s,]+), disabling",
        "fatal",
        "raid_member",
    ),
    rule("io", "EXT4-fs error", r"EXT4-fs error \(device (?P<subject>[^\s):]+)", None, "filesystem"),
    rule(
        "io",
        "XFS (",
        r"XFS \((?P<subject>[^\s)]+)\): (?:metadata I/O error|[Cc]orruption|log I/O error|Internal error)",
        cause="filesystem",
    ),
    rule(
        "io",
        "BTRFS error",
        r"BTRFS error \(device (?P<subject>[^\s):]+)[^)]*\): (?!.*(?:scanned|open_ctree))",
        None,
        "filesystem",
    ),
)

KERNEL = (
    rule(
        "thermal",
        "clock throttled",
        r"(?:mce: )?CPU\d+: (?:Core|Package) temperature.*throttled \(total events = (?P<peak>\d{1,9})\)",
    ),
    rule(
        "thermal",
        "critical temperature reached",
        r"(?:thermal )?(?P<subject>\S+): critical temperature reached",
        "fatal",
    ),
    *(
        rule("oom", key, rf"{start}Kill(?:ed)? process \d+,? .*?\((?P<subject>[^)]*)\)", None, cause)
        for key in ("Killed process", "Kill process")
        for start, cause in (
            ("Memory cgroup out of memory: ", "cgroup"),
            ("(?:Out of memory.*?: )?", "system"),
        )
    ),
    rule("panic", "Kernel panic - not syncing", r"Kernel panic - not syncing", "fatal"),
    rule("panic", "Panic#", r"Panic#(?P<peak>\d{1,6}) Part\d+", "fatal"),
    rule("oops", "Oops#", r"Oops#(?P<peak>\d{1,6}) Part\d+"),
    rule("oops", "Oops: ", r"Oops: "),
    rule("lockup", "lockup - CPU#", r".*BUG: soft lockup - (?P<subject>CPU#\d+)"),
    rule("lockup", "hard LOCKUP on cpu", r".*hard LOCKUP on (?P<subject>cpu \d+)"),
    rule("hung_task", "blocked for more than", r"INFO: task (?P<subject>\S+?):\d+ blocked for more than"),
)
