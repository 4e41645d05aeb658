"""xpu-smi, intel_gpu_top and clinfo."""

import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind, answer_of

SCREEN = pattern(r"^intel-gpu-top:? .*MHz|^card\d+ .*pci:vendor=8086,", re.MULTILINE)
OBJECT = pattern(r"^[ \t\[]*\{", re.MULTILINE)
NEAR = 600
"""Characters between parts of a sample."""


def _json(text: str, evidence: Evidence) -> None:
    evidence.command("xpu-smi", ANY, text=text[text.index("{") :].strip())


def _is_sample(text: str) -> bool:
    """JSON of intel_gpu_top, whose parts stand in this order."""
    middle = text.find('"rc6"')
    above, below = text[max(0, middle - NEAR) : middle], text[middle : middle + NEAR]
    return middle >= 0 and OBJECT.search(above) is not None and '"engines"' in below


FIRST = (
    Kind(
        name="the table of xpu-smi",  # it looks like nvidia-smi's, and is to be read once
        matches=pattern(r"^\|[ ]*Intel XPU-SMI v", re.MULTILINE).search,
        read=answer_of("xpu-smi"),
        alone=True,
    ),
    Kind(
        name="the JSON of xpu-smi",
        matches=pattern(
            r'^(?:[^{\n]{0,200}\n){0,3}\s*\{(?=[\s\S]{0,4000}"device_name"\s*:\s*"Intel)[\s\S]{0,4000}"pci_bdf_address"'
        ).match,
        read=_json,
        alone=True,
    ),
)

KINDS = (
    Kind(
        name="the output of intel_gpu_top",
        matches=lambda text: SCREEN.search(text) or _is_sample(text),
        read=answer_of("intel_gpu_top"),
    ),
    Kind(
        name="the output of xpu-smi",
        matches=pattern(r"^\|[ ]*Device ID[ ]*\|[ ]*Device Information[ ]*\|", re.MULTILINE).search,
        read=answer_of("xpu-smi"),
    ),
    Kind(
        name="the output of clinfo",
        matches=pattern(r"^Number of platforms:?[ \t]+\d+[ \t]*$", re.MULTILINE).search,
        read=answer_of("clinfo"),
    ),
)
