"""All GPUs of a machine, with what the catalog knows of their models."""

from msgspec import structs

from dlws.catalog import gpus as catalog
from dlws.catalog.gpus import GpuModel
from dlws.host import Host
from dlws.model.gpu import Gpu, GpuSpecs
from dlws.pattern import pattern
from dlws.probes.gpu import pci, pci_names
from dlws.probes.gpu.nvidia import gpu_nvidia, nvidia_chips, tegra
from dlws.probes.gpu.pci import PciGpu
from dlws.probes.problems import Problems

NAMELESS = pattern(r"(?:NVIDIA )?Graphics Device|Device [0-9a-f]{4}")
"""What a driver, or ROCm without the names of libdrm, calls a card that is newer than itself."""

SHARE = pattern(r"-\d+[ABCQ]$")
"""A vGPU: ``NVIDIA A40-48Q`` is a share of an A40, and the model's figures are not its."""


def probe(host: Host, problems: Problems) -> tuple[Gpu, ...]:
    """GPUs, NVIDIA's first, those that only the PCI bus shows after those with a driver."""
    on_bus = pci.gpus(host)
    nvidia = gpu_nvidia.gpus(host, on_bus, problems)
    known = pci.known(host)
    vendors = {device.vendor for device in on_bus}
    others = _foreign(on_bus)
    if pci.INTEL in vendors or not known:
        from dlws.probes.gpu.intel import gpu_intel

        others = [*gpu_intel.gpus(host, on_bus, problems), *others]
    if pci.AMD in vendors or not known:
        from dlws.probes.gpu.amd import gpu_amd

        others = [*gpu_amd.gpus(host, on_bus, problems), *others]
    if not known:
        from dlws.probes.gpu import gpu_texts  # only for machines that are known from a text

        others = gpu_texts.completed(host, others, bool(nvidia), problems)
        if not nvidia and not others and host.list("/sys"):
            problems.add(
                "the PCI bus is not readable (/sys/bus/pci): a GPU without a driver would not be seen"
            )
    bus = {device.address: device for device in on_bus}
    found = [_finished(host, gpu, bus.get(gpu.pci_address or "")) for gpu in (*nvidia, *others)]
    return _numbered(found)


def _foreign(on_bus: tuple[PciGpu, ...]) -> list[Gpu]:
    """Cards of makers whose drivers dlws cannot ask."""
    asked = (pci.NVIDIA, pci.AMD, pci.INTEL)
    return [_from_bus(device) for device in on_bus if device.vendor not in asked]


def _from_bus(device: PciGpu) -> Gpu:
    return Gpu(
        vendor=pci.VENDORS.get(device.vendor),
        name=device.name,
        pci_address=device.address,
        pci_id=device.pci_id,
        numa_node=device.numa_node,
        pcie=device.pcie,
        driver=device.driver,
    )


def _finished(host: Host, gpu: Gpu, device: PciGpu | None) -> Gpu:
    named = SHARE.sub("", gpu.name) if gpu.name else device.name if device else None
    model = catalog.find(gpu.pci_id, named, gpu.memory_mib, device.revision if device else None)
    chip = model or nvidia_chips.find(gpu.pci_id) or nvidia_chips.named(named)
    return structs.replace(
        gpu,
        name=_name(host, gpu, device, model),
        architecture=gpu.architecture or (chip.architecture if chip else None),
        compute_capability=gpu.compute_capability or (chip.compute_capability if chip else None),
        gfx=gpu.gfx or (model.gfx if model else None),
        unified_memory=True if chip and chip.unified else _unified(host, gpu, model),
        specs=None if SHARE.search(gpu.name or "") else _specs(gpu.specs, model),
        problem=gpu.problem or _unbound(gpu, device),
    )


def _name(host: Host, gpu: Gpu, device: PciGpu | None, model: GpuModel | None) -> str | None:
    """The driver's word, else the catalog's, else what pci.ids calls the chip."""
    if gpu.name and not NAMELESS.fullmatch(gpu.name) and (device is None or gpu.name != device.name):
        return gpu.name
    if model:
        return model.aliases[0] if model.aliases else model.name
    return (device.name if device else None) or pci_names.find(host, gpu.pci_id) or gpu.name


def _unified(host: Host, gpu: Gpu, model: GpuModel | None) -> bool | None:
    if gpu.unified_memory:
        return True
    if gpu.vendor == "NVIDIA" and gpu.pci_address is None and tegra.is_tegra(host):
        return True
    own = gpu.unified_memory is False or (gpu.vendor == "NVIDIA" and gpu.memory_mib)
    return False if own or model else None


def _specs(driver: GpuSpecs | None, model: GpuModel | None) -> GpuSpecs | None:
    """The catalog's figures; where it has none, what follows from what the driver says."""
    driver = driver or GpuSpecs()
    published = model and (model.bandwidth_gbps or model.cores or model.bf16_tflops)
    sources = [model.source if model and published else None, driver.source]
    specs = GpuSpecs(
        memory_gb=model.vram_gb if model and not model.unified else None,
        bandwidth_gbps=(model.bandwidth_gbps if model else None) or driver.bandwidth_gbps,
        cores=(model.cores if model else None) or driver.cores,
        tensor_cores=model.tensor_cores if model else None,
        bf16_tflops=model.bf16_tflops if model else None,
        source="; ".join(filter(None, sources)) or None,
    )
    return None if specs == GpuSpecs() else specs


def _unbound(gpu: Gpu, device: PciGpu | None) -> str | None:
    if device is None:
        return None
    if device.lost:
        return gpu_nvidia.LOST
    if gpu.driver == "vfio-pci":
        return gpu_nvidia.DRIVERS["vfio-pci"]
    return "no driver is bound to it" if gpu.driver is None and device.driver_known else None


def _numbered(gpus: list[Gpu]) -> tuple[Gpu, ...]:
    """Numbers are the driver's, NVIDIA's first; a card without one gets the next that is free.

    So a number means one card. A card that cannot be used and that no driver numbers has none.
    """
    used: set[int] = set()
    numbered = []
    for gpu in gpus:
        index = gpu.index if gpu.index not in used else None
        if index is None and not gpu.problem:
            index = next(number for number in range(len(gpus) + 1) if number not in used)
        used |= {index} if index is not None else set()
        numbered.append(structs.replace(gpu, index=index))
    return tuple(numbered)
