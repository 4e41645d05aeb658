"""AMD GPUs from what rocminfo, rocm-smi or a collect_env report printed: machines known from a text only."""

import re
from typing import Any

import msgspec
from msgspec import structs

from dlws.host import Host
from dlws.model.gpu import Gpu, GpuPower
from dlws.pattern import pattern
from dlws.probes import collect_env
from dlws.probes.gpu import gpu_amdgpu_top, pci
from dlws.probes.numbers import number
from dlws.probes.problems import Problems

REPORTED = pattern(r"^GPU models and configuration[ \t]*:[ \t]*(.+?) ?\((gfx\w+)[^)]*\)", re.MULTILINE)
CONCISE = pattern(
    r"^(\d+)\s+\d+\s+(0x[0-9a-f]{4}),\s+\d+\s+(\S+?)°?C\s+(\S+?)W\s+"
    r".*?\s\d+Mhz\s+\d+Mhz\s+(\S+)%\s+\S+\s+(\S+?)W\s+",
    re.MULTILINE,
)
TALE = pattern(r"^GPU\[(\d+)\]\s*:\s*(?:\([^)]*\)\s*)?(.*?):\s*(.+?)\s*$", re.MULTILINE)
HOTTEST = 200
"""Above, a reading is none: a wedged card reads 511."""


def gpus(host: Host, problems: Problems) -> tuple[Gpu, ...]:
    """GPUs of the first text that lists any; PyTorch's report names the first one's model."""
    told = (
        parse_info(host.run("rocminfo").stdout)
        or parse_smi(host.run("rocm-smi").stdout, problems)
        or gpu_amdgpu_top.parse(host.run("amdgpu_top", "--json").stdout)
    )
    found = REPORTED.search(host.read(collect_env.PLACE) or "")
    if found is None or (told and told[0].name):
        return told
    if not told:
        problems.add("the report names one AMD GPU and does not say how many there are")
        vendor = (
            "AMD" if re.match(r"AMD|Radeon|Instinct", found[1]) else None
        )  # Hygon's cards run on ROCm too
        return (Gpu(index=0, vendor=vendor, name=found[1], gfx=found[2], driver="amdgpu"),)
    problems.add("the report names the model of the first AMD GPU only")
    return (structs.replace(told[0], name=found[1], gfx=found[2]), *told[1:])


def parse_info(text: str) -> tuple[Gpu, ...]:
    """Agents that are GPUs; they stand after the CPUs, in the order of HIP's numbers."""
    agents = re.split(r"^\s*Agent \d+\s*$", text, flags=re.MULTILINE)[1:]
    found = [agent for agent in agents if _field(agent, "Device Type") == "GPU"]
    return tuple(_agent(index, agent) for index, agent in enumerate(found))


def _agent(index: int, agent: str) -> Gpu:
    place = _count(_field(agent, "BDFID"))
    chip = re.search(r"\(0x([0-9a-f]+)\)", _field(agent, "Chip ID") or "", re.IGNORECASE)
    pools = re.findall(r"Segment: +GLOBAL;[^\n]*\n\s*Size: +(\d+)", agent)
    return Gpu(
        index=index,
        vendor="AMD",
        name=_field(agent, "Marketing Name"),
        gfx=_field(agent, "Name"),
        memory_mib=int(pools[0]) // 1024 if pools else None,
        pci_address=None
        if not place
        else f"0000:{place >> 8 & 0xFF:02x}:{place >> 3 & 0x1F:02x}.{place & 7}",
        pci_id=f"1002:{int(chip[1], 16):04x}" if chip else None,
        driver="amdgpu",
    )


def _field(agent: str, name: str) -> str | None:
    found = re.search(rf"^ +{name}: +(\S.*?) *$", agent, re.MULTILINE)
    return found[1] if found else None


def _count(text: str | None) -> int | None:
    found = re.match(r"\d{1,9}", text or "")
    return int(found[0]) if found else None


def parse_smi(text: str, problems: Problems) -> tuple[Gpu, ...]:
    """GPUs of rocm-smi's JSON, its concise table or its lines for each card."""
    if text.lstrip().startswith("{"):
        return _from_json(text, problems)
    if rows := CONCISE.findall(text):
        return tuple(_row(row, problems) for row in rows)
    told: dict[int, dict[str, str]] = {}
    for index, key, value in TALE.findall(text):
        told.setdefault(int(index), {})[key] = value
    return tuple(_card(index, fields, problems) for index, fields in sorted(told.items()))


def _from_json(text: str, problems: Problems) -> tuple[Gpu, ...]:
    try:
        data = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return ()
    cards = (
        {name: card for name, card in data.items() if isinstance(card, dict)}
        if isinstance(data, dict)
        else {}
    )
    numbers = {int(name[4:]): card for name, card in cards.items() if re.fullmatch(r"card\d{1,4}", name)}
    return tuple(_card(index, card, problems) for index, card in sorted(numbers.items()))


def _row(row: tuple[str, ...], problems: Problems) -> Gpu:
    index, device, temperature, power, fan, limit = row
    return Gpu(
        index=int(index),
        vendor="AMD",
        pci_id=f"1002:{device[2:]}",
        temperature_c=_temperature(int(index), number(temperature), problems),
        power=GpuPower(draw_w=number(power), limit_w=number(limit)),
        fan_percent=number(fan),
        driver="amdgpu",
    )


def _card(index: int, card: dict[str, Any], problems: Problems) -> Gpu:
    """Keys differ between versions of rocm-smi in case and wording; numbers come as texts."""
    lower = {str(key).lower(): value for key, value in card.items()}

    def value(*starts: str) -> Any:
        return next((lower[key] for start in starts for key in lower if key.startswith(start)), None)

    total, used = number(value("vram total memory (b)")), number(value("vram total used memory (b)"))
    device = str(value("gpu id", "device id") or "")
    name, gfx, vbios = (
        found if isinstance(found, str) else None
        for found in (value("card series", "device name", "card model"), value("gfx version"), value("vbios"))
    )
    hottest = value("temperature (sensor junction)", "temperature (sensor edge)", "temperature")
    return Gpu(
        index=index,
        vendor="AMD",
        name=name if name and not name.startswith("0x") else None,
        gfx=gfx if gfx and gfx.startswith("gfx") else None,
        memory_mib=None if total is None else int(total) // 2**20,
        memory_used_mib=None if used is None else int(used) // 2**20,
        memory_free_mib=None if total is None or used is None else int(total - used) // 2**20,
        pci_address=pci.normal(str(value("pci bus") or "")),
        pci_id=f"1002:{device[2:].lower()}" if re.fullmatch(r"0x[0-9a-fA-F]{4}", device) else None,
        numa_node=_node(number(value("numa node"))),
        power=GpuPower(
            limit_w=number(value("max graphics package power")),
            draw_w=number(value("average graphics package power", "current socket graphics package power")),
        ),
        temperature_c=_temperature(index, number(str(hottest).rstrip("cC°")), problems),
        fan_percent=number(value("fan speed (%)")),
        utilization_percent=number(value("gpu use (%)")),
        vbios=vbios,
        driver="amdgpu",
        problem=_wedged(number(str(hottest).rstrip("cC°"))),
    )


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
