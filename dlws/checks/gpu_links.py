"""Are the links between GPUs up?"""

import re
from collections.abc import Callable, Iterator

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.gpu import Gpu, NvLink

from . import gpus
from .base import Check, check
from .driver_remedy import fabric_manager

SXM = re.compile(r"\bSXM\d?\b")
"""Modules on a board of NVIDIA's that wires NVLinks between all of them; a PCIe card may have no bridge."""
WITHOUT_SWITCH = re.compile(r"\bSXM2\b")
"""Boards for these wire their links from card to card."""


@check("gpu.nvlink", "Are the NVLinks of each GPU up?")
def nvlink(case: Case) -> Iterator[Finding]:
    """How many links a board wires is its maker's choice; a card with fewer than its twin has lost some, and
    modules of an SXM board without any are not a board: where switches are between them, those wait for the
    fabric manager. https://docs.nvidia.com/datacenter/tesla/fabric-manager-user-guide/
    """
    dark = _dark(case)
    for one in dark:
        yield _no_link(one, case)
    rest = [one for one in gpus.working(case) if one not in dark]
    fix = "reseat the bridge, or the module, and see which link is down: nvidia-smi nvlink --status"
    yield from _twins(nvlink, rest, lambda one: None if _shared(one) else one.nvlink, fix)


@check("gpu.xgmi", "Are the xGMI links of each GPU up?")
def xgmi(case: Case) -> Iterator[Finding]:
    """Cards of one model on one board have the same number of links; one with fewer has lost some."""
    fix = "restart the machine; if it stays, reseat the module, and see which link is down: amd-smi xgmi --link-status"
    yield from _twins(xgmi, gpus.working(case), lambda one: one.xgmi, fix)


def _twins(
    of: Check, cards: tuple[Gpu, ...] | list[Gpu], links: Callable[[Gpu], NvLink | None], fix: str
) -> Iterator[Finding]:
    """Each card against the one of its name that has the most links up."""
    known = [(one, it, it.active) for one in cards if (it := links(one)) and it.active is not None]
    for one, it, up in known:
        most, subject = max(active for twin, _, active in known if twin.name == one.name), gpus.subject(one)
        if up == most:
            count = f" of {it.links}" if it.links is not None else ""
            yield of.ok(f"{up}{count} links are up", subject, active=up)
        else:
            twin = f"another {gpus.name(one)} here has {most}"
            why = f"{twin}: a bridge or connector is loose, or a link failed"
            yield of.warn(f"{up} links are up", subject, why=why, fix=fix, active=up, twin=most)


def _dark(case: Case) -> list[Gpu]:
    """Modules of SXM boards, where there are several and none has a link up."""
    modules = [one for one in gpus.working(case) if _is_module(one) and not _shared(one)]
    return modules if len(modules) > 1 and all(_linked(one, case) is False for one in modules) else []


def _is_module(one: Gpu) -> bool:
    """By the driver's name, or by the catalog's where that says nothing, as of the H100."""
    from dlws.catalog import gpus as catalog  # only for machines with NVIDIA GPUs

    if one.vendor != "NVIDIA":
        return False
    model = catalog.find(one.pci_id, one.name, one.memory_mib)
    return any(SXM.search(name) for name in (one.name or "", model.name if model else ""))


def _shared(one: Gpu) -> bool:
    """True for a card in parts (MIG), which have no NVLink."""
    return one.mig is not None and one.mig.enabled is True


def _linked(one: Gpu, case: Case) -> bool | None:
    """Whether any NVLink of the card is up; None if nothing tells."""
    if one.nvlink is not None and one.nvlink.active is not None:
        return one.nvlink.active > 0
    pairs = (pair for pair in case.have.topology.gpu_pairs if one.index in (pair.a, pair.b))
    told = [pair.link for pair in pairs if pair.link]
    return any(link.startswith("NV") for link in told) if told else None


def _no_link(one: Gpu, case: Case) -> Finding:
    subject, what = gpus.subject(one), f"no NVLink of {gpus.name(one)} is up"
    if case.have.os.virtualization not in (None, "none"):
        why = "the host of this virtual machine gave the GPUs without their links, or runs no fabric manager"
        return nvlink.warn(what, subject, why=why, fix="ask who runs the host", active=0)
    if WITHOUT_SWITCH.search(one.name or ""):
        why = "the driver could not start the links of this board"
        return nvlink.fail(what, subject, why=why, fix="see why: sudo dmesg | grep -i nvlink", active=0)
    why = (
        "the fabric manager starts the links of a board with NVSwitches; it is missing, or of another version"
    )
    return nvlink.fail(what, subject, why=why, fix=fabric_manager(case), active=0)


CHECKS = (nvlink, xgmi)
