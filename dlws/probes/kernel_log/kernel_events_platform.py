"""Kernel messages that tell of a fault of the bus, the processor or memory."""

from dlws.probes.kernel_log.kernel_rule import PCI, Rule

PORT_SEVERITY = r"(?P<severity>Correct\w+|Uncorrect\w+(?:\s+\([\w-]+\))?|Fatal)"
BANK = r"(?:\S+ )?\[Hardware Error\]: (?P<subject>CPU \d+): Machine Check.*: \w+ Bank \d+: "
AMD_BANK = r"(?:mce: )?\[Hardware Error\]: (?P<subject>CPU:\d+) .*?_STATUS\[[^\]]*"
RECORD = r"(?:(?!event severity:)[\s\S])*?"
"""Anything inside one firmware error record."""


PCI_EXPRESS = (
    Rule(
        "aer",
        "PCIe Bus Error",
        rf"\S+ (?P<subject>{PCI}): (?:AER: )?PCIe Bus Error: severity={PORT_SEVERITY},",
    ),
    Rule(
        "aer",
        "AER: ",
        rf"\S+ (?P<port>{PCI}): AER: (?:Multiple )?{PORT_SEVERITY} error (?:message )?received(?: from|:)"
        rf"(?: (?P<subject>{PCI}))?",
    ),
    # The same two, broken over two lines by a mail program.
    Rule(
        "aer",
        "PCIe Bus Error",
        rf"\S+ (?P<subject>{PCI}): (?:AER: )?PCIe Bus Error:\s+severity={PORT_SEVERITY}",
        near=1,
        also="severity=",
    ),
    Rule(
        "aer",
        "AER: ",
        rf"\S+ (?P<port>{PCI}): AER: (?:Multiple )?{PORT_SEVERITY}\s+error\s+(?:message\s+)?received"
        rf"(?:\s+from|:)(?:\s+(?P<subject>{PCI}))?",
        near=1,
        also="received",
    ),
    # cper_print_aer() prints aer_uncor_severity for anything worse than a corrected error.
    Rule(
        "aer",
        "aer_status:",
        rf"\S+ (?P<subject>{PCI}): (?:AER: )?aer_status: (?:(?!aer_status:)[\s\S])*?aer_uncor_severity",
        "uncorrected",
        near=8,
        also="aer_uncor_severity",
    ),
    Rule("aer", "aer_status:", rf"\S+ (?P<subject>{PCI}): (?:AER: )?aer_status: ", "corrected"),
    Rule("aer", "DPC: containment event", rf"\S+ (?P<subject>{PCI}): DPC: containment event", "uncorrected"),
    Rule(
        "aer",
        "event severity:",
        rf".*event severity: (?P<severity>\w+){RECORD}section_type: PCIe error"
        rf"(?:{RECORD}device_id: (?P<subject>{PCI}))?",
        near=22,
        also="section_type: PCIe error",
    ),
    Rule("aer", "PCI system error (SERR)", r"NMI: PCI system error \(SERR\)", "fatal"),
    Rule("aer", "EEH: Frozen ", r"EEH: Frozen \S+ detected", "uncorrected"),  # POWER machines
)

IOMMU = (
    Rule(
        "iommu",
        "AMD-Vi: Event logged [",
        rf"\S+ (?P<subject>{PCI}): AMD-Vi: Event logged \[(?:IO_PAGE_FAULT|ILLEGAL_DEV_TABLE_ENTRY)",
    ),
    Rule(
        "iommu",
        "AMD-Vi: Event logged [",
        rf"AMD-Vi: Event logged \[(?:IO_PAGE_FAULT|ILLEGAL_DEV_TABLE_ENTRY) device=(?P<subject>{PCI})",
    ),
    Rule(
        "iommu",
        "Request device [",
        rf"DMAR: ?\[DMA (?:Read|Write)[^\]]*\] Request device \[(?P<subject>{PCI})\]",
    ),
    Rule("iommu", "Unhandled context fault", r"arm-smmu\S* (?P<subject>\S+): Unhandled context fault"),
)
"""A device reached for memory that was not its own."""

MACHINE_CHECKS = (
    Rule(
        "mce",
        "event severity:",
        rf".*event severity: (?P<severity>\w+){RECORD}section_type: memory error"
        rf"(?:{RECORD}DIMM location: (?P<subject>[^\n]+))?",
        near=22,
        also="section_type: memory error",
    ),
    Rule("mce", "event severity:", r".*event severity: (?P<severity>\w+)"),
    # The flags of the bank's status register, arch/x86/kernel/cpu/mce/amd.c, amd_decode_mce().
    Rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|Deferred\|",
        "deferred",
    ),
    Rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|UE\|[^\]]*\|PCC\|",
        "fatal",
    ),
    Rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|UE\|",
        "uncorrected",
    ),
    Rule(
        "mce",
        "_STATUS[",
        AMD_BANK + r"\|CE\|",
        "corrected",
    ),
    # "Machine check: REASON" is printed on the way to a panic only, core.c, mce_panic().
    Rule(
        "mce",
        "Machine Check Exception:",
        r"(?:\S+ )?\[Hardware Error\]: (?P<subject>CPU \d+): Machine Check Exception: "
        r"[\s\S]*\[Hardware Error\]: Machine check: ",
        "fatal",
        near=6,
        also="Machine check: ",
    ),
    # Bits 61 (uncorrected) and 57 (context corrupt) of MCi_STATUS, Intel SDM volume 3B, 16.3.2.2.
    Rule(
        "mce",
        "Machine Check",
        BANK + r"[abef][2367abef]\w{14}\b",
        "fatal",
    ),
    Rule(
        "mce",
        "Machine Check",
        BANK + r"[abef]\w{15}\b",
        "uncorrected",
    ),
    Rule(
        "mce",
        "Machine Check",
        BANK + r"[89cd]\w{15}\b",
        "corrected",
    ),
    Rule(
        "mce",
        "Uncorrected hardware memory error",
        r"(?:mce: )?Uncorrected hardware memory error",
        "uncorrected",
    ),
    Rule(  # ras-mc-ctl --errors
        "mce",
        " error, no action required., CPU",
        r"\d+ .*error: (?P<severity>\w+) error, no action required\., (?P<subject>CPU \d+)",
    ),
    Rule(
        "mce",
        "Machine check events logged",
        r"(?:mce: )?(?:\[Hardware Error\]: )?Machine check events logged",
        cause="logged",
    ),
    Rule(
        "mce", "Memory failure: ", r"Memory failure: 0x[0-9a-f]+: .*recovery action", "uncorrected", "logged"
    ),
    Rule(
        "mce", "hardware memory corruption", r".*due to hardware memory corruption", "uncorrected", "logged"
    ),
    Rule("mce", "SError Interrupt on", r"SError Interrupt on (?P<subject>CPU ?\d+)", "uncorrected"),
)

MEMORY = (
    Rule(
        "edac",
        "EDAC ",
        r"EDAC MC\d+: (?P<count>\d{1,9}) (?P<severity>CE|UE)\b.* on (?P<subject>[^()]+?)(?: \(|$)",
    ),
    Rule("edac", "EDAC ", r"EDAC (?P<subject>MC\d+): (?P<count>\d{1,9}) (?P<severity>CE|UE)\b"),
    Rule("edac", "EDAC ", r'EDAC MC\d+: (?P<severity>CE|UE) .*\blabel "(?P<subject>[^"]+)"'),
    Rule("edac", "EDAC ", r"EDAC (?P<subject>MC\d+): (?P<severity>CE|UE)\b"),
    Rule(
        "edac",
        "EDAC ",
        r"EDAC \w+: (?P<severity>CE|UE): \S+ instance: (?P<subject>\S+) .*\bcount: (?P<count>\d{1,9})",
    ),
)
