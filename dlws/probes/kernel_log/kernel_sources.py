"""Where the kernel's log is read from."""

import re

from dlws.host import Host
from dlws.probes.kernel_log.kernel_events import RULES

HISTORY_TIMEOUT_S = 4
HISTORY_DAYS = 30
VOLATILE = "journal in memory"
"""A journal below /run knows this boot only (journald.conf(5), Storage=)."""
GREP = "|".join(
    sorted({re.escape(rule.key) for rule in RULES} | {"Linux version", "NVRM", re.escape("[Hardware Error]")})
)
"""What is asked of the journal: it can hold gigabytes, and only lines that can become events matter."""
LOGS = ("/var/log/kern.log", "/var/log/messages", "/var/log/syslog")


def now(host: Host) -> tuple[str | None, str]:
    """Name and text of the log of this boot; None and nothing if it cannot be read."""
    text = host.read("/dev/kmsg")
    if text:
        return "/dev/kmsg", text
    if host.read("/proc/sys/kernel/dmesg_restrict") == "1" and not host.is_root():
        return None, ""
    output = host.run("dmesg", timeout_s=5)
    return ("dmesg", output.stdout) if output.ok and output.stdout.strip() else (None, "")


def history(host: Host) -> tuple[str | None, str]:
    """Name and text of a log that may reach back over earlier boots."""
    if host.list("/var/log/journal") or host.list("/run/log/journal"):
        output = host.run(
            "journalctl", "_TRANSPORT=kernel", "-q", "--no-pager", "-o", "short-iso",
            f"--since=-{HISTORY_DAYS}d", f"--grep={GREP}",
            timeout_s=HISTORY_TIMEOUT_S,
        )  # fmt: skip
        if output.ok and output.stdout.strip():
            return "journal" if host.list("/var/log/journal") else VOLATILE, output.stdout
    for path in LOGS:
        if text := host.read(path):
            return path, f"{host.read(f'{path}.1') or ''}\n{text}"  # logrotate keeps the week before as it is
    return None, ""
