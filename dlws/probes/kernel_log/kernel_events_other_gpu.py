"""Kernel messages that tell of a fault of a GPU with a driver other than NVIDIA's."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

AMD = rf"amdgpu (?P<subject>{PCI}): (?:amdgpu: )?(?:\{{\d+\}})?.*?"
AMD_OPEN = (
    rf"(?:amdgpu (?P<subject>{PCI}): )?(?:amdgpu: |\[drm\] |\*ERROR\* |\[[^\s\]]+(?: \[\w+\])?\] |\{{\d+\}})*"
)
"""What may stand before a message of amdgpu: which of it depends on the kernel."""
INTEL = (
    rf"(?:i915 (?P<subject>{PCI}): |drm/i915: )?"
    r"(?:\[drm(?::\w+(?: \[i915\])?)?\] )?(?:\*ERROR\* )?(?:GT\d+: )?(?:GUC: )?"
)

AMDGPU = (
    Rule(
        "amdgpu",
        "detected in total",
        AMD
        + r"\b(?P<peak>\d{1,9}) (?P<severity>(?:un)?correctable|deferred) hardware errors? detected in total",
    ),
    Rule(
        "amdgpu",
        "hardware error",
        AMD + r"\b(?P<count>\d{1,9}) (?:new )?(?P<severity>(?:un)?correctable|deferred) hardware error",
    ),
    Rule("amdgpu", "uncorrectable hardware error", AMD + r"uncorrectable hardware error", "uncorrected"),
    Rule("amdgpu", "oison is consumed", AMD + r"[Pp]oison is consumed", "uncorrected"),
    Rule("amdgpu", "bad pages", AMD + r"bad pages \d+ (?:reaches|exceeds) threshold", "fatal", "bad_pages"),
    Rule("amdgpu", "over temperature range", AMD_OPEN + r".*over temperature range", "fatal", "heat"),
    Rule("amdgpu", "Critical Temperature Fault", AMD + r"Critical Temperature Fault", "fatal", "heat"),
    Rule(
        "amdgpu",
        "amdgpu",
        AMD_OPEN
        + r"(?:ring \S+ (?:test failed|timeout)|(?:resume|suspend|hw_init|sw_init) of IP block .* failed|"
        r".*page fault|GPU fault detected|[Rr]ing \S+ reset failed|MES failed to respon|"
        r"MES might be in unrecoverable state|SMU: (?:I'm not done with your previous command|No response)|"
        r"HIQ MQD's queue_doorbell_id0 is not 0|[Tt]he cp might be in an unrecoverable state|"
        r"GPU (?:\w+ )?reset(?:\(\d+\))? failed|asic reset on init failed|qcm fence wait loop timeout|"
        r"IP block:\S+ is hung|Illegal (?:opcode|instruction|register access) in command stream|"
        r"probe with driver amdgpu failed|Fatal error during GPU init)",
    ),
    # The reset follows a timeout that was told already; a rule of its own, so that it does not count twice.
    Rule("amdgpu", "GPU reset begin", rf"amdgpu (?P<subject>{PCI}): (?:amdgpu: )?GPU reset begin"),
    Rule("amdgpu", "probe of ", rf"amdgpu: probe of (?P<subject>{PCI}) failed with error"),
    Rule(
        "radeon",
        "radeon ",
        rf"radeon (?P<subject>{PCI}): (?:ring \d+ stalled for more than|GPU lockup|GPU fault detected|"
        r"Fatal error during GPU init)",
    ),
)

INTELS = (
    *(
        Rule("i915", key, INTEL + pattern)
        for key, pattern in (
            ("GPU HANG", r"GPU HANG"),
            ("Resetting ", r"Resetting (?:chip|[a-z]+\d+) (?:for|after) "),
            ("reset request timed out", r"\w+ reset request timed out"),
            ("GPU recovery timed out", r"GPU recovery timed out"),
            ("Engine reset failed", r"Engine reset failed"),
            ("declaring it wedged", r".*declaring it wedged"),
            ("TLB invalidation", r"TLB invalidation response timed out"),
        )
    ),
    Rule(
        "xe",
        "xe 0",
        rf"xe (?P<subject>{PCI}): \[drm\].*(?:Timedout job|Engine reset: |reset failed|\bwedged\b|CAT error|"
        r"Fault response: Unsuccessful|TLB invalidation fence timeout)",
    ),
)

OTHER_GPUS = (
    Rule(
        "nouveau",
        "nouveau ",
        rf"(?:\[drm\] )?nouveau (?P<subject>{PCI}): (?!.*failed to create encoder)"
        r".*?\b(?:timeout|timed out|fault|failed|lockup|TRAP\w*|SCHED_ERROR|CTXSW_TIMEOUT|ERROR|stuck|"
        r"Failed to idle)\b",
    ),
    *AMDGPU,
    *INTELS,
    # Jetson. The notifier's number is that of the Xid which a desktop driver would report.
    Rule(
        "nvgpu",
        "error notifier set to",
        r"nvgpu: (?P<subject>\S+)\s.*error notifier set to (?P<code>\d{1,4})\b",
    ),
    Rule(
        "nvgpu",
        "[ERR]",
        r"nvgpu: (?P<subject>\S+)\s.*\[ERR\]\s+(?:page fault error|mmu fault on engine|.*timed out)",
    ),
)
