"""smartctl's text and JSON: the health of one disk, and enough to name the disk itself."""

import re
from typing import Any

import msgspec

from .evidence import ANY, Evidence, Kind

TEXT = re.compile(r"^(?:smartctl (?:version )?\d+\.\d+ |=== START OF INFORMATION SECTION ===)", re.MULTILINE)
MODEL = re.compile(r"^(?:Device Model|Model Number|Product|Device):[ \t]+(\S+(?: {1,2}\S+)*)", re.MULTILINE)
VENDOR = re.compile(r"^Vendor:[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
SIZE = re.compile(
    r"^(?:User Capacity|Namespace 1 Size/Capacity|Total NVM Capacity):[ \t]+([\d.,'\u202f ]{1,40}?)"
    r"(?: bytes)?[ \t]*\[",
    re.MULTILINE,
)
SPINS = re.compile(r"^Rotation Rate:[ \t]+(?:(\d+) rpm|(Solid State Device))", re.MULTILINE)
OPTICAL = re.compile(r"^Device type:[ \t]+CD/DVD", re.MULTILINE)
NODE = re.compile(r"/dev/((?:sd[a-z]+|nvme\d+n\d+|nvme\d+))\b")


def _text(text: str, evidence: Evidence) -> None:
    nvme = re.search(r"^(?:NVMe Version|Namespace 1 |Model Number):|NVMe Log", text, re.MULTILINE)
    model, vendor, size, spins = (pattern.search(text) for pattern in (MODEL, VENDOR, SIZE, SPINS))
    names = (vendor[1] if vendor else None, model[1] if model else None)
    _disk(
        evidence,
        text,
        name=node[1] if (node := NODE.search(text)) else None,
        model=" ".join(name for name in names if name) or None,
        size=int(re.sub(r"\D", "", size[1])) if size else None,
        rotating=None if spins is None else spins[1] is not None,
        bus="nvme"
        if nvme
        else "sata"
        if re.search(r"^(?:SATA Version|ATA Version)", text, re.MULTILINE)
        else None,
    )


def _json(text: str, evidence: Evidence) -> None:
    try:
        answer = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        evidence.command("smartctl", ANY, text=text)
        return
    device, capacity = (_object(answer, name) for name in ("device", "user_capacity"))
    protocol, rate = device.get("protocol"), answer.get("rotation_rate")
    size = capacity.get("bytes", answer.get("nvme_total_capacity"))
    _disk(
        evidence,
        text,
        name=str(device.get("name", "")).removeprefix("/dev/"),
        model=answer.get("model_name") or answer.get("scsi_model_name"),
        size=size,
        rotating=bool(rate) if isinstance(rate, int) else None,
        bus={"NVMe": "nvme", "ATA": "sata", "SCSI": "sas"}.get(str(protocol)),
    )


def _object(answer: dict[str, Any], name: str) -> dict[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _disk(
    evidence: Evidence,
    text: str,
    *,
    name: str | None,
    model: Any,
    size: Any,
    rotating: bool | None,
    bus: str | None,
) -> None:
    """The disk as lsblk would list it. Where its name is not told, the first name of its sort stands in."""
    evidence.root = True
    evidence.command("smartctl", ANY, text=text)
    if (model is None and size is None and not name) or OPTICAL.search(text):
        return
    plain = re.sub(r"^(nvme\d+)$", r"\1n1", name or "")
    known = plain if re.fullmatch(r"sd[a-z]+|nvme\d+n\d+", plain) else None
    row = {
        "name": known or ("nvme0n1" if bus == "nvme" else "sda"),
        "type": "disk",
        "size": size,
        "rota": False if bus == "nvme" else rotating,
        "tran": bus,
        "model": model,
        "rm": False,
    }
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": [row]}).decode())


def _smart_log(text: str, evidence: Evidence) -> None:
    """``nvme smart-log -o json`` names no device: it is health, of some disk."""
    evidence.command("smartctl", ANY, text=text)
    name = re.search(r"nvme\d+(?:n\d+)?", text)
    row = {"name": name[0] if name else "nvme0n1", "type": "disk"}
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": [row]}).decode())
    evidence.root = True


JSON = (
    Kind(
        name="the output of nvme smart-log -o json",
        matches=lambda text: (
            text.lstrip().startswith("{")
            and '"critical_warning"' in text
            and re.search('"(?:avail_spare|percent_used)"', text)
            and '"smartctl"' not in text
        ),
        read=_smart_log,
        alone=True,
    ),
    Kind(
        name="the output of smartctl --json",
        matches=lambda text: (
            text.lstrip().startswith("{")
            and ('"smartctl"' in text or ('"smart_status"' in text and '"device"' in text))
        ),
        read=_json,
        alone=True,
    ),
)
KINDS = (Kind(name="the output of smartctl", matches=TEXT.search, read=_text),)
