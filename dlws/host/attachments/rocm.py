"""rocm-smi, amd-smi, amdgpu_top and rocminfo."""

import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind, answer_of

AMD_SMI = pattern(
    r"^[ \t]*GPU:[ \t]*\d+[ \t]*\r?\n[ \t]+(?:[A-Z][A-Z0-9_]*|FW \d+):"  # list, static, metric, process
    r"|^[ \t]*GPU[ \t]+(?:XCP[ \t]+)?(?:POWER|PVIOL|GPU_T|GPU_TEMP|GFX%|GFX_UTIL|VRAM_USED|VRAM_USAGE)\b"
    r"|\|[ ]*AMD-SMI[ ]+\d"
    r"|^[ \t]*(?:ACCESS|WEIGHT|LINK TYPE|HOPS) TABLE:"
    r"|^gpu,[a-z_0-9]+(?:,[a-z_0-9]+)*[ \t]*$",
    re.MULTILINE,
)
ROCM_SMI = pattern(
    r"^[ \t=.]*ROCm System Management Interface[ \t=.]*$|^[ \t]*GPU\[\d+\][ \t]*:.*:"
    r"|^(?:GPU|Device)[ \t]+.*\bPwrCap[ \t]+VRAM%|^device,(?=.*\(|.*\bCard\b|.*\bID\b)",
    re.MULTILINE,
)


FAILED = pattern(
    r"ROCk module is NOT loaded|Driver not initialized \(amdgpu|AMDSMI_STATUS_DRIVER_NOT_LOADED"
    r"|Unable to open /dev/kfd read-write|is not member of \"(?:render|video)\" group"
    r"|Unable to detect any GPU devices, check amdgpu"
)

PROMPT = r"^(?:[^\[{\n]{0,200}\n){0,3}"
"""The command line that asked for it, and a warning or two."""


def _json(program: str, text: str, evidence: Evidence) -> None:
    evidence.command(program, ANY, text=re.sub(PROMPT + r"(?=\s*[\[{])", "", text).strip())


JSON = (
    Kind(
        name="the JSON of rocm-smi",
        matches=pattern(PROMPT + r'\s*\{\s*"(?:card\d+|system)"\s*:').match,
        read=lambda text, evidence: _json("rocm-smi", text, evidence),
        alone=True,
    ),
    Kind(
        name="the JSON of amd-smi",
        matches=pattern(PROMPT + r'\s*(?:\{\s*"\w+"\s*:\s*)?\[\s*\{\s*"gpu"\s*:\s*\d+\s*,').match,
        read=lambda text, evidence: _json("amd-smi", text, evidence),
        alone=True,
    ),
    Kind(
        name="the JSON of amdgpu_top",
        matches=pattern(r'^\s*[\[{](?=[\s\S]*"DevicePath"\s*:)[\s\S]*"amdgpu_top_version"\s*:').match,
        read=answer_of("amdgpu_top"),
        alone=True,
    ),
)

KINDS = (
    Kind(
        name="the output of rocminfo",
        matches=pattern(
            r"^[ \t]*(?:HSA Agents|HSA System Attributes)[ \t]*\r?$"
            r"|^[ \t]*Name:[ \t]+gfx[0-9a-f]{3,4}[ \t]*\r?\n(?:[ \t]*Uuid:.*\n)?[ \t]*Marketing Name:",
            re.MULTILINE,
        ).search,
        read=answer_of("rocminfo"),
    ),
    Kind(
        name="the output of amd-smi",
        matches=AMD_SMI.search,
        read=answer_of("amd-smi"),
    ),
    Kind(
        name="the output of rocm-smi",
        matches=ROCM_SMI.search,
        read=answer_of("rocm-smi"),
    ),
    Kind(
        name="an error message of ROCm's tools",
        matches=FAILED.search,
        read=answer_of("rocminfo"),
    ),
)
