"""lscpu's answer as text or JSON: all that is known of some machines that people send."""

import re
from typing import Any

from dlws.catalog.arm_cores import rank_of
from dlws.host.json_text import decoded
from dlws.model.cpu import Cpu
from dlws.pattern import pattern
from dlws.probes.cpu.cpu_clock import brand_clock
from dlws.probes.cpu.cpu_flags import flags
from dlws.probes.cpu.cpulist import parse_list
from dlws.probes.cpu.lscpu_caches import Chip

Pairs = list[tuple[str, str]]

LINE = pattern(r"( {0,8})([A-Z][\w ()/.,-]{0,60}?):(\s*)(.*)")
SIZE = pattern(r"(\d{1,9}(?:[.,]\d{1,3})?) ?([KMG])(iB)?\b(?: \((\d{1,6}) instances?\))?")
BYTES = pattern(r"(\d{4,12})(?: \((\d{1,6}) instances?\))?")
"""With ``lscpu --bytes``."""
DEEPEST = 20
"""Levels of JSON; lscpu has three, and Python ends at a thousand."""
KIB = {"K": 1, "M": 1024, "G": 1024**2}
ARM_VENDORS = {
    "ARM",
    "Ampere",
    "APM",
    "Apple",
    "Broadcom",
    "Cavium",
    "Fujitsu",
    "HiSilicon",
    "NVIDIA",
    "Qualcomm",
    "Samsung",
}


def read(text: str) -> Cpu | None:
    """The processor that lscpu describes; None if the text is no answer of lscpu."""
    answer = Answer(_pairs(text))
    return (
        answer.cpu()
        if (answer.first("CPU(s)") and answer.first("On-line CPU(s) list", "Thread(s) per core"))
        or text.startswith("Model name:")  # a report that tells no more of the processor than its name
        else None
    )


def _pairs(text: str) -> Pairs:
    if text.lstrip().startswith("{"):
        answer = decoded(text)
        return _tree(answer.get("lscpu") if isinstance(answer, dict) else None)
    return _lines(text)


def _tree(nodes: Any, left: int = DEEPEST) -> Pairs:
    """Fields of ``lscpu -J``, which nests them from util-linux 2.37 on."""
    from dlws.host.lscpu_words import english  # a machine that is known by lscpu alone is rare

    found: Pairs = []
    for node in nodes if isinstance(nodes, list) and left else []:
        if isinstance(node, dict):
            field = english(str(node.get("field", "")).rstrip(":： \u00a0"))
            found.append((field, str(node.get("data") or "").strip()))
            found += _tree(node.get("children"), left - 1)
    return found


def _lines(text: str) -> Pairs:
    """Fields of the text. A narrow terminal breaks long values, in the middle of a word too: join them."""
    found: list[tuple[str, list[str]]] = []
    column = 0
    for line in text.splitlines():
        if match := LINE.match(line):
            column = match.start(4)
            found.append((match[2].strip(), [match[4]]))
        elif found and line.strip() and not line.startswith("#"):
            found[-1][1].append(line[column:] if not line[:column].strip() else line)
    return [(name, "".join(parts).strip()) for name, parts in found]


class Answer:
    """Fields by name. A chip with several kinds of cores repeats those of each kind."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for field, value in self._pairs if field == name and value not in ("", "-")]

    def first(self, *names: str) -> str | None:
        """The first value of the first of these fields that is there."""
        return next((value for name in names for value in self.all(name)), None)

    def number(self, name: str) -> int | None:
        """A whole number."""
        text = self.first(name) or ""
        return int(text) if re.fullmatch(r"\d{1,7}", text) else None

    def cpu(self) -> Cpu:
        """The noun."""
        architecture, vendor = self.first("Architecture"), self.first("Vendor ID")
        model = self._model()
        threads = len(parse_list(self.first("On-line CPU(s) list") or "")) or self.number("CPU(s)")
        sockets, cores = self._sockets(), self._cores(threads)
        features = self.first("Flags")
        p_cores, e_cores = self._ranked()
        chip = Chip(
            vendor=vendor,
            family=self.number("CPU family"),
            model=self.number("Model"),
            sockets=sockets,
            cores=cores,
            threads=threads,
            numa_nodes=self.number("NUMA node(s)"),
            has_l3=self.first("L3 cache", "L3") is not None,
        )
        l3 = self._cache("L3", chip)
        return Cpu(
            model=model,
            vendor=vendor or ("IBM" if (model or "").startswith("POWER") else None),
            architecture=architecture,
            sockets=sockets,
            cores=cores,
            threads=threads,
            p_cores=p_cores,
            e_cores=e_cores,
            smt=None if cores is None or threads is None else threads > cores,
            offline_threads=self._offline(),
            base_mhz=brand_clock(model),
            max_mhz=max((_mhz(text) for text in self.all("CPU max MHz")), default=0.0) or None,
            l1d_kib=self._cache("L1d", chip),
            l1i_kib=self._cache("L1i", chip),
            l2_kib=self._cache("L2", chip),
            l3_mib=None if l3 is None else l3 / 1024,
            flags=flags(frozenset(features.split()) if features else None, _family(architecture, vendor)),
            numa_nodes=self.number("NUMA node(s)"),
            microcode=self.first("Microcode version"),
        )

    def _model(self) -> str | None:
        """The strongest kind of cores first."""
        models = sorted(self._models(), key=lambda one: -(rank_of(one) or 0))
        return " + ".join(dict.fromkeys(models)) or None

    def _models(self) -> list[str]:
        return [" ".join(one.split()) for one in self.all("Model name")]

    def _ranked(self) -> tuple[int | None, int | None]:
        """Strong and weak cores, where every kind's place is known."""
        ranks = [rank_of(one) for one in self._models()]
        cores = self._kinds()
        known = [rank for rank in ranks if rank is not None]
        if len(set(known)) < 2 or len(known) != len(ranks) or len(cores) != len(ranks):
            return None, None
        weak = sum(count for count, rank in zip(cores, known, strict=True) if rank == min(known))
        return sum(cores) - weak, weak

    def _sockets(self) -> int | None:
        """Kinds of cores share the sockets."""
        return max(self._numbers("Socket(s)"), default=0) or None

    def _kinds(self) -> list[int]:
        """Cores of each kind. Where the firmware of an Arm machine tells no sockets, lscpu shows clusters."""
        for each, groups in (("Core(s) per socket", "Socket(s)"), ("Core(s) per cluster", "Cluster(s)")):
            pairs = zip(self._numbers(each), self._numbers(groups), strict=False)
            if found := [cores * count for cores, count in pairs]:
                return found
        return []

    def _numbers(self, name: str) -> list[int]:
        return [int(text) for text in self.all(name) if re.fullmatch(r"\d{1,6}", text, re.ASCII)]

    def _cores(self, threads: int | None) -> int | None:
        """None where lscpu's own figures do not fit together, as with CPUs that are switched off."""
        cores = sum(self._kinds())
        most = cores * max(self._numbers("Thread(s) per core"), default=0)
        return cores if cores and threads is not None and cores <= threads <= most else None

    def _offline(self) -> int | None:
        if self.first("On-line CPU(s) list") is None:
            return None
        return len(parse_list(self.first("Off-line CPU(s) list") or ""))

    def _cache(self, level: str, chip: Chip) -> int | None:
        """KiB over all instances. Before util-linux 2.34 lscpu gave the size of one: "32K", not "64 KiB"."""
        text = self.first(f"{level} cache", level) or ""
        if whole := BYTES.fullmatch(text):
            return int(whole[1]) // 1024
        found = SIZE.match(text)
        if not found:
            return None
        size = float(found[1].replace(",", ".")) * KIB[found[2]]
        if not found[3]:
            instances = chip.instances(level, size)
            return None if instances is None else round(size * instances)
        instances = int(found[4] or 0) or chip.instances(level, size / (chip.cores or 1))
        return _unrounded(size, instances, 0.0501 * KIB[found[2]])


def _unrounded(kib: float, instances: int | None, error: float) -> int:
    """lscpu prints "1.4 MiB" for 44 caches of 32 KiB; a cache's size is a multiple of 8 KiB."""
    if instances:
        exact = round(kib / instances / 8) * 8 * instances
        if exact and abs(exact - kib) <= error:
            return exact
    return round(kib)


def _mhz(text: str) -> float:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}([.,]\d{1,6})?", text) else 0.0


def _family(architecture: str | None, vendor: str | None) -> str | None:
    if re.fullmatch(r"x86_64|i[3-6]86", architecture or ""):
        return "x86"
    if (architecture or "").startswith(("aarch64", "arm")) or (
        architecture is None and vendor in ARM_VENDORS
    ):
        return "arm"
    return "x86" if architecture is None and vendor else None
