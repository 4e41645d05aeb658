"""xpu-smi, intel_gpu_top and clinfo."""

import re

from .evidence import ANY, Evidence, Kind


def _read(program: str, text: str, evidence: Evidence) -> None:
    evidence.command(program, ANY, text=text)


def _json(text: str, evidence: Evidence) -> None:
    _read("xpu-smi", text[text.index("{") :].strip(), evidence)


FIRST = (
    Kind(
        name="the table of xpu-smi",  # it looks like nvidia-smi's, and is to be read once
        matches=re.compile(r"^\|[ ]*Intel XPU-SMI v", re.MULTILINE).search,
        read=lambda text, evidence: _read("xpu-smi", text, evidence),
        alone=True,
    ),
    Kind(
        name="the JSON of xpu-smi",
        matches=re.compile(
            r'^(?:[^{\n]{0,200}\n){0,3}\s*\{(?=[\s\S]{0,4000}"device_name"\s*:\s*"Intel)[\s\S]{0,4000}"pci_bdf_address"'
        ).match,
        read=_json,
        alone=True,
    ),
)

KINDS = (
    Kind(
        name="the output of intel_gpu_top",
        matches=re.compile(
            r"^intel-gpu-top:? .*MHz|^card\d+ .*pci:vendor=8086,"
            r'|^[ \t\[]*\{(?=[\s\S]{0,600}"rc6"[\s\S]{0,600}"engines")',
            re.MULTILINE,
        ).search,
        read=lambda text, evidence: _read("intel_gpu_top", text, evidence),
    ),
    Kind(
        name="the output of xpu-smi",
        matches=re.compile(r"^\|[ ]*Device ID[ ]*\|[ ]*Device Information[ ]*\|", re.MULTILINE).search,
        read=lambda text, evidence: _read("xpu-smi", text, evidence),
    ),
    Kind(
        name="the output of clinfo",
        matches=re.compile(r"^Number of platforms:?[ \t]+\d+[ \t]*$", re.MULTILINE).search,
        read=lambda text, evidence: _read("clinfo", text, evidence),
    ),
)
