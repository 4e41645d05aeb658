"""GPUs from nvidia-smi's plain table and from ``nvidia-smi -L``."""

import re

from msgspec import structs

from dlws.model.gpu import Gpu, GpuEcc, GpuMig, GpuPower, GpuProcess
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.gpu.nvidia import nvidia_smi_names

ADDRESS = r"[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7]"
FIRST = pattern(rf"^\s*\|\s+(\d{{1,4}})\s+([^\s|][^|]*)\|\s+({ADDRESS}|N/A)\s+(?:On|Off|N/A)\s*\|(.*)\|")
"""A Jetson's GPU is on no bus."""

NAME = pattern(r"(\S(?:.*\S)?)\s+(On|Off|WDDM|TCC|MCDM|N/A)")
"""Drivers before 319 tell nothing of persistence."""

PROCESS = pattern(
    r"^[ \t]*\|[ \t]+(\d{1,4})[ \t]+(?:\S+[ \t]+\S+[ \t]+)?(\d{1,10})[ \t]+(?:(C|G|C\+G|M\+C|M)[ \t]+)?"
    r"([^\s|](?:[^|\n]*[^\s|])?)[ \t]+(\d+Mi?B|N/A)[ \t]*\|",
    re.MULTILINE,
)
"""Drivers before 346 list programs that compute, and no type."""

UNTOLD = pattern(r"^[ \t]*\|[ \t]+(\d{1,4})[ \t]+Not Supported[ \t]*\|", re.MULTILINE)
"""Of a GPU that does not tell which programs use it."""

SHARE = pattern(
    r"^[ \t]*\|[ \t]+(\d{1,4})(?:[ \t]+\d+){3}[ \t]*\|[ \t]+\d+MiB[ \t]*/[ \t]*\d+MiB[ \t]*\|", re.MULTILINE
)
"""A MIG device: numbers of GPU, GPU instance, compute instance and device."""

MEMORY = pattern(r"(?:^|\s)(\d+)\s*Mi?B\s*/\s*(\d+)\s*Mi?B")
LISTED = pattern(r"^\s*GPU (\d{1,4}): (\S(?:.*\S)?)\s*$")
UUID = pattern(r"(.*) \(UUID: ([\w-]+)\)")
MIG = pattern(r"^\s+MIG (\S+)\s+Device\s+(\d+): \(UUID: ([\w/-]+)\)")

KINDS = {"G": "graphics"}
MODES = {
    "Default": "Default",
    "E. Process": "Exclusive_Process",
    "E. Thread": "Exclusive_Thread",
    "Prohibited": "Prohibited",
}
UNREADABLE = "the driver cannot read it (ERR!): it is lost and has to be reset"
SWITCH = {"On": True, "Off": False, "Enabled": True, "Disabled": False, "Enabled*": True, "Disabled*": False}


def parse_table(text: str) -> tuple[Gpu, ...]:
    """GPUs of the table: three rows each."""
    lines = [line for line in text.splitlines() if line.strip()]
    processes, shares = PROCESS.findall(text), SHARE.findall(text)
    told = bool(processes) or "No running processes found" in text
    shares_told, untold = bool(shares) or "No MIG devices found" in text, UNTOLD.findall(text)
    found: list[Gpu] = []
    for number, line in enumerate(lines):
        if first := FIRST.match(line):
            second, third = [*lines[number + 1 : number + 3], "", ""][:2]
            running = (
                [one for one in processes if one[0] == first[1]] if told and first[1] not in untold else None
            )
            gpu = _gpu(first, _cells(second), _cells(third), running)
            mig = gpu.mig
            if mig and mig.enabled and shares_told:
                mig = structs.replace(mig, instances=shares.count(first[1]))
            found.append(structs.replace(gpu, mig=mig))
    return tuple(found)


def parse_list(text: str) -> tuple[Gpu, ...]:
    """GPUs of ``-L``, and how many MIG devices each has."""
    found: list[Gpu] = []
    shares: list[int] = []
    for line in text.splitlines():
        if listed := LISTED.match(line):
            name, uuid = named.groups() if (named := UUID.fullmatch(listed[2])) else (listed[2], None)
            found.append(Gpu(index=int(listed[1]), vendor="NVIDIA", name=name, uuid=uuid, driver="nvidia"))
            shares.append(0)
        elif MIG.match(line) and shares:
            shares[-1] += 1
    return tuple(_with_mig(gpu, count) for gpu, count in zip(found, shares, strict=True))


def _with_mig(gpu: Gpu, count: int) -> Gpu:
    return structs.replace(gpu, mig=GpuMig(enabled=True, instances=count)) if count else gpu


def _cells(line: str) -> list[str]:
    """The three cells of a row."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return cells if len(cells) == 3 else ["", "", ""]


def _gpu(
    first: re.Match[str], second: list[str], third: list[str], running: list[tuple[str, ...]] | None
) -> Gpu:
    state, cap = _halves(second[0])
    sizes = MEMORY.search(second[1])
    fan, temperature, *rest = [*state.split(), "", ""]
    utilization, _, mode = second[2].partition(" ")
    memory, mig, uncorrected = _whole(sizes and sizes[2]), SWITCH.get(third[2]), first[4].strip()
    told = first[2].rstrip()
    name, persistence = parted.groups() if (parted := NAME.fullmatch(told)) else (told, None)
    named = nvidia_smi_names.complete(name, memory)
    return Gpu(
        index=int(first[1]),
        vendor="NVIDIA",
        name=None if named.name == "ERR!" else named.name,
        architecture=named.architecture,
        compute_capability=named.compute_capability,
        memory_mib=memory,
        memory_used_mib=_whole(sizes and sizes[1]),
        pci_address=pci.normal(first[3]),
        power=GpuPower(
            limit_w=_number(cap), draw_w=next((_number(word) for word in rest if _is_watts(word)), None)
        ),
        temperature_c=_number(temperature),
        fan_percent=_number(fan),
        utilization_percent=_number(utilization),
        ecc=GpuEcc(
            enabled=True if uncorrected.isdigit() else SWITCH.get(uncorrected),  # "On" in MIG mode
            uncorrected_volatile=_whole(uncorrected),
        ),
        persistence=SWITCH.get(persistence or ""),
        compute_mode=MODES.get(mode.strip()),
        mig=None if mig is None else GpuMig(enabled=mig),
        processes=None if running is None else tuple(_process(one) for one in running),
        driver="nvidia",
        problem=UNREADABLE if _lost(named.name, temperature, second[1]) else None,
    )


def _lost(name: str, temperature: str, memory: str) -> bool:
    """A fan alone that cannot be read is no lost card."""
    return name == "ERR!" or temperature == "ERR!" or "lost" in memory.lower()


def _halves(cell: str) -> tuple[str, str]:
    """``62W / 400W``; of ``Not Supported`` both are empty."""
    first, slash, second = cell.partition("/ ") if "/ " in cell else ("", "", "")
    return (first, second.strip()) if slash else (cell if "C" in cell else "", "")


def _is_watts(word: str) -> bool:
    return re.fullmatch(r"\d+W", word) is not None


def _process(cells: tuple[str, ...]) -> GpuProcess:
    _, pid, kind, name, memory = cells
    return GpuProcess(pid=int(pid), name=name, memory_mib=_whole(memory), kind=KINDS.get(kind, "compute"))


def _number(cell: str | None) -> float | None:
    found = re.match(r"\d{1,9}(?:\.\d+)?", cell or "")
    return float(found[0]) if found else None


def _whole(cell: str | None) -> int | None:
    value = _number(cell)
    return None if value is None else round(value)
