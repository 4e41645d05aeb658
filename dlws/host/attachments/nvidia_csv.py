"""``nvidia-smi --query-gpu=... --format=csv``: put as the XML of the same program, whose reader then answers."""

import csv
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from dlws.pattern import pattern

from .evidence import Evidence, Kind

FIELDS = {
    "name": "product_name",
    "gpu_name": "product_name",
    "compute_cap": "compute_cap",
    "uuid": "uuid",
    "gpu_uuid": "uuid",
    "vbios_version": "vbios_version",
    "persistence_mode": "persistence_mode",
    "compute_mode": "compute_mode",
    "display_attached": "display_attached",
    "addressing_mode": "addressing_mode",
    "gpu_recovery_action": "gpu_recovery_action",
    "fan.speed": "fan_speed",
    "pci.device_id": "pci/device_id",
    "pcie.link.gen.current": "pci/gpu_link_info/pcie_generation/current",
    "pcie.link.gen.max": "pci/gpu_link_info/pcie_generation/max",
    "pcie.link.width.current": "pci/gpu_link_info/link_width/current",
    "pcie.link.width.max": "pci/gpu_link_info/link_width/max",
    "memory.total": "fb_memory_usage/total",
    "memory.used": "fb_memory_usage/used",
    "memory.free": "fb_memory_usage/free",
    "utilization.gpu": "utilization/gpu_util",
    "temperature.gpu": "temperature/gpu_current_temp",
    "power.draw": "gpu_power_readings/power_draw",
    "power.draw.average": "gpu_power_readings/average_power_draw",
    "power.draw.instant": "gpu_power_readings/instantaneous_power_draw",
    "power.limit": "gpu_power_readings/power_limit",
    "enforced.power.limit": "gpu_power_readings/enforced_power_limit",
    "power.default_limit": "gpu_power_readings/default_power_limit",
    "power.min_limit": "gpu_power_readings/min_power_limit",
    "power.max_limit": "gpu_power_readings/max_power_limit",
    "ecc.mode.current": "ecc_mode/current",
    "ecc.mode.pending": "ecc_mode/pending",
    "ecc.errors.corrected.volatile.total": "ecc_errors/volatile/single_bit/total",
    "ecc.errors.uncorrected.volatile.total": "ecc_errors/volatile/double_bit/total",
    "ecc.errors.corrected.aggregate.total": "ecc_errors/aggregate/single_bit/total",
    "ecc.errors.uncorrected.aggregate.total": "ecc_errors/aggregate/double_bit/total",
    "retired_pages.single_bit_ecc.count": "retired_pages/single_bit_ecc",
    "retired_pages.sbe": "retired_pages/single_bit_ecc",
    "retired_pages.double_bit.count": "retired_pages/double_bit_ecc",
    "retired_pages.dbe": "retired_pages/double_bit_ecc",
    "retired_pages.pending": "retired_pages/pending_page_blacklist",
    "remapped_rows.correctable": "remapped_rows/correctable_error",
    "remapped_rows.uncorrectable": "remapped_rows/uncorrectable_error",
    "remapped_rows.pending": "remapped_rows/pending",
    "remapped_rows.failure": "remapped_rows/remapping_failure_occurred",
    "mig.mode.current": "mig_mode/current",
    "mig.mode.pending": "mig_mode/pending",
}
"""``nvidia-smi --help-query-gpu``: a column, and where the log has the same."""

SHORT = (("clocks.current.", "clocks/"), ("clocks.max.", "max_clocks/"), ("clocks.", "clocks/"))
REASON = pattern(r"clocks_(?:event|throttle)_reasons\.(\w+)$")
UNIT = pattern(r" ?\[[^\[\]]*\]$")
TELLING = {
    *FIELDS,
    "driver_version",
    "pci.bus_id",
    "gpu_bus_id",
    "index",
    "timestamp",
    "count",
    "serial",
    "pstate",
}
SURE = pattern(
    r"(?:memory\.total|memory\.used|memory\.free|driver_version|pci\.bus_id|compute_cap|utilization\.gpu"
    r"|temperature\.gpu|power\.draw|power\.limit|pcie\.link\.\S+|clocks\S+|vbios_version|ecc\.\S+)(?: \[\S+\])?$"
)

SIGN = pattern(
    r"(?:(?<=, )|^)(?:memory\.total|memory\.used|driver_version|pci\.bus_id|compute_cap|utilization\.gpu"
    r"|temperature\.gpu|power\.draw|power\.limit|pcie\.link\.gen|clocks\.|vbios_version|ecc\.mode)",
    re.MULTILINE,
)
"""A column that no other table has."""
KEYS = ("uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id", "index", "serial")
"""Columns that tell one GPU from another."""
COMMAND = pattern(r"--query-gpu[= ]['\"]?([a-z][\w.,]{1,7000})")
LONGEST = 20_000
"""All columns together are 7000 characters."""
MOST_ROWS = 1000


def _columns(line: str) -> list[str] | None:
    """Names of the columns without their units; None if the line is no such header."""
    words = [word.strip() for word in line.split(",")]
    names = [UNIT.sub("", word) for word in words]
    shaped = all(re.fullmatch(r"[A-Za-z][\w.]*", name) for name in names)
    sure = sum(SURE.match(word) is not None for word in words)
    known = sum(name in TELLING or _place(name) is not None for name in names)
    return names if shaped and sure and (sure > 2 or known * 2 >= len(names)) else None


def _place(name: str) -> str | None:
    """Where the log has a column."""
    if name in FIELDS:
        return FIELDS[name]
    if (reason := REASON.match(name)) and reason[1] not in ("supported", "active"):
        return f"clocks_event_reasons/{reason[1]}"
    for prefix, group in SHORT:
        if name.startswith(prefix) and re.fullmatch(r"\w+", rest := name.removeprefix(prefix)):
            return group + {"mem": "memory", "gr": "graphics"}.get(rest, rest)
    return None


def _table(text: str) -> tuple[list[str], list[list[str]]] | None:
    """The first header in a text and the rows below it; without one, the columns that the command names."""
    end = 0
    for telling in SIGN.finditer(text):
        if telling.start() < end:  # the same line's
            continue
        begin, end = text.rfind("\n", 0, telling.start()) + 1, text.find("\n", telling.start())
        if end < 0:
            break
        if end - begin > LONGEST or (names := _columns(text[begin:end])) is None:
            continue
        rows = _rows(text[end + 1 :], names)
        return (names, rows) if rows else None
    if (command := COMMAND.search(text)) and _columns(command[1]):
        names = command[1].split(",")
        rows = _rows(text[command.end() :].partition("\n")[2], names) if len(names) > 1 else []
        return (names, rows) if rows else None
    return None


def _rows(text: str, names: Sequence[str]) -> list[list[str]]:
    """Rows up to the first that is none; of a GPU that was asked again and again, the first."""
    rows: list[list[str]] = []
    keys = [names.index(name) for name in KEYS if name in names]
    seen: set[str] = set()
    for line in text.splitlines()[:MOST_ROWS]:
        if len(line) > LONGEST:
            break
        row = [value.strip() for value in next(csv.reader([line], skipinitialspace=True), [])]
        if len(row) != len(names) or _columns(line):
            break
        key = row[keys[0]] if keys else ""
        if not key or key not in seen:
            rows.append(row)
        seen.add(key)
    if not keys and "timestamp" in names:  # rows of one moment are those of several GPUs
        seconds = [row[names.index("timestamp")].partition(".")[0] for row in rows]
        return [row for row, second in zip(rows, seconds, strict=True) if second == seconds[0]]
    return rows


def _xml(tree: dict[str, Any]) -> str:
    parts = (
        f"<{name}>{_xml(value) if isinstance(value, dict) else escape(value)}</{name}>"
        for name, value in tree.items()
    )
    return "".join(parts)


def _card(names: Sequence[str], row: Sequence[str]) -> str:
    tree: dict[str, Any] = {}
    address = ""
    for name, value in zip(names, row, strict=True):
        if name in ("pci.bus_id", "gpu_bus_id"):
            address = value.replace('"', "")
        elif place := _place(name):
            *above, last = place.split("/")
            branch = tree
            for step in above:
                branch = branch.setdefault(step, {})
            branch.setdefault(last, value)
    return f'<gpu id="{escape(address)}">{_xml(tree)}</gpu>'


def _read(text: str, evidence: Evidence) -> None:
    found = _table(text)
    if found is None or {("nvidia-smi", "-q", "-x"), ("nvidia-smi", "-q")} & evidence.commands.keys():
        return
    names, rows = found
    if "index" in names and all(row[names.index("index")].isdecimal() for row in rows):
        rows = sorted(rows, key=lambda row: int(row[names.index("index")][:9]))
    driver = rows[0][names.index("driver_version")] if "driver_version" in names else None
    head = f"<driver_version>{escape(driver)}</driver_version>" if driver else ""
    cards = "".join(_card(names, row) for row in rows)
    evidence.command("nvidia-smi", "-q", "-x", text=f"<nvidia_smi_log>\n{head}\n{cards}</nvidia_smi_log>")


KIND = Kind(name="the CSV of nvidia-smi --query-gpu", matches=_table, read=_read)
