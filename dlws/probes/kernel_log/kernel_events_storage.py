"""Kernel messages that tell of a disk's, an array's or a file system's fault."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

NO_DISK = r"(?!fd\d|sr\d|loop|mtdblock)"
BLOCK = r"(?:\w+: )?"
"""Who says it: ``end_request:``, ``blk_update_request:`` or ``print_req_error:`` until kernel 5.18."""

ERRORS = (
    Rule("io", "I/O error, dev ", rf"{BLOCK}I/O error, dev {NO_DISK}(?P<subject>[^\s,]+)"),
    Rule(
        "io",
        "error, dev ",
        rf"{BLOCK}critical (?:medium|target|nexus) error, dev {NO_DISK}(?P<subject>[^\s,]+)",
        "uncorrected",
    ),
    Rule("io", "Buffer I/O error on dev", rf"Buffer I/O error on dev(?:ice)? {NO_DISK}(?P<subject>[^\s,]+)"),
    Rule("io", "exception Emask", r"(?P<subject>ata\d+(?:\.\d+)?): exception Emask", None, "ata"),
    Rule("io", "error: { UNC }", r"(?P<subject>ata\d+(?:\.\d+)?): error: \{ UNC \}", "uncorrected", "ata"),
    Rule(
        "io",
        "offline device",
        r"sd \S+ (?:\[(?P<subject>sd\w+)\] )?rejecting I/O to offline device",
        "fatal",
        "lost",
    ),
)

NVME = (
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
        "change power state from D3",
        rf"nvme (?P<subject>{PCI}): (?:Unable to|can't) change power state from D3\w+ to D0",
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
        "io", "Device not ready; abort", r"nvme (?P<subject>nvme\d+): Device not ready; abort", None, "reset"
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
)

ARRAYS = (
    Rule(
        "io",
        "Disk failure on ",
        r"(?:md/)?raid\S*: Disk failure on (?P<subject>[^\s,]+), disabling",
        "fatal",
        "raid_member",
    ),
    Rule(
        "io", "kicking non-fresh ", r"md: kicking non-fresh (?P<subject>\S+) from array", None, "raid_member"
    ),
    Rule(
        "io",
        "read error not correctable",
        r"md/\S+ read error not correctable \(sector \d+ on (?P<subject>[^\s)]+)\)",
        "uncorrected",
        "raid_member",
    ),
    Rule(
        "io",
        "and has been suspended",
        r"WARNING: Pool '(?P<subject>[^']+)' has encountered an uncorrectable I/O failure",
        "fatal",
        "pool",
    ),
)

FILE_SYSTEMS = (
    Rule("io", "-fs error (device", r"EXT[234]-fs error \(device (?P<subject>[^\s):]+)", None, "filesystem"),
    Rule(
        "io",
        "error count since last fsck",
        r"EXT4-fs \((?P<subject>[^\s)]+)\): error count since last fsck",
        None,
        "filesystem",
    ),
    Rule(
        "io",
        "XFS (",
        r"XFS \((?P<subject>[^\s)]+)\): (?:metadata I/O error|.*[Cc]orruption|Metadata CRC error|"
        r"log I/O error|Internal error|.*[Ss]hutting down filesystem|Filesystem has been shut down)",
        cause="filesystem",
    ),
    Rule(
        "io",
        "BTRFS",
        r"BTRFS:? (?:error|critical) \(device (?P<subject>[^\s):]+)[^)]*\)(?!.*(?:scanned|open_ctree))",
        cause="filesystem",
    ),
    Rule(
        "io",
        "BTRFS warning",
        r"BTRFS warning \(device (?P<subject>[^\s):]+)[^)]*\): "
        r"(?:csum failed|checksum error|lost page write)",
        cause="filesystem",
    ),
)

STORAGE = ERRORS + NVME + ARRAYS + FILE_SYSTEMS
