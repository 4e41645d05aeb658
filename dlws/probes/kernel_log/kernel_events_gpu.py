"""Kernel messages that tell of a GPU's fault."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

NVIDIA = (
    # NVLink 5 Xids say themselves whether they are fatal; PCI domains are not always 0000.
    Rule(
        "xid",
        "NVRM: Xid",
        r"NVRM: Xid \((?:PCI:)?(?P<subject>[0-9a-fA-F:.]+)[^)]*\): (?P<code>\d{1,9})\b"
        r"(?:.*?\b(?P<severity>Nonfatal|Fatal) XC\d)?",
    ),
    Rule(
        "sxid",
        ": SXid",
        r"nvidia-nvswitch\d*: SXid \(PCI:(?P<subject>[0-9a-fA-F:.]+)\): (?P<code>\d{1,9})\b"
        r"(?:, (?P<severity>Non-fatal|Fatal)\b)?",
    ),
    Rule("gpu_lost", "fallen off the bus", rf"NVRM: .*?(?P<subject>{PCI}).*fallen off the bus"),
    # At probe time the driver breaks this message over three lines, with the address in the first (nv.c).
    Rule(
        "gpu_lost",
        "fallen off the bus",
        rf"[\s\S]*NVRM: The NVIDIA GPU (?P<subject>{PCI})[\s\S]*NVRM: .*fallen off the bus",
        near=-2,
        also="NVIDIA GPU",
    ),
    Rule("gpu_lost", "fallen off the bus", r"NVRM: .*fallen off the bus"),
    Rule("gpu_lost", "device lost from bus", rf"amdgpu (?P<subject>{PCI}): .*device lost from bus"),
    Rule(
        "nvrm",
        "RmInitAdapter failed",
        rf"NVRM: (?:GPU (?P<subject>{PCI}): )?RmInitAdapter failed",
        None,
        "init_failed",
    ),
    Rule(
        "nvrm",
        "rm_init_adapter",
        rf"NVRM: (?:GPU (?P<subject>{PCI}): )?rm_init_adapter\S* failed",
        None,
        "init_failed",
    ),
    Rule("nvrm", "NVRM: API mismatch", r"NVRM: API mismatch", None, "api_mismatch"),
    Rule(
        "nvrm",
        "probe routine was not called",
        r"NVRM: The NVIDIA probe routine was not called",
        None,
        "driver_conflict",
    ),
    Rule("nvrm", "probe routine failed", r"NVRM: The NVIDIA probe routine failed", None, "probe_failed"),
    Rule(
        "nvrm",
        "not supported by",
        rf"[\s\S]*NVRM: The NVIDIA .*?(?P<subject>{PCI})"
        r"[\s\S]*installed in this system is[\s\S]*not supported",
        cause="unsupported_gpu",
        near=-2,
        also="installed in this system",
    ),
    Rule(
        "nvrm",
        "assigned to your NVIDIA device is invalid",
        r"NVRM: This (?:is a )?.*PCI I/O region assigned to your NVIDIA device is invalid",
        cause="bar_invalid",
    ),
    Rule(
        "nvrm",
        "Direct firmware load for nvidia/",
        rf"nvidia (?P<subject>{PCI}): Direct firmware load for \S+ failed",
        cause="firmware_missing",
    ),
    Rule(
        "module",
        "Key was rejected by service",
        r".*insert '?nvidia.*Key was rejected by service",
        None,
        "key_rejected",
    ),
    Rule(
        "module",
        "is rejected",
        r"(?:nvidia\S*: )?Loading of (?:unsigned )?module.* is rejected",
        None,
        "key_rejected",
    ),
    Rule(
        "module", "Lockdown: ", r"Lockdown: \S+: unsigned module loading is restricted", None, "key_rejected"
    ),
)

OTHER_GPUS = (
    Rule(
        "nouveau",
        "nouveau ",
        rf"nouveau (?P<subject>{PCI}): (?!.*failed to create encoder)"
        r".*?\b(?:timeout|timed out|fault|failed|lockup|TRAP\w*|SCHED_ERROR|CTXSW_TIMEOUT|ERROR|stuck)\b",
    ),
    Rule(
        "amdgpu",
        "hardware errors detected",
        rf"amdgpu (?P<subject>{PCI}): .*?(?P<count>\d{{1,9}}) (?P<severity>(?:un)?correctable) hardware",
    ),
    Rule(
        "amdgpu",
        "amdgpu",
        rf"(?:amdgpu (?P<subject>{PCI}): )?(?:amdgpu: |\*ERROR\* |\[[^\s\]]+(?: \[\w+\])?\] )*"
        r"(?:ring \S+ (?:test failed|timeout)|(?:resume|suspend|hw_init|sw_init) of IP block .* failed|"
        r".*page fault|GPU fault detected|[Rr]ing \S+ reset failed|MES failed to respond|"
        r"GPU (?:\w+ )?reset(?:\(\d+\))? failed|asic reset on init failed|qcm fence wait loop timeout|"
        r"probe with driver amdgpu failed|Fatal error during GPU init)",
    ),
    # The reset follows a timeout that was told already; a rule of its own, so that it does not count twice.
    Rule("amdgpu", "GPU reset begin", rf"amdgpu (?P<subject>{PCI}): (?:amdgpu: )?GPU reset begin"),
    Rule("amdgpu", "probe of ", rf"amdgpu: probe of (?P<subject>{PCI}) failed with error"),
    Rule("i915", "GPU HANG", rf"(?:i915 (?P<subject>{PCI}): )?(?:\[drm\] )?GPU HANG"),
    Rule("xe", "xe 0", rf"xe (?P<subject>{PCI}): \[drm\].*(?:Timedout job|reset failed|declared wedged)"),
)
