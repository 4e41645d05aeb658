"""Kernel messages that tell of a disk's fault, of heat, or of the kernel's own trouble."""

from dlws.probes.kernel_log.kernel_rule import Rule

STORAGE = (
    Rule(
        "io",
        "I/O error, dev ",
        r"(?:blk_update_request: |print_req_error: )?I/O error, dev (?!fd\d|sr\d|loop)(?P<subject>[^\s,]+)",
    ),
    Rule(
        "io",
        "error, dev ",
        r"(?:blk_update_request: |print_req_error: )?critical (?:medium|target|nexus) error, "
        r"dev (?!fd\d|sr\d)(?P<subject>[^\s,]+)",
        "uncorrected",
    ),
    Rule(
        "io",
        "Buffer I/O error on dev",
        r"Buffer I/O error on dev(?:ice)? (?!fd\d|sr\d|loop)(?P<subject>[^\s,]+)",
    ),
    Rule(
        "io",
        "Disabling device after reset failure",
        r"nvme (?P<subject>nvme\d+): Disabling device",
        "fatal",
        "lost",
    ),
    Rule(
        "io",
        "after probe failure",
        r"nvme (?P<subject>nvme\d+): Removing after probe failure",
        "fatal",
        "lost",
    ),
    Rule(
        "io",
        "controller is down",
        r"nvme (?P<subject>nvme\d+): controller is down; will reset",
        None,
        "reset",
    ),
    Rule(
        "io", "frozen state error", r"nvme (?P<subject>nvme\d+): frozen state error detected", None, "reset"
    ),
    Rule(
        "io",
        "timeout, ",
        r"nvme (?P<subject>nvme\d+): I/O .*timeout, (?:aborting|reset controller|disable controller)",
        cause="timeout",
    ),
    Rule(
        "io",
        "timeout, completion polled",
        r"nvme (?P<subject>nvme\d+): I/O .*timeout, completion polled",
        None,
        "missed_interrupt",
    ),
    Rule("io", "exception Emask", r"(?P<subject>ata\d+(?:\.\d+)?): exception Emask", None, "ata"),
    Rule(
        "io",
        "Disk failure on ",
        r"md/\S+: Disk failure on (?P<subject>[^\s,]+), disabling",
        "fatal",
        "raid_member",
    ),
    Rule("io", "EXT4-fs error", r"EXT4-fs error \(device (?P<subject>[^\s):]+)", None, "filesystem"),
    Rule(
        "io",
        "XFS (",
        r"XFS \((?P<subject>[^\s)]+)\): (?:metadata I/O error|[Cc]orruption|log I/O error|Internal error)",
        cause="filesystem",
    ),
    Rule(
        "io",
        "BTRFS error",
        r"BTRFS error \(device (?P<subject>[^\s):]+)[^)]*\): (?!.*(?:scanned|open_ctree))",
        None,
        "filesystem",
    ),
)

KERNEL = (
    Rule(
        "thermal",
        "clock throttled",
        r"(?:mce: )?CPU\d+: (?:Core |Package )?[Tt]emperature .*\(total events = (?P<peak>\d{1,9})\)",
    ),
    Rule(
        "thermal",
        "critical temperature reached",
        r"(?:thermal )?(?P<subject>\S+): critical temperature reached",
        "fatal",
    ),
    *(
        Rule("oom", key, rf"{start}Kill(?:ed)? process \d+,? .*?\((?P<subject>[^)]*)\)", None, cause)
        for key in ("Killed process", "Kill process")
        for start, cause in (
            ("Memory cgroup out of memory: ", "cgroup"),
            ("(?:Out of memory.*?: )?", "system"),
        )
    ),
    Rule("panic", "Kernel panic - not syncing", r"Kernel panic - not syncing", "fatal"),
    Rule("panic", "Panic#", r"Panic#(?P<peak>\d{1,6}) Part\d+", "fatal"),
    Rule("oops", "Oops#", r"Oops#(?P<peak>\d{1,6}) Part\d+"),
    Rule("oops", "Oops: ", r"Oops: "),
    Rule("lockup", "lockup - CPU#", r".*BUG: soft lockup - (?P<subject>CPU#\d+)"),
    Rule("lockup", "hard LOCKUP on cpu", r".*hard LOCKUP on (?P<subject>cpu \d+)"),
    Rule("hung_task", "blocked for more than", r"INFO: task (?P<subject>\S+?):\d+ blocked for more than"),
)
