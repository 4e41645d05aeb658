"""AMD GPUs from what ``rocm-smi`` printed: its tables, its lines for each card, its JSON and its CSV."""

import csv
import re
from typing import Any

from msgspec import structs

from dlws.catalog import gpus as catalog
from dlws.host.json_text import decoded
from dlws.model.gpu import Gpu, GpuClocks, GpuPower, PcieLink
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.numbers import number
from dlws.probes.problems import Problems

TALE = pattern(r"^[ \t]*GPU\[(\d{1,4})\][ \t]*:(.*)$", re.MULTILINE)
BRACKET = pattern(r"\([^)]*\)\s*")
HEADER = pattern(r"(?:GPU|Device)\s.*\b(?:SCLK|PwrCap|GUID|GFX RAS|VRAM%)(?!\w)", re.IGNORECASE)
GAP = pattern(r"\s{2,}|\t+")
CARD = pattern(r"(?:card|GPU)?(\d{1,4})")
CLOCK = pattern(r"\((\d{1,9})\s*mhz\)|^(\d{1,9})\s*mhz", re.IGNORECASE)
LINK = pattern(r"([\d.]{1,9}) ?GT/s,? x(\d{1,3})", re.IGNORECASE)
SHARE = pattern(r"([\d.]{1,20})\)?\s{0,9}%")
HOTTEST = 200
"""Above, a reading is none: a wedged card reads 511."""
CUT = 20
"""A table has so much room for a name."""

Card = dict[str, Any]
"""Values by their names in small letters; those of a table begin with "table"."""

TEMPERATURES = (
    "temperature (sensor junction)",
    "temperature (sensor edge)",
    "temperature",
    "table temp",
)
SM_CLOCKS = ("sclk clock speed", "sclk clock level", "gpu clock level", "table sclk")
MEMORY_CLOCKS = ("mclk clock speed", "mclk clock level", "gpu memory clock level", "table mclk")
DEVICES = ("device id", "gpu id", "table ids", "card series")

DRAWS = (
    "average graphics package power",
    "current socket graphics package power",
    "table power",
    "table avgpwr",
)

NOTHING = pattern(r"|n/a\b.*|none|unknown|unsupported", re.IGNORECASE)


def parse(text: str, problems: Problems) -> tuple[Gpu, ...]:
    """GPUs in the order of their numbers; empty for anything else."""
    if text.lstrip().startswith("{"):
        told = _from_json(text)
    else:
        told = _from_tables(text)
        for index, tale in TALE.findall(text):
            key, value = _tale(tale.strip())
            if value:
                told.setdefault(int(index), {}).setdefault(key, value)
        for index, card in _from_csv(text).items():
            told.setdefault(index, {}).update(card)
    return tuple(_card(index, card, problems) for index, card in sorted(told.items()))


def _tale(words: str) -> tuple[str, str]:
    """Name and value of ``(Topology) Numa Node: 0``."""
    bracket = BRACKET.match(words)
    key, _, value = words[bracket.end() if bracket else 0 :].partition(":")
    return key.strip().lower(), value.strip()


def _from_json(text: str) -> dict[int, Card]:
    data = decoded(text)
    cards = data.items() if isinstance(data, dict) else ()
    return {
        int(found[1]): {str(key).lower(): value for key, value in card.items()}
        for name, card in cards
        if isinstance(card, dict) and (found := CARD.fullmatch(name))
    }


def _from_csv(text: str) -> dict[int, Card]:
    """``device,GPU use (%),...`` and a line for each card."""
    start = re.search(r"^device,.*$", text, re.MULTILINE)
    if start is None:
        return {}
    try:
        rows = list(csv.reader(text[start.start() :].splitlines()))
    except csv.Error:  # a field of over 128 KiB
        return {}
    names = [name.strip().lower() for name in rows[0]]
    found = {}
    for row in rows[1:]:
        number_of = CARD.fullmatch(row[0]) if row else None
        if number_of is None or len(row) != len(names):
            break
        found[int(number_of[1])] = dict(zip(names[1:], row[1:], strict=True))
    return found


def _from_tables(text: str) -> dict[int, Card]:
    """Columns stand two spaces apart; ``(DID, GUID)`` and ``NPS1, SPX`` have such gaps within."""
    found: dict[int, Card] = {}
    names: list[str] = []
    last: Card | None = None
    for line in text.splitlines():
        cells = GAP.split(re.sub(r",\s+", ", ", line.strip()))
        if HEADER.match(line.strip()):
            names, last = [cell.lower() for cell in cells], None
        elif names and len(cells) == len(names) and cells[0].isdecimal() and len(cells[0]) < 5:
            last = found.setdefault(int(cells[0]), {})
            last.update({f"table {name}": cell for name, cell in zip(names, cells, strict=True)})
        elif last is not None and len(cells) == 1 and line[:1] in " \t" and cells[0][:1].isalpha():
            last.update({"card series": cells[0]} if len(cells[0]) < CUT else {})
            last = None
    return found


def _card(index: int, card: Card, problems: Problems) -> Gpu:
    """Keys differ between versions of rocm-smi in case and wording; numbers come as texts."""

    def value(*starts: str) -> Any:
        told = (card[key] for start in starts for key in card if key.startswith(start))
        return next((one for one in told if not NOTHING.fullmatch(str(one).strip())), None)

    celsius = _reading(value(*TEMPERATURES))
    memory, compute = _partitions(str(value("table partitions") or ""))
    gpu = Gpu(
        index=index,
        vendor="AMD",
        name=_name(value),
        gfx=_starting(value("gfx version", "table gfx ver"), "gfx"),
        memory_vendor=_starting(value("gpu memory vendor"), ""),
        uuid=_uuid(value("unique id")),
        pci_address=pci.normal(str(value("pci bus", "table bus") or "")),
        pci_id=_pci_id(value),
        numa_node=_node(number(value("numa node", "(topology) numa node"))),
        pcie=_link(str(value("pcie clock level") or "")),
        temperature_c=_temperature(index, celsius, problems),
        fan_percent=_share(value("fan speed (%)", "fan level", "table fan")),
        utilization_percent=_share(value("gpu use (%)", "table gpu%")),
        compute_partition=_starting(value("compute partition"), "") or compute,
        memory_partition=_starting(value("memory partition"), "") or memory,
        vbios=_starting(value("vbios", "table vbios"), ""),
        driver="amdgpu",
        problem=_wedged(celsius),
    )
    return _measured(gpu, value)


def _measured(gpu: Gpu, value: Any) -> Gpu:
    """With its memory, power and clocks."""
    total, used = (number(value(f"vram total {name}memory (b)")) for name in ("", "used "))
    limit = _reading(value("max graphics package power", "table pwrcap"))
    return structs.replace(
        gpu,
        memory_mib=None if total is None else int(total) // 2**20,
        memory_used_mib=None if used is None else int(used) // 2**20,
        memory_free_mib=None if total is None or used is None else int(total - used) // 2**20,
        power=GpuPower(limit_w=limit or None, draw_w=_reading(value(*DRAWS))),
        clocks=GpuClocks(sm_mhz=_clock(value(*SM_CLOCKS)), memory_mhz=_clock(value(*MEMORY_CLOCKS))),
    )


def _name(value: Any) -> str | None:
    """Some versions name the chip as pci.ids does, ``Navi 22 [Radeon RX 6700/6700 XT / 6800M]``; with the
    revision the catalog knows the card."""
    told = _starting(value("card series", "device name"), "")
    told = None if told is None or told.startswith("0x") else told
    revision = str(value("device rev") or "").lower().removeprefix("0x")
    if revision and (told is None or "[" in told):
        known = catalog.find(_pci_id(value), revision=revision.zfill(2))
        return known.aliases[0] if known is not None and known.aliases else told
    return told


def _pci_id(value: Any) -> str | None:
    """Where rocm-smi 5 has no name for a card, it gives the device's number as its series. Its model is the
    subsystem's number; since rocm-smi 6, which tells the subsystem too, it is the device's. The oldest tables
    leave out the 0x."""
    model = value("card model") if value("subsystem id") else None
    table = str(value("table did") or "").removeprefix("0x")
    for told in (*(value(name) for name in DEVICES), model, f"0x{table}"):
        found = re.match(r"0x([0-9a-fA-F]{4})\b", str(told or ""))
        if found and found[1] != pci.AMD:  # with a damaged list of names, rocm-smi gives the maker's number
            return f"{pci.AMD}:{found[1].lower()}"
    return None


def _starting(value: Any, start: str) -> str | None:
    return value if isinstance(value, str) and value and value.startswith(start) else None


def _uuid(value: Any) -> str | None:
    """As rocminfo has it."""
    text = str(value or "").lower().removeprefix("0x")
    return f"GPU-{text.zfill(16)}" if re.fullmatch(r"[0-9a-f]{8,16}", text) and text.strip("0") else None


def _partitions(told: str) -> tuple[str | None, str | None]:
    """Memory and compute, of ``NPS1, SPX`` or ``NPS1, SPX, 0``."""
    parts = [part.strip() for part in told.split(",")] if "," in told else []
    known = [part if part.isalnum() and not part.isdecimal() else None for part in parts[:2]]
    return (known[0], known[1]) if len(known) == 2 else (None, None)


def _reading(value: Any) -> float | None:
    """``50.0c``, ``35.0°C``, ``133.0W``, ``45``."""
    found = re.match(r"-?[\d.]{1,20}", str(value).strip())
    return number(found[0]) if found else None


def _share(value: Any) -> float | None:
    """``0%``, ``79 (30%)``, ``124 (48.63)%``, ``30.2``."""
    found = SHARE.search(str(value))
    return number(found[1]) if found else number(value)


def _clock(value: Any) -> int | None:
    found = CLOCK.search(str(value).strip())
    return int(found[1] or found[2]) if found else None


def _link(told: str) -> PcieLink:
    found = LINK.search(told)
    return PcieLink(gen=pci.generation(f"{found[1]} GT/s"), width=int(found[2])) if found else PcieLink()


def _temperature(index: int, celsius: float | None, problems: Problems) -> float | None:
    if celsius is not None and celsius >= HOTTEST:
        problems.add(f"GPU {index}: its temperature reads {celsius:g} C, which cannot be")
        return None
    return celsius


def _node(value: float | None) -> int | None:
    return None if value is None or value < 0 else int(value)


def _wedged(celsius: float | None) -> str | None:
    """Nine bits, all set: the sensor does not answer, as after a crash of the card's firmware."""
    if celsius is None or celsius < HOTTEST:
        return None
    return f"its sensors give no valid reading ({celsius:g} C): the card does not answer; reboot"
