"""Is each GPU there, healthy and unhindered?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding

from . import gpus
from .base import check
from .gpu_problems import explain

MIB_PER_GIB = 1024
WATT = 1.0
"""Limits are rounded by some drivers; less than this is no difference."""
NEAR_SLOWDOWN_C = 5
HINDRANCES = {
    "hw_thermal_slowdown": (
        "the card is so hot that it slows itself down",
        "clean it and see to its air flow",
    ),
    "hw_power_brake_slowdown": (
        "the power supply or the chassis tells the card to brake",
        "check every power supply and the power plugs of the GPU",
    ),
    "hw_slowdown": (
        "heat or power makes the card cut its clock",
        "check cooling and the power plugs of the GPU",
    ),
}
"""Reasons that the hardware gives."""
REBOOTS = ("node_reboot", "system_reboot")


@check("gpu.present", "Is there a GPU?")
def present(case: Case) -> Iterator[Finding]:
    """Which GPUs there are decides all else; a machine without any is no fault."""
    for one in case.have.gpus:
        memory = f", {one.memory_mib / MIB_PER_GIB:.0f} GiB" if one.memory_mib else ""
        yield present.ok(f"{gpus.name(one)}{memory}", gpus.subject(one), address=one.pci_address)
    if not case.have.gpus:
        if gpus.known(case):
            yield present.skip("no GPU was found: frameworks will use the CPU")
        else:
            yield present.skip("whether there is a GPU could not be found out")


@check("gpu.problem", "Can each GPU be used?")
def problem(case: Case) -> Iterator[Finding]:
    """A card without a driver, in the wrong hands or off the bus looks to a framework as if it were not there."""
    for one in case.have.gpus:
        if one.problem is None:
            yield problem.ok(f"{gpus.name(one)}: no problem is known", gpus.subject(one))
            continue
        why, fix = explain(one, case)
        bad = problem.fail if one.vendor in ("NVIDIA", "AMD") else problem.warn
        what = f"{gpus.name(one)}: {one.problem}"
        yield bad(what, gpus.subject(one), why=why, fix=fix, driver=one.driver, address=one.pci_address)


@check("gpu.pcie_width", "Does each GPU have all the PCIe lanes that it and its slot can use?")
def pcie_width(case: Case) -> Iterator[Finding]:
    """A badly seated card runs with half its lanes. The generation falls at idle by design and is not judged."""
    for one in gpus.working(case):
        link, subject = one.pcie, gpus.subject(one)
        able = min((width for width in (link.width_max, link.slot_width_max) if width), default=None)
        if not link.width or able is None:
            continue
        told: dict[str, Any] = {"width": link.width, "card": link.width_max, "slot": link.slot_width_max}
        if link.width >= (link.width_max or able):
            yield pcie_width.ok(f"x{link.width}, all that the card can do", subject, **told)
        elif gpus.mobile(one, case):
            yield pcie_width.ok(f"x{link.width}: laptops wire no more", subject, **told)
        elif case.have.os.virtualization not in (None, "none"):
            yield pcie_width.ok(f"x{link.width}: as the host of this virtual machine has it", subject, **told)
        elif link.width >= able:
            why = "its slot has no more, or shares its lanes with another slot or an M.2 disk"
            fix = "see in the board's manual which slot has all lanes, and what takes them away"
            yield pcie_width.warn(
                f"x{link.width}, the card can use x{link.width_max}", subject, why=why, fix=fix, **told
            )
        else:
            why = "bad seating, a riser, dirt, or a slot whose lanes another slot or an M.2 disk shares"
            fix = "see in the board's manual whether it shares lanes; else power off, and reseat the card"
            yield pcie_width.warn(f"x{link.width} of x{able}", subject, why=why, fix=fix, **told)


@check("gpu.pcie_generation", "Can GPUs of one model use the same PCIe generation?")
def pcie_generation(case: Case) -> Iterator[Finding]:
    """The most a link can do does not change at idle; a twin that can do less was capped, or has a lesser slot."""
    best: dict[str | None, int] = {}
    for one in gpus.working(case):
        if one.name and one.pcie.gen_max:
            best[one.name] = max(best.get(one.name, 0), one.pcie.gen_max)
    for one in gpus.working(case):
        able, most = one.pcie.gen_max, best.get(one.name)
        if not able or not most:
            continue
        if able == most:
            yield pcie_generation.ok(f"generation {able}", gpus.subject(one), gen_max=able)
        else:
            why = f"another {one.name} here can use generation {most}"
            fix = "set the link speed of its slot to the highest, or to Auto, in the firmware, or use another slot"
            what = f"generation {able} at most"
            yield pcie_generation.warn(what, gpus.subject(one), why=why, fix=fix, gen_max=able, twin=most)


@check("gpu.throttle", "Does anything hold the GPU's clock down?")
def throttle(case: Case) -> Iterator[Finding]:
    """Heat and bad power make a card slow without an error. A power limit that was set is a choice."""
    for one in gpus.working(case):
        if one.throttle_reasons is None:
            continue
        reasons, subject = list(one.throttle_reasons), gpus.subject(one)
        told = ", ".join(reasons)
        hindrance = next((name for name in HINDRANCES if name in reasons), None)
        if hindrance is not None:
            why, fix = HINDRANCES[hindrance]
            yield throttle.fail(f"held down by {told}", subject, why=why, fix=fix, reasons=reasons)
        elif "sw_thermal_slowdown" in reasons:
            why = "the driver lowers the clock to keep the card below its target temperature"
            fix = "see to its air flow, or raise its fan"
            yield throttle.warn(f"held down by {told}", subject, why=why, fix=fix, reasons=reasons)
        else:
            yield throttle.ok(f"only by {told}" if told else "nothing", subject, reasons=reasons)


@check("gpu.temperature", "Is each GPU cool enough?")
def temperature(case: Case) -> Iterator[Finding]:
    """At its slowdown temperature a card gives away speed; a hot one at rest has a cooling fault."""
    for one in gpus.working(case):
        now, limit = one.temperature_c, one.temperature_slowdown_c
        if now is None or limit is None:
            continue
        what, subject = f"{now:.0f} °C, slows down at {limit:.0f} °C", gpus.subject(one)
        fix = "clean fans and filters, and leave the card room to breathe"
        told: dict[str, Any] = {"temperature_c": now, "slowdown_c": limit}
        if now >= limit:
            why = "the card has reached the temperature at which it slows down"
            yield temperature.fail(what, subject, why=why, fix=fix, **told)
        elif now >= limit - NEAR_SLOWDOWN_C:
            why = "it is about to slow down"
            yield temperature.warn(what, subject, why=why, fix=fix, **told)
        else:
            yield temperature.ok(what, subject, **told)


@check("gpu.power_limit", "May each GPU draw the power it was built for?")
def power_limit(case: Case) -> Iterator[Finding]:
    """A limit that someone set once is forgotten, and costs speed ever after."""
    for one in gpus.working(case):
        limit, default = one.power.limit_w, one.power.default_w
        if limit is None or default is None:
            continue
        what, subject = f"{limit:.0f} W, by default {default:.0f} W", gpus.subject(one)
        if limit >= default - WATT:
            yield power_limit.ok(what, subject, limit_w=limit, default_w=default)
            continue
        why = "someone lowered it, or a laptop or data centre manages it"
        restore = f"sudo nvidia-smi -i {gpus.selector(one)} -pl {default:.0f}"
        fix = f"restore it: {restore}" if one.vendor == "NVIDIA" else "restore it with the maker's tool"
        yield power_limit.warn(what, subject, why=why, fix=fix, limit_w=limit, default_w=default)


@check("gpu.persistence", "Does the driver stay awake between jobs?")
def persistence(case: Case) -> Iterator[Finding]:
    """Without a display or the persistence daemon the driver shuts down after each job, and the next one waits.

    https://docs.nvidia.com/deploy/driver-persistence/persistence-daemon.html
    """
    contained = case.have.os.container not in (None, "none") or case.have.os.wsl
    displays = [one.display_attached for one in case.have.gpus]
    for one in gpus.working(case):
        if one.persistence is None or contained:
            continue
        subject = gpus.subject(one)
        if one.persistence:
            yield persistence.ok("persistence is on", subject)
        elif any(displays) or gpus.mobile(one, case):
            yield persistence.ok("persistence is off, as is right beside a display and in a laptop", subject)
        elif None in displays:
            yield persistence.skip("persistence is off, and whether there is a display is not known", subject)
        else:
            why = "nothing holds the driver open, so power limits, clocks and error counts are lost between jobs"
            fix = "start the daemon: sudo systemctl enable --now nvidia-persistenced"
            yield persistence.warn("persistence is off", subject, why=why, fix=fix)


@check("gpu.recovery", "Does the driver ask for a GPU to be reset?")
def recovery(case: Case) -> Iterator[Finding]:
    """After a fault the driver says what brings the card back; until then results cannot be trusted."""
    for one in case.have.gpus:
        action, subject = one.recovery_action, gpus.subject(one)
        if action is None:
            continue
        if action == "none":
            yield recovery.ok("nothing to recover from", subject)
            continue
        reset = f"end what uses it, then: sudo nvidia-smi --gpu-reset -i {gpus.selector(one)}"
        fix = "end the jobs, then: sudo reboot" if action in REBOOTS else reset
        why = "an earlier fault left the card in a state that it cannot leave alone"
        yield recovery.fail(f"the driver asks for {action}", subject, why=why, fix=fix, action=action)


CHECKS = (
    present,
    problem,
    pcie_width,
    pcie_generation,
    throttle,
    temperature,
    power_limit,
    persistence,
    recovery,
)
