"""AMD GPUs from what ROCm's tools or a collect_env report printed: machines known from a text only."""

import re

from msgspec import structs

from dlws.host import Host
from dlws.model.gpu import Gpu
from dlws.pattern import pattern
from dlws.probes import collect_env
from dlws.probes.gpu.amd import amd_smi, gpu_amdgpu_top, rocm_smi, rocminfo
from dlws.probes.gpu.filled import filled
from dlws.probes.problems import Problems

REPORTED = pattern(
    r"^GPU models and configuration[ \t]*:[ \t]*(.+?) ?\((gfx\w{1,9})[^()\n]{0,99}\)", re.MULTILINE
)

SAID = (
    (
        pattern(
            r"ROCk module is NOT loaded|Driver not initialized \(amdgpu|AMDSMI_STATUS_DRIVER_NOT_LOADED"
            r"|Unable to detect any GPU devices, check amdgpu"
        ),
        "the amdgpu kernel module is not loaded",
    ),
    (
        pattern(r"/dev/kfd read-write: Permission denied|is not member of \"(?:render|video)\" group"),
        "this user may not open AMD's GPUs: sudo usermod -aG render,video $USER, then log in again",
    ),
    (
        pattern(r"/dev/kfd read-write: No such file"),
        "there is no /dev/kfd: the amdgpu kernel module is not loaded, or this is a container, which has to be "
        "started with --device=/dev/kfd --device=/dev/dri",
    ),
)
"""How ROCm's tools say why they see no GPU."""


def gpus(host: Host, problems: Problems) -> tuple[Gpu, ...]:
    """GPUs of the first text that lists any, with what the others add; PyTorch's report names the first one."""
    tellings = (
        rocminfo.parse(host.run("rocminfo").stdout),
        amd_smi.parse(host.run("amd-smi").stdout),
        rocm_smi.parse(host.run("rocm-smi").stdout, problems),
        gpu_amdgpu_top.parse(host.run("amdgpu_top", "--json").stdout),
    )
    _complain("\n".join(host.run(tool).stdout for tool in ("rocminfo", "rocm-smi", "amd-smi")), problems)
    told: tuple[Gpu, ...] = ()
    for telling in tellings:
        told = _together(told, telling) if told else telling
    return _reported(host, told, problems)


def _complain(text: str, problems: Problems) -> None:
    for said, sentence in SAID:
        if said.search(text):
            problems.add(sentence)


def _together(first: tuple[Gpu, ...], second: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """Cards of two tools, whose numbers need not mean the same card: matched by place, else by what all share."""
    places = {gpu.pci_address: gpu for gpu in second if gpu.pci_address}
    if places:
        return tuple(filled(gpu, places.get(gpu.pci_address or "", Gpu())) for gpu in first)
    if len(first) == len(second) == 1:
        return (filled(first[0], second[0]),)
    return tuple(filled(gpu, _shared(second)) for gpu in first) if len(first) == len(second) else first


def _shared(gpus: tuple[Gpu, ...]) -> Gpu:
    """What is the same for all of several cards."""
    same = {
        name: getattr(gpus[0], name)
        for name in Gpu.__struct_fields__
        if len({str(getattr(gpu, name)) for gpu in gpus}) == 1
    }
    return Gpu(**same)


def _reported(host: Host, told: tuple[Gpu, ...], problems: Problems) -> tuple[Gpu, ...]:
    found = REPORTED.search(host.read(collect_env.PLACE) or "")
    if found is None or (told and told[0].name):
        return told
    if not told:
        problems.add("the report names one AMD GPU and does not say how many there are")
        # Hygon's cards run on ROCm too.
        vendor = "AMD" if re.match(r"AMD|Radeon|Instinct", found[1]) else None
        return (Gpu(index=0, vendor=vendor, name=found[1], gfx=found[2], driver="amdgpu"),)
    problems.add("the report names the model of the first AMD GPU only")
    return (structs.replace(told[0], name=found[1], gfx=found[2]), *told[1:])
