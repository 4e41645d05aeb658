"""GPUs of machines that are known from a text only, from what their makers' tools printed."""

from msgspec import structs

from dlws.host import Host
from dlws.model.gpu import Gpu
from dlws.probes.gpu import clinfo
from dlws.probes.gpu.amd import gpu_amd, gpu_rocm
from dlws.probes.gpu.filled import filled
from dlws.probes.gpu.intel import intel_gpu_top, xpu_smi
from dlws.probes.problems import Problems


def completed(host: Host, listed: list[Gpu], nvidia: bool, problems: Problems) -> list[Gpu]:
    """The cards that a list of the bus shows, with what the tools say; other cards where only the tools know them."""
    opencl = clinfo.parse(host.run("clinfo").stdout)
    tellings = {  # what comes last is listed first
        "Intel": xpu_smi.parse(host.run("xpu-smi").stdout)
        or intel_gpu_top.parse(host.run("intel_gpu_top").stdout),
        "AMD": gpu_rocm.gpus(host, problems),
        "NVIDIA": (),
    }
    found = listed
    for vendor, told in tellings.items():
        if vendor == "NVIDIA" and nvidia:
            continue
        found = _with(found, told or tuple(gpu for gpu in opencl if gpu.vendor == vendor), vendor)
    return [*found, *(gpu for gpu in opencl if gpu.vendor not in tellings)]


def _with(listed: list[Gpu], told: tuple[Gpu, ...], vendor: str) -> list[Gpu]:
    """What a tool printed, with the links that lspci shows; without addresses none can be matched."""
    places = {gpu.pci_address: gpu for gpu in listed if gpu.vendor == vendor}
    merged = [gpu_amd.with_apu(_joined(gpu, places.pop(gpu.pci_address or "", None))) for gpu in told]
    if told and not any(gpu.pci_address for gpu in told):
        places = {}
    return [*merged, *(gpu for gpu in listed if gpu.vendor != vendor or gpu.pci_address in places)]


def _joined(told: Gpu, listed: Gpu | None) -> Gpu:
    if listed is None:
        return told
    return structs.replace(
        told,
        pci_id=told.pci_id or listed.pci_id,
        pcie=filled(listed.pcie, told.pcie),
        numa_node=listed.numa_node if told.numa_node is None else told.numa_node,
        driver=told.driver or listed.driver,
    )
