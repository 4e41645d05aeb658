"""What nvidia-smi printed in several of its forms, put together: no form tells all."""

import re
from collections.abc import Sequence

from msgspec import structs

from dlws.host import Host
from dlws.host.host import MISSING, Output
from dlws.model.gpu import Gpu, NvLink
from dlws.pattern import pattern
from dlws.probes.gpu import pci
from dlws.probes.gpu.filled import filled
from dlws.probes.gpu.nvidia import nvidia_smi, nvidia_smi_fault, nvidia_smi_table

UNOPENED = pattern(
    r"(?i)Unable to determine the device handle for (?:GPU ?)?(?:\d+: ?)??"
    r"((?:[\da-f]{3,8}:)?[\da-f]{2}:[\da-f]{1,2}\.[\da-f]): (.*\S)"
)
LINKED = pattern(
    r"^(?:[ \t]*GPU (\d{1,4}): |[ \t]*Link \d+: (?:(<inactive>)|\d+(?:\.\d+)? GB/s)|.*(all links are in[aA]ctive))",
    re.MULTILINE,
)
"""A GPU, a link, and what stands in the place of all links if none is up."""


def read(host: Host) -> tuple[tuple[Gpu, ...], str | None]:
    """GPUs that nvidia-smi listed, and the fault that it reported instead."""
    logs: list[tuple[Gpu, ...]] = []
    text = ""
    for options in (("-q", "-x"), ("-q",)):
        output = host.run("nvidia-smi", *options)
        text += _words(output)
        if found := nvidia_smi.parse(output.stdout):
            logs.append(found)
            break
        if output.code not in (0, MISSING):  # it ran and failed, and would again
            return _unopened(text), _said(text)
    if logs and host.origin() is None:
        return logs[0], None  # the whole log of a machine that can be asked leaves nothing out
    listing, table = host.run("nvidia-smi", "-L"), host.run("nvidia-smi")
    text += _words(listing) + _words(table)
    logs += [nvidia_smi_table.parse_list(listing.stdout), nvidia_smi_table.parse_table(table.stdout)]
    known = _linked(_together([log for log in logs if log]), host)
    places = {gpu.pci_address for gpu in known}
    lost = tuple(gpu for gpu in _unopened(text) if gpu.pci_address not in places)
    return (*known, *lost), None if known else _said(text)


def _words(output: Output) -> str:
    return f"{output.stdout}\n{output.stderr}\n"


def _together(logs: Sequence[tuple[Gpu, ...]]) -> tuple[Gpu, ...]:
    """The first list, with what it leaves open filled from those of the others that list the same cards."""
    first, *others = logs or [()]
    for other in others:
        pairs = list(zip(first, other, strict=False))
        places = [{one.pci_address, two.pci_address} - {None} for one, two in pairs]
        if len(other) == len(first) and all(len(place) < 2 for place in places):
            first = tuple(filled(one, two) for one, two in pairs)
    return first


def _linked(gpus: tuple[Gpu, ...], host: Host) -> tuple[Gpu, ...]:
    """With the links that ``nvidia-smi nvlink --status`` shows."""
    if host.origin() is None:
        return gpus
    links: dict[int, list[bool]] = {}
    found: dict[int, NvLink] = {}
    for number, inactive, none in LINKED.findall(host.run("nvidia-smi", "nvlink", "--status").stdout):
        if number:
            links[int(number)] = []
        elif links and none:
            found[next(reversed(links))] = NvLink(active=0)
        elif links:
            links[next(reversed(links))].append(not inactive)
    found |= {
        index: NvLink(links=len(active), active=sum(active)) for index, active in links.items() if active
    }
    return tuple(structs.replace(gpu, nvlink=found.get(gpu.index or 0, gpu.nvlink)) for gpu in gpus)


def _unopened(text: str) -> tuple[Gpu, ...]:
    """GPUs that nvidia-smi names because it cannot open them: ``-L`` goes on after one, the table ends."""
    return tuple(
        Gpu(
            vendor="NVIDIA",
            pci_address=address,
            driver="nvidia",
            problem=f"nvidia-smi cannot open it ({why}): it has to be reset, or the machine rebooted",
        )
        for address, why in {pci.normal(place): why for place, why in UNOPENED.findall(text)}.items()
    )


def _said(text: str) -> str | None:
    fault = nvidia_smi_fault.find(text)
    return fault.sentence if fault else None
