"""Which kernel messages tell of a fault, as data, and which part one boot from the next."""

from dlws.probes.kernel_log.kernel_events_gpu import NVIDIA
from dlws.probes.kernel_log.kernel_events_other_gpu import OTHER_GPUS
from dlws.probes.kernel_log.kernel_events_platform import IOMMU, MACHINE_CHECKS, MEMORY, PCI_EXPRESS
from dlws.probes.kernel_log.kernel_events_storage import STORAGE
from dlws.probes.kernel_log.kernel_events_system import KERNEL
from dlws.probes.kernel_log.kernel_rule import Rule

RULES = NVIDIA + OTHER_GPUS + PCI_EXPRESS + IOMMU + MACHINE_CHECKS + MEMORY + STORAGE + KERNEL

NEW_BOOT, THIS_BOOT, EARLIER_BOOT, UNKNOWN_BOOT = "new", "this", "earlier", "unknown"
BOOTS = (
    Rule(NEW_BOOT, "Linux version ", r"Linux version \d"),
    Rule(NEW_BOOT, "-- Boot ", r"-- Boot [0-9a-f]+ --"),
    Rule(NEW_BOOT, "-- Reboot --", r"-- Reboot --"),
    # nvidia-bug-report.sh puts several logs into one section, each below its own heading.
    Rule(THIS_BOOT, "journalctl -b -0", r"journalctl -b -0:"),
    Rule(EARLIER_BOOT, "journalctl -b -", r"journalctl -b -[1-9]\d*:"),
    Rule(UNKNOWN_BOOT, "/var/log/", r"/var/log/\S+:$"),
    # What the firmware or pstore kept over a reset (drivers/acpi/apei/bert.c, fs/pstore/platform.c).
    Rule(EARLIER_BOOT, "Panic#", r"Panic#\d+ Part\d+"),
    Rule(EARLIER_BOOT, "Oops#", r"Oops#\d+ Part\d+"),
    Rule(EARLIER_BOOT, "BERT: Error records", r"BERT: Error records from previous boot"),
)
"""Lines that part one boot from the next."""
