"""Kernel messages that tell of a fault of an NVIDIA GPU."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

LOST = (
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
    # NV_ERR_GPU_IS_LOST is 0xF (nvstatuscodes.h); every later call of the driver ends with it.
    Rule("gpu_lost", "GPU lost from the bus", r"NVRM: .*GPU lost from the bus", cause="aftermath"),
    Rule(
        "gpu_lost",
        "rpcSendMessage failed",
        r"NVRM: .*rpcSendMessage failed (?:with )?status 0x0{6,7}[fF]\b",
        cause="aftermath",
    ),
    # pci_power_up(): all bits of the register read as one, so nothing answers at that address.
    Rule(
        "gpu_lost",
        "change power state from D3",
        rf"(?:nvidia|nouveau|amdgpu|radeon|i915|xe|vfio-pci) (?P<subject>{PCI})(?<=\.0): "
        r"(?:Unable to|can't) change power state from D3\w+ to D0",
    ),
    Rule("gpu_lost", "device lost from bus", rf"amdgpu (?P<subject>{PCI}): .*device lost from bus"),
)

START = (
    Rule(
        "nvrm",
        "RmInitAdapter failed",
        rf"NVRM: (?:GPU (?P<subject>{PCI}): )?RmInitAdapter failed",
        cause="init_failed",
    ),
    Rule(
        "nvrm",
        "rm_init_adapter",
        rf"NVRM: (?:GPU (?P<subject>{PCI}): )?rm_init_adapter\S* failed",
        cause="init_failed",
    ),
    Rule("nvrm", "power cables", rf"NVRM: .*?(?P<subject>{PCI}).*necessary power cables", cause="no_power"),
    Rule("nvrm", "power cables", r"NVRM: .*necessary power cables", cause="no_power"),
    Rule("nvrm", "NVRM: API mismatch", r"NVRM: API mismatch", cause="api_mismatch"),
    Rule(
        "nvrm",
        "probe routine was not called",
        r"NVRM: The NVIDIA probe routine was not called",
        cause="driver_conflict",
    ),
    Rule(
        "nvrm",
        "is already bound to",
        rf"NVRM: GPU (?P<subject>{PCI}) is already bound to",
        cause="driver_conflict",
    ),
    Rule("nvrm", "probe routine failed", r"NVRM: The NVIDIA probe routine failed", cause="probe_failed"),
    *(
        Rule("nvrm", "failed with error", pattern, cause="probe_failed")
        for pattern in (
            rf"nvidia: probe of (?P<subject>{PCI}) failed with error",
            rf"nvidia (?P<subject>{PCI}): probe with driver nvidia failed with error",
        )
    ),
    Rule("nvrm", "NVRM: No NVIDIA", r"NVRM: No NVIDIA .*(?:found|probed)", cause="none_found"),
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
)

NO_ANSWER = (
    Rule("nvrm", "rpcSendMessage failed", r"NVRM: .*rpcSendMessage failed", cause="no_answer"),
    Rule("nvrm", "[NV_ERR_RESET_REQUIRED]", r"NVRM: .*\[NV_ERR_RESET_REQUIRED\]", cause="no_answer"),
    Rule("nvrm", "GPU is probably locked", r"NVRM: .*GPU is probably locked", cause="no_answer"),
    Rule("nvrm", "global fatal error", r"(?:NVRM|nvidia-uvm): .*global fatal error", cause="no_answer"),
    Rule(
        "nvrm",
        "NvKmsKapiDevice",
        r"\[drm:nv_drm_\w+(?: \[nvidia_drm\])?\] \*ERROR\* .*Failed to allocate NvKmsKapiDevice",
        cause="no_answer",
    ),
    Rule(
        "nvrm",
        "nvidia-modeset: ERROR: GPU:",
        r"nvidia-modeset: ERROR: GPU:\d+: (?:Failed to query display engine|Timed out waiting|"
        r"Error while waiting for GPU progress|Idling display engine timed out)",
        cause="no_answer",
    ),
)
"""A GPU that the driver can no longer work with. An Xid or a failed start says it better, if told."""

MODULE = (
    Rule(
        "module",
        "Key was rejected by service",
        r".*insert '?nvidia.*Key was rejected by service",
        cause="key_rejected",
    ),
    Rule(
        "module",
        "is rejected",
        r"(?:nvidia\S*: )?Loading of (?:unsigned )?module.* is rejected",
        cause="key_rejected",
    ),
    Rule(
        "module",
        "Lockdown: ",
        r"Lockdown: \S+: unsigned module loading is restricted",
        cause="key_rejected",
    ),
    *(
        Rule("module", key, rf"nvidia\S*: {key}", cause="wrong_kernel")
        for key in ("disagrees about version of symbol", "version magic", "Unknown symbol")
    ),
)

NVIDIA = (
    # NVLink 5 Xids say themselves whether they are fatal; PCI domains are not always 0000. The one kind that
    # tells of good news is 154 (recovery action) with None as the new action.
    Rule(
        "xid",
        "NVRM: Xid",
        r"NVRM: Xid \((?:PCI:)?(?P<subject>[0-9a-fA-F:.]+)[^)]*\): (?!154, .* to 0x0 \(None\))"
        r"(?P<code>\d{1,9})\b(?:.*?\b(?P<severity>Nonfatal|Fatal) XC\d)?",
    ),
    Rule(
        "sxid",
        ": SXid",
        r"nvidia-nvswitch\d*: SXid \(PCI:(?P<subject>[0-9a-fA-F:.]+)\): (?P<code>\d{1,9})\b"
        r"(?:, (?P<severity>Non-fatal|Fatal)\b)?",
    ),
    *LOST,
    *START,
    *NO_ANSWER,
    *MODULE,
)
