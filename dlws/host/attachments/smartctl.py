"""smartctl's text and JSON: the health of one disk, and enough to name the disk itself."""

import re
from itertools import islice
from typing import Any

import msgspec

from dlws.pattern import pattern

from ..json_text import decoded
from .evidence import ANY, Evidence, Kind
from .told_disks import free, mine, tell

MODEL = pattern(r"^(?:Device Model|Model Number|Product|Device):[ \t]+(\S+(?: {1,2}\S+)*)", re.MULTILINE)
VENDOR = pattern(r"^Vendor:[ \t]+(\S(?:.*\S)?)[^\S\n]*$", re.MULTILINE)
SIZE = pattern(
    r"^(?:User Capacity|Namespace 1 Size/Capacity|Total NVM Capacity):[ \t]+(\d[^\n\[A-Za-z]{0,60}?)"
    r"(?: bytes)?[ \t]*(?:\[([\d.,]+) ([KMGTP])B\]|$)",
    re.MULTILINE,
)
"""In bytes, with the locale's marks between thousands, and rounded."""
UNITS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
FIRMWARE = pattern(r"^(?:Firmware Version|Revision):[ \t]+(\S+(?: \S+)*)", re.MULTILINE)
TRANSPORT = pattern(r"^Transport protocol:[ \t]+(\S(?:.*\S)?)[^\S\n]*$", re.MULTILINE)
TRANSPORTS = (("SAS", "sas"), ("Fib", "fc"), ("iSCSI", "iscsi"))
REVISIONS = ("firmware_version", "scsi_revision", "revision")
HEALTH = pattern(
    r"^(?:ID# ATTRIBUTE_NAME|SMART overall-health|SMART Health Status|Percentage Used|Current Drive Temperature"
    r"|Elements in grown defect list):?",
    re.MULTILINE,
)
PIECE = pattern(
    r"^(?:ID# ATTRIBUTE_NAME +FLAGS? |=== START OF (?:READ )?SMART DATA SECTION ==="
    r"|SMART/Health Information \(NVMe Log 0x02)",
    re.MULTILINE,
)
"""Where an answer begins of which somebody left off the disk."""
SPINS = pattern(r"^Rotation Rate:[ \t]+(?:(\d+) rpm|(Solid State Device))", re.MULTILINE)
OPTICAL = pattern(r"^Device type:[ \t]+CD/DVD", re.MULTILINE)
BUSES = {"NVMe": "nvme", "ATA": "sata", "SCSI": "sas"}
SCANS = {"NVMe": "nvme", "NVME": "nvme", "ATA": "sata", "SAT": "sata"}
"""What a scan found. SCSI is also the way to ask a SATA disk."""
SCANNED = pattern(r"^/dev/(\S+) -d (\S+) # \S", re.MULTILINE)
"""A line of ``smartctl --scan``."""
NODE = pattern(r"/dev/((?:sd[a-z]+|nvme\d+n\d+|nvme\d+))\b")


PART = pattern(r"^(?:smartctl (?:version )?\d+\.\d+ |=== START OF INFORMATION SECTION ===)", re.MULTILINE)
ASKED = pattern(r"\bsmartctl\b.*?/dev/(sd[a-z]+|nvme\d+(?:n\d+)?)\b")
"""The command above an answer."""
LONGEST = 500
MOST = 500
"""Answers in one text."""


def _text(text: str, evidence: Evidence) -> None:
    """Every answer in the text, one a disk. Whoever pastes one part leaves off the first line."""
    starts = [found.start() for found in islice(PART.finditer(text), MOST)]
    starts = [
        start
        for number, start in enumerate(starts)
        if text.startswith("smartctl", start)
        or number == 0
        or "=== START OF INFORMATION" in text[starts[number - 1] : start]
    ]
    for number, start in enumerate(starts):
        above = text[starts[number - 1] if number else 0 : start]
        command = above.rstrip().rpartition("\n")[2][:LONGEST]
        named = ASKED.search(command) or (NODE.search(text) if len(starts) == 1 else None)
        end = starts[number + 1] if number + 1 < len(starts) else len(text)
        _answer(text[start:end], named[1] if named else None, evidence)


def _answer(text: str, name: str | None, evidence: Evidence) -> None:
    nvme = re.search(r"^(?:NVMe Version|Namespace 1 |Model Number):|NVMe Log", text, re.MULTILINE)
    model, vendor, spins, firmware = (words.search(text) for words in (MODEL, VENDOR, SPINS, FIRMWARE))
    names = (vendor[1] if vendor else None, model[1] if model else None)
    _disk(
        evidence,
        text,
        name=name,
        model=" ".join(name for name in names if name) or None,
        size=next((size for told in SIZE.finditer(text) if (size := _bytes(told))), None),
        rotating=None if spins is None else spins[1] is not None,
        bus="nvme" if nvme else _bus(text),
        firmware=firmware[1] if firmware else None,
    )


def _bytes(size: re.Match[str]) -> float:
    """The rounded figure where the exact one lost its thousands on the way."""
    exact = int(re.sub(r"\D", "", size[1]))
    if size[2] is None or not re.fullmatch(r"\d{1,9}(?:[.,]\d{1,9})?", size[2]):
        return exact
    rounded = float(size[2].replace(",", ".")) * 1000.0 ** UNITS[size[3]]
    return exact if rounded / 2 < exact < rounded * 2 else rounded


def _transport(told: str) -> str | None:
    return next((bus for word, bus in TRANSPORTS if told.startswith(word)), None)


def _bus(text: str) -> str | None:
    if told := TRANSPORT.search(text):
        return _transport(told[1])
    return "sata" if re.search(r"^(?:SATA Version|ATA Version)", text, re.MULTILINE) else None


def _json(text: str, evidence: Evidence) -> None:
    answer = decoded(text)
    if not isinstance(answer, dict):
        return
    if isinstance(scanned := answer.get("devices"), list):
        _scan(scanned, evidence)
        return
    device, capacity = (_object(answer, name) for name in ("device", "user_capacity"))
    protocol, rate = device.get("protocol"), answer.get("rotation_rate")
    transport = str(_object(answer, "scsi_transport_protocol").get("name", ""))
    size = capacity.get("bytes", answer.get("nvme_total_capacity"))
    _disk(
        evidence,
        text,
        name=str(device.get("name", "")).removeprefix("/dev/"),
        model=answer.get("model_name") or answer.get("scsi_model_name"),
        size=size,
        rotating=bool(rate) if isinstance(rate, int) else None,
        bus=_transport(transport) or BUSES.get(str(protocol)),
        firmware=next((answer[key] for key in REVISIONS if isinstance(answer.get(key), str)), None),
    )


def _scan(devices: list[Any], evidence: Evidence) -> None:
    """``smartctl --scan`` names disks and no more."""
    found = ((str(one.get("name", "")), one.get("protocol")) for one in devices if isinstance(one, dict))
    names = {
        re.sub(r"^(nvme\d+)$", r"\1n1", name.removeprefix("/dev/")): protocol for name, protocol in found
    }
    rows = [
        {"name": name, "type": "disk", "tran": SCANS.get(str(protocol))}
        for name, protocol in names.items()
        if re.fullmatch(r"sd[a-z]+|nvme\d+n\d+", name)
    ]
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": rows}).decode())


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
    firmware: str | None,
) -> None:
    """The disk as lsblk would list it. Where its name is not told, the first name of its sort stands in."""
    evidence.root = True
    nothing = model is None and size is None and not name and not HEALTH.search(text)
    if nothing or OPTICAL.search(text):
        if mine(evidence):
            evidence.command("smartctl", ANY, text=text)
        return
    plain = re.sub(r"^(nvme\d+)$", r"\1n1", name or "")
    known = plain if re.fullmatch(r"sd[a-z]+|nvme\d+n\d+", plain) else None
    if known is None and not mine(evidence):
        return  # some disk of those that lsblk lists
    row = {
        "name": known or free("nvme{}n1" if bus == "nvme" else "sd{}", evidence),
        "type": "disk",
        "size": size,
        "rota": False if bus == "nvme" else rotating,
        "tran": bus,
        "model": model,
        "rev": firmware,
        "rm": False,
    }
    tell(row, text, evidence)


def _piece(text: str, evidence: Evidence) -> None:
    _answer(text, named[1] if (named := NODE.search(text)) else None, evidence)


JSON = (
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


def _scan_text(text: str, evidence: Evidence) -> None:
    _scan(
        [{"name": f"/dev/{name}", "protocol": kind.upper()} for name, kind in SCANNED.findall(text)], evidence
    )


KINDS = (
    Kind(name="the output of smartctl", matches=PART.search, read=_text),
    Kind(name="the output of smartctl --scan", matches=SCANNED.search, read=_scan_text),
    Kind(
        name="a piece of smartctl's output",
        matches=lambda text: PART.search(text) is None and PIECE.search(text),
        read=_piece,
    ),
)
