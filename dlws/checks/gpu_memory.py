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


@check("gpu.ecc", "Is the GPU's memory free of errors?")
def ecc(case: Case) -> Iterator[Finding]:
    """Errors that could not be corrected spoil results; bad rows are replaced at the next reset of the card."""
    for one in gpus.working(case):
        facts = {name: getattr(one.ecc, name) for name in one.ecc.__struct_fields__}
        told = {name: value for name, value in facts.items() if value is not None}
        if told:
            yield _ecc(one, told)


def _ecc(one: Gpu, told: dict[str, Any]) -> Finding:
    subject, state = gpus.subject(one), one.ecc
    reset = f"end what uses it, then: sudo nvidia-smi --gpu-reset -i {gpus.selector(one)}"
    if one.vendor != "NVIDIA":
        reset = "restart the machine: sudo reboot"
    if state.remap_failed:
        why = (
            "a bad memory row could not be replaced: spare rows are used up, or the card could not record it"
        )
        return ecc.fail("row remapping failed", subject, why=why, fix="have the card replaced", **told)
    if state.uncorrected_volatile:
        what = (
            f"{state.uncorrected_volatile} memory errors that could not be corrected since the driver started"
        )
        why = "what was computed since then may be wrong"
        return ecc.fail(what, subject, why=why, fix=f"{reset}; if it comes back, replace the card", **told)
    if state.remap_pending or state.retired_pages_pending:
        why = "a bad part of the memory was found, and is taken out of use when the card restarts"
        return ecc.warn("bad memory waits to be replaced", subject, why=why, fix=reset, **told)
    if state.uncorrected_total:
        what = f"{state.uncorrected_total} memory errors that could not be corrected in the card's life"
        why = "none since the driver started; more of them mean that the memory is failing"
        return ecc.warn(
            what, subject, why=why, fix="watch whether the number grows: nvidia-smi -q -d ECC", **told
        )
    if state.enabled is not None and state.pending is not None and state.enabled != state.pending:
        what = f"error correction will be {'on' if state.pending else 'off'} after a restart"
        why = "the mode was changed and waits"
        return ecc.warn(what, subject, why=why, fix=reset, **told)
    if state.enabled is False:
        return ecc.ok("error correction is off; no errors are known", subject, **told)
    return ecc.ok("no memory errors that could not be corrected", subject, **told)


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
