"""Is the memory of each GPU sound and free?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.gpu import Gpu

from . import gpus
from .base import check

STRAY_MIB = 1024
"""Memory in use that no listed process holds: less can be the driver's own."""
MAX_RETIRED_PAGES = 63
"""From there on NVIDIA's field diagnostic and its DCGM (dcgm_GPUHardwareLimits.h) fail a card."""
GUIDE = "https://docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt/"


@check("gpu.ecc", "Is the GPU's memory free of errors?")
def ecc(case: Case) -> Iterator[Finding]:
    """Errors that could not be corrected spoil results. A card mends itself: Ampere and newer replace the bad row,
    older ones take its page out of use. It has to be returned where that failed, or where no page is left for it.
    """
    for one in gpus.working(case):
        facts = {name: getattr(one.ecc, name) for name in one.ecc.__struct_fields__}
        told = {name: value for name, value in facts.items() if value is not None}
        if told:
            yield _failed(one, told) or _weak(one, told) or _sound(one, told)


def _failed(one: Gpu, told: dict[str, Any]) -> Finding | None:
    subject, state = gpus.subject(one), one.ecc
    confirm = "have the maker's field diagnostic confirm it, and the card replaced"
    if state.remap_failed:
        why = (
            "a bad memory row could not be replaced: spare rows are used up, or the card could not record it"
        )
        return ecc.fail("row remapping failed", subject, why=why, fix=f"{confirm}: {GUIDE}", **told)
    if one.vendor == "NVIDIA" and (state.retired_pages or 0) >= MAX_RETIRED_PAGES:
        why = f"NVIDIA's field diagnostic fails a card with {MAX_RETIRED_PAGES}; there is room for 64"
        what = f"{state.retired_pages} pages of memory are retired"
        return ecc.fail(what, subject, why=why, fix=confirm, **told)
    if state.uncorrected_volatile:
        what = (
            f"{state.uncorrected_volatile} memory errors that could not be corrected since the driver started"
        )
        why = "what was computed since then may be wrong"
        return ecc.fail(what, subject, why=why, fix=f"{_reset(one)}; if it comes back, {confirm}", **told)
    return None


def _weak(one: Gpu, told: dict[str, Any]) -> Finding | None:
    subject, state = gpus.subject(one), one.ecc
    if state.remap_pending or state.retired_pages_pending:
        why = "a bad part of the memory was found, and is taken out of use when the card restarts"
        return ecc.warn("bad memory waits to be replaced", subject, why=why, fix=_reset(one), **told)
    mended = _mended(one)
    if (state.uncorrected_total or 0) > mended:
        what = f"{state.uncorrected_total} memory errors that could not be corrected in the card's life"
        places = (
            f"{mended} bad places were taken out of use" if mended else "no bad place was taken out of use"
        )
        why = f"none since the driver started, and {places}; more of them mean that the memory is failing"
        fix = "watch whether the number grows: nvidia-smi -q -d ECC"
        return ecc.warn(what, subject, why=why, fix=fix, **told)
    if state.enabled is not None and state.pending is not None and state.enabled != state.pending:
        what = f"error correction will be {'on' if state.pending else 'off'} after a restart"
        return ecc.warn(what, subject, why="the mode was changed and waits", fix=_reset(one), **told)
    return None


def _sound(one: Gpu, told: dict[str, Any]) -> Finding:
    off = "error correction is off; " if one.ecc.enabled is False else ""
    if mended := _mended(one):
        what = f"{off}{mended} bad places of the memory were taken out of use, and no others are known"
    else:
        what = f"{off}no errors are known" if off else "no memory errors that could not be corrected"
    return ecc.ok(what, gpus.subject(one), **told)


def _mended(one: Gpu) -> int:
    """Bad places that the card no longer uses."""
    return (one.ecc.retired_pages or 0) + (one.ecc.remapped_rows or 0)


def _reset(one: Gpu) -> str:
    if one.vendor != "NVIDIA":
        return "restart the machine: sudo reboot"
    return f"end what uses it, then: sudo nvidia-smi --gpu-reset -i {gpus.selector(one)}"


def held_mib(one: Gpu) -> int | None:
    """Memory that the listed processes hold; None if one does not say."""
    sizes = [process.memory_mib for process in one.processes or ()]
    known = [size for size in sizes if size is not None]
    return sum(known) if one.processes is not None and len(known) == len(sizes) else None


@check("gpu.memory_in_use", "Is the GPU's memory free, or held by something that is known?")
def memory_in_use(case: Case) -> Iterator[Finding]:
    """A worker that died badly can keep memory that no tool shows, and the next job runs out of it.

    Not judged where a display is drawn, whose memory no process is charged with, nor in a container, which
    sees only its own processes.
    """
    contained = case.have.os.container not in (None, "none")
    for one in gpus.working(case):
        used, held, subject = one.memory_used_mib, held_mib(one), gpus.subject(one)
        if used is None or one.unified_memory:
            continue
        draws = one.display_attached or any(process.kind == "graphics" for process in one.processes or ())
        names = sorted({process.name or str(process.pid) for process in one.processes or ()})
        what = f"{used} MiB in use" + (f" by {', '.join(names)}" if names else "")
        if held is None or contained or draws or used - held <= STRAY_MIB:
            yield memory_in_use.ok(what, subject, used_mib=used, held_mib=held)
        else:
            why = f"the processes that the driver lists hold only {held} MiB"
            fix = "find who holds it, and end that: sudo fuser -v /dev/nvidia*"
            yield memory_in_use.warn(what, subject, why=why, fix=fix, used_mib=used, held_mib=held)


CHECKS = (ecc, memory_in_use)
