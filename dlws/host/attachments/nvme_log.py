"""``nvme smart-log``, as text and as JSON: the health of a disk."""

import re

import msgspec

from dlws.pattern import pattern

from .evidence import Evidence, Kind
from .told_disks import free, tell

LOG = pattern(
    r"^(?:Smart Log for NVME device: ?(?:/dev/)?(?P<name>\w+) namespace-id:\w+[ \t]*\n)?"
    r"critical_warning[ \t]*:[ \t]*(?P<warning>0x[0-9a-f]{1,2}|\d{1,3})[ \t]*\n"
    r"(?P<rest>(?:.*\n){0,9}?temperature[ \t]*:.*(?:\n(?!Smart Log|critical_warning).*){0,40})",
    re.MULTILINE,
)
"""``nvme smart-log`` (nvme-cli, nvme-print-stdout.c)."""
LOGGED = {
    "avail_spare": r"available_spare",
    "spare_thresh": r"available_spare_threshold",
    "percent_used": r"percentage_used",
    "media_errors": r"media_errors",
    "power_on_hours": r"power_on_hours",
}
"""How nvme-cli's JSON calls what its text says."""
KELVIN = pattern(r"^temperature[ \t]*:[^\n]*?(\d{3}) ?K", re.MULTILINE)
CELSIUS = pattern(r"^temperature[ \t]*:[ \t]*(\d{1,3})[^\d\n]{0,3}C\b", re.MULTILINE)


def _smart_log(text: str, evidence: Evidence) -> None:
    """``nvme smart-log -o json`` names no device: it is health, of some disk."""
    tell({"name": free("nvme{}n1", evidence), "type": "disk"}, text, evidence)
    evidence.root = True


def _logs(text: str, evidence: Evidence) -> None:
    """The text of ``nvme smart-log``, put as its JSON would say it."""
    evidence.root = True
    for log in LOG.finditer(text):
        rest = log["rest"]
        told: dict[str, int] = {"critical_warning": int(log["warning"], 0)}
        for key, name in LOGGED.items():
            if found := re.search(rf"^{name}[ \t]*:[ \t]*(\d[\d,.]{{0,20}})", rest, re.MULTILINE):
                told[key] = int(re.sub(r"\D", "", found[1]))
        if found := KELVIN.search(rest):
            told["temperature"] = int(found[1])
        elif found := CELSIUS.search(rest):
            told["temperature"] = int(found[1]) + 273
        name = re.sub(r"^(nvme\d+)$", r"\1n1", log["name"] or "")
        known = name if re.fullmatch(r"nvme\d+n\d+", name) else free("nvme{}n1", evidence)
        tell({"name": known, "type": "disk"}, msgspec.json.encode(told).decode(), evidence)


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
)
KINDS = (Kind(name="the output of nvme smart-log", matches=LOG.search, read=_logs),)
