"""Logs of ``nvidia-smi -q`` whose indent a forum or a chat took away, and with it what belongs to what."""

import re

DEPTHS = {
    "GPU Link Info": 2,
    "Bridge Chip": 2,
    "PCIe Generation": 3,
    "Link Width": 3,
    "Volatile": 2,
    "Aggregate": 2,
    "Single Bit": 3,
    "Double Bit": 3,
    "Current Power Limit": 2,
    "GPU Ceiling Power Limit": 2,
}
"""Headings that stand below another one; all others head a part of the card."""

OWN = (
    "Product",
    "Display",
    "Persistence Mode",
    "Addressing Mode",
    "Accounting Mode",
    "Serial Number",
    "GPU UUID",
    "Minor Number",
    "VBIOS Version",
    "MultiGPU Board",
    "Board ID",
    "Fan Speed",
    "Performance State",
    "Compute Mode",
    "GPU Recovery Action",
    "Processes",
)
"""First words of what is said of the card itself, after whatever part of it."""

STEP = "    "


def is_flat(body: str) -> bool:
    """True if no line is indented by more than a blank."""
    return re.search(r"^[ \t]{2}", body, re.MULTILINE) is None


def indented(body: str) -> str:
    """The same with its indent."""
    lines = []
    depth = 0
    for line in body.splitlines():
        label, colon, _ = (part.strip() for part in line.partition(" :"))
        if not colon and label:
            depth = DEPTHS.get(label, 1)
            lines.append(STEP * depth + label)
        else:
            lines.append(STEP * (1 if label.startswith(OWN) else depth + 1) + line.strip())
    return "\n".join(lines)
