"""rocm-smi, amdgpu_top and rocminfo."""

import re

from .evidence import ANY, Evidence, Kind


def _read(program: str, text: str, evidence: Evidence) -> None:
    evidence.command(program, ANY, text=text)


JSON = (
    Kind(
        name="the JSON of rocm-smi",
        matches=re.compile(r'^\s*\{\s*"(?:card\d+|system)"\s*:').match,
        read=lambda text, evidence: _read("rocm-smi", text, evidence),
        alone=True,
    ),
    Kind(
        name="the JSON of amdgpu_top",
        matches=re.compile(r'^\s*[\[{](?=[\s\S]*"DevicePath"\s*:)[\s\S]*"amdgpu_top_version"\s*:').match,
        read=lambda text, evidence: _read("amdgpu_top", text, evidence),
        alone=True,
    ),
)

KINDS = (
    Kind(
        name="the output of rocminfo",
        matches=re.compile(r"^HSA Agents\s*$|^HSA System Attributes\s*$", re.MULTILINE).search,
        read=lambda text, evidence: _read("rocminfo", text, evidence),
    ),
    Kind(
        name="the output of rocm-smi",
        matches=re.compile(r"^=+ *ROCm System Management Interface *=+$", re.MULTILINE).search,
        read=lambda text, evidence: _read("rocm-smi", text, evidence),
    ),
)
