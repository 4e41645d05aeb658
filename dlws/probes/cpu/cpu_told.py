"""A processor of which neither the kernel's files nor lscpu tell: what others say of it in passing."""

from msgspec.structs import replace

from dlws.host import Host
from dlws.model.cpu import Cpu
from dlws.pattern import pattern
from dlws.probes.board import dmi
from dlws.probes.cpu import lscpu

BOOTED = pattern(r"\bCPU0: (\S.{0,90}?) (?:\(fam(?:ily)?: |stepping )")
"""The kernel's line about its first CPU (arch/x86/kernel/smpboot.c); a bracket and "family" since Linux 3.5."""
AARCH64 = pattern(r"\bBoot CPU: AArch64 Processor \[|\bBooting Linux on physical CPU 0x0{9,10} \[")
AGENT = pattern(
    r"^[ \t]*Marketing Name:[ \t]+(\S.*)\n(?:(?!.*Device Type:).*\n){0,24}[ \t]*Device Type:[ \t]+CPU\b",
    8,
)
"""One of rocminfo's agents; 8 is re.MULTILINE."""


def read(host: Host) -> Cpu | None:
    """The processor by the firmware, the kernel's log or rocminfo; None if none of them names it."""
    log = host.run("dmesg").stdout or host.read("/var/log/kern.log") or ""
    if found := _by_firmware(host):
        return found
    if name := BOOTED.search(log) or AGENT.search(host.run("rocminfo").stdout):
        return _named(name[1])
    return Cpu(architecture="aarch64") if AARCH64.search(log) else None


def _by_firmware(host: Host) -> Cpu | None:
    """How many threads run is not in the table: it says what the processor can do."""
    found = [one for one in dmi.records(host) or () if one.type == dmi.PROCESSOR and _works(one)]
    names = {name for one in found if (name := one.text("Version"))}
    if len(names) != 1:
        return None
    cores = [one.number("Core Enabled") or one.number("Core Count") for one in found]
    known = [count for count in cores if count is not None]
    return replace(
        _named(names.pop()),
        sockets=len(found),
        cores=sum(known) if len(known) == len(found) else None,
    )


def _works(record: dmi.Record) -> bool:
    if (
        record.text("Manufacturer") == "QEMU"
    ):  # which names the machine's type, pc-i440fx-8.0, as the processor's
        return False
    kind, status = record.fields.get("Type", ""), record.fields.get("Status", "")
    return kind == "Central Processor" and status.startswith("Populated, Enabled")


def _named(name: str) -> Cpu:
    model = " ".join(name.split())
    return lscpu.read(f"Model name: {model}\n") or Cpu(model=model)
