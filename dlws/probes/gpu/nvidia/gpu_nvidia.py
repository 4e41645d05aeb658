"""NVIDIA GPUs: what the driver says, and every card on the PCI bus that the driver does not list."""

from msgspec import structs

from dlws.host import Host
from dlws.model.gpu import Gpu
from dlws.probes.gpu import pci
from dlws.probes.gpu.nvidia import gpu_nvml, tegra
from dlws.probes.gpu.pci import PciGpu
from dlws.probes.problems import Problems
from dlws.probes.software import virtualization

MODULE = "/proc/driver/nvidia/gpus"

NOT_ASKED = "not in "
"""How a recording or an attachment says that it holds no answers of NVML."""

SETTLED = {
    "LibraryNotFound": "the NVIDIA driver's library (libnvidia-ml.so.1) is not installed here",
    "DriverNotLoaded": "the NVIDIA kernel module is not loaded",
    "LibRmVersionMismatch": "the NVIDIA kernel module and the driver's library differ in version: reboot",
    "NoPermission": "this user may not open the NVIDIA devices",
}
"""Errors that say all there is to say."""

ABSENT = {"LibraryNotFound", "DriverNotLoaded"}
"""On a machine without a card of NVIDIA, this is as it should be."""

HUNG = "no answer within"

DRIVERS = {
    "vfio-pci": "it is bound to vfio-pci, that is reserved for a virtual machine",
    "nouveau": "it is bound to nouveau, which cannot compute: the NVIDIA driver is not loaded",
}


def gpus(host: Host, found: tuple[PciGpu, ...], problems: Problems) -> tuple[Gpu, ...]:
    """All NVIDIA GPUs, those with a driver first."""
    on_bus = _on_bus(host, found)
    data = host.nvml()
    error = data.get("error")
    told = gpu_nvml.devices(host, data, problems)
    fault = None if error is None else SETTLED.get(str(error), f"NVML: {error}")
    asked = error is None or not str(error).startswith(NOT_ASKED)
    if error is not None and not told and _may_explain(str(error)) and (on_bus or not pci.known(host)):
        from dlws.probes.gpu.nvidia import (
            nvidia_smi_answers,  # rarely needed, and its readers take time to load
        )

        told, said = nvidia_smi_answers.read(host)
        fault = said or (fault if asked else None)
        asked = asked or bool(told) or said is not None
    fault = fault if asked else None
    if fault and (on_bus or error not in ABSENT):
        problems.add(fault)
    told = told or tegra.gpus(host)
    return _merged(host, told, on_bus, fault, asked)


def _on_bus(host: Host, found: tuple[PciGpu, ...]) -> tuple[PciGpu, ...]:
    """Cards on the PCI bus, and those that the kernel module has taken, should the bus not show them."""
    listed = tuple(device for device in found if device.vendor == pci.NVIDIA)
    missing = {name for name in host.list(MODULE) if pci.normal(name)} - {device.address for device in listed}
    taken = (pci.read(host, address) for address in sorted(missing))
    return (*listed, *(structs.replace(device, vendor=pci.NVIDIA, driver="nvidia") for device in taken))


def _may_explain(error: str) -> bool:
    """False where nvidia-smi, which asks the same library, could add nothing or would hang as well."""
    return error not in SETTLED and not error.startswith(HUNG)


def _merged(
    host: Host, told: tuple[Gpu, ...], on_bus: tuple[PciGpu, ...], fault: str | None, asked: bool
) -> tuple[Gpu, ...]:
    """Each told GPU with its place on the bus; then what is left on the bus.

    A container sees the whole bus but often only its share of the GPUs: what it was not given is not lost.
    """
    healthy = [gpu for gpu in told if gpu.problem is None]
    if healthy and not any(gpu.pci_address for gpu in healthy):
        return _in_order(told, on_bus)
    rest = {device.address: device for device in on_bus}
    known = [_with_bus(gpu, rest.pop(gpu.pci_address, None) if gpu.pci_address else None) for gpu in told]
    nameless = [number for number, gpu in enumerate(known) if gpu.pci_address is None and gpu.problem]
    for number, device in zip(nameless, sorted(rest.values(), key=lambda one: not one.lost), strict=False):
        known[number] = _with_bus(known[number], rest.pop(device.address))
    contained = virtualization.container(host) not in (None, "none")
    if contained and told:
        rest = {}
    return (*known, *(_alone(host, device, fault, asked, contained) for device in rest.values()))


def _in_order(told: tuple[Gpu, ...], on_bus: tuple[PciGpu, ...]) -> tuple[Gpu, ...]:
    """A list without addresses is in the order of the bus; with another number of cards nothing matches."""
    if len(told) != len(on_bus):
        return told
    places = {gpu.pci_address for gpu in told}
    free = iter([device for device in on_bus if device.address not in places])
    return tuple(gpu if gpu.pci_address else _with_bus(gpu, next(free, None)) for gpu in told)


def _with_bus(gpu: Gpu, device: PciGpu | None) -> Gpu:
    if device is None:
        return gpu
    return structs.replace(
        gpu,
        pci_address=device.address,
        pci_id=gpu.pci_id or device.pci_id,
        numa_node=device.numa_node,
        driver=device.driver or gpu.driver,
        pcie=pci.combined(gpu.pcie, device.pcie),
        problem=gpu.problem or (LOST if device.lost else None),
    )


LOST = "it fell off the bus: it no longer answers; reboot, and reseat it or its power cables if it recurs"


def _alone(host: Host, device: PciGpu, fault: str | None, asked: bool, contained: bool) -> Gpu:
    """A card that only the bus shows, with what the kernel module says of it if it is loaded."""
    told = host.read(f"{MODULE}/{device.address}/information") or ""
    fields = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in told.splitlines())
    }
    name = fields.get("Model")
    vbios = fields.get("Video BIOS")
    return Gpu(
        vendor="NVIDIA",
        name=None if name in (None, "", "Unknown") else name,
        uuid=None if "?" in fields.get("GPU UUID", "?") else fields["GPU UUID"],
        vbios=None if vbios is None or "?" in vbios else vbios,
        pci_address=device.address,
        pci_id=device.pci_id,
        numa_node=device.numa_node,
        pcie=pci.combined(pci.NO_LINK, device.pcie),
        driver=device.driver,
        problem=_problem(device, fault, asked, contained),
    )


def _problem(device: PciGpu, fault: str | None, asked: bool, contained: bool) -> str | None:
    if device.lost:
        return LOST
    if device.driver in DRIVERS:
        return DRIVERS[device.driver]
    if contained and fault:
        return f"{fault}; this is a container: start it with the GPUs, as with docker run --gpus all"
    if device.driver is None and device.driver_known:
        return f"no driver is bound to it{'; ' + fault if fault else ''}"
    if fault:
        return fault
    if not asked:
        return None
    return "the driver does not list it: it failed to start it; the kernel log (NVRM) says why"
