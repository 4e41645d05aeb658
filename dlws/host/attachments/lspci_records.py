"""``lspci -vmm``: a line a field, put as lspci prints it without that option."""

import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

RECORD = pattern(
    r"^Slot:[ \t]+(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]\nClass:[ \t]+\S", re.MULTILINE
)
FIELD = pattern(r"^(\w+):[ \t]+(\S.*)$", re.MULTILINE)
CODE = pattern(r"(?:(.*) )?\[([0-9a-f]{4})\]")
BARE = pattern(r"[0-9a-f]{4}")
DETAILS = {
    "Driver": "Kernel driver in use",
    "Module": "Kernel modules",
    "NUMANode": "NUMA node",
    "PhySlot": "Physical Slot",
}


def _read(text: str, evidence: Evidence) -> None:
    starts = [found.start() for found in RECORD.finditer(text)]
    blocks = (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
    evidence.command("lspci", ANY, text="\n".join(_device(block.split("\n\n")[0]) for block in blocks))


def _device(block: str) -> str:
    """With ``-nn`` a code follows each name, with ``-n`` it is all there is."""
    fields: dict[str, str] = {}
    modules = []
    for name, value in FIELD.findall(block):
        fields.setdefault(name, value.strip())
        if name == "Module":
            modules.append(value.strip())
    if modules:
        fields["Module"] = ", ".join(modules)
    kind, kind_code = _parts(fields.get("Class", ""))
    vendor, vendor_code = _parts(fields.get("Vendor", ""))
    device, device_code = _parts(fields.get("Device", ""))
    ids = f"{vendor_code}:{device_code}" if vendor_code and device_code else None
    if kind is None:
        line = f"{fields['Slot']} {kind_code}: {ids}"
    else:
        code = f" [{kind_code}]" if kind_code else ""
        line = f"{fields['Slot']} {kind}{code}: {vendor} {device}" + (f" [{ids}]" if ids else "")
    line += f" (rev {fields['Rev']})" if "Rev" in fields else ""
    details = (f"\t{label}: {fields[name]}" for name, label in DETAILS.items() if name in fields)
    return "\n".join([line, *details]) + "\n"


def _parts(text: str) -> tuple[str | None, str | None]:
    """Name and code; either may be absent."""
    if BARE.fullmatch(text):
        return None, text
    found = CODE.fullmatch(text)
    return (found[1], found[2]) if found else (text, None)


KIND = Kind(name="the output of lspci -vmm", matches=RECORD.search, read=_read)
