"""What is said of the NVIDIA driver."""

import pytest
from msgspec.structs import replace

from dlws.catalog import driver_branches
from dlws.checks.base import ask
from dlws.checks.driver import branch, flavour, loaded, match, nouveau, secure_boot
from dlws.checks.driver_remedy import remedy
from dlws.model.case import Case
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.kernel_log import KernelEvent
from dlws.model.system import KernelModule, Software

from .machines import CARD, GOOD, Row, gpu, gpus, log, module, name, row, software, statuses, system

OFF = module(loaded=False)
GONE = module(loaded=False, installed=False, version=None, flavour=None)
REJECTED = KernelEvent(
    kind="module", cause="key_rejected", this_boot=True, message="insert 'nvidia': Key was rejected"
)
OTHERS = replace(REJECTED, message="vboxdrv: Loading of module is rejected")
JETSON = Gpu(vendor="NVIDIA", name="Orin", unified_memory=True)
NOUVEAU = replace(CARD, driver="nouveau", problem="it is bound to nouveau")
OLD = replace(CARD, architecture="Pascal")
NEW = replace(CARD, architecture="Blackwell")


def fault(kind: str, loaded: bool | None = True) -> Inventory:
    """A machine that is known from what nvidia-smi printed in the place of GPUs."""
    return Inventory(software=Software(driver_fault=kind, kernel_module=KernelModule(loaded=loaded)))


SILENT = fault("not_loaded", loaded=False)
MISMATCH = Software(driver_fault="version_mismatch", kernel_module=KernelModule(loaded=True))

TABLE = [
    row(loaded, "ok"),
    row(loaded, "fail", OFF),
    row(loaded, "fail", GONE),
    row(loaded, "skip", module(loaded=None)),
    row(loaded, "skip", replace(OFF, gpus=())),
    row(loaded, "skip", replace(OFF, gpus=(JETSON,))),
    row(loaded, "skip", replace(OFF, gpus=(replace(CARD, driver="vfio-pci"),))),
    row(loaded, "skip", system(OFF, wsl=True)),
    row(loaded, "fail", SILENT),
    row(loaded, "fail", fault("key_rejected", loaded=False)),
    *(
        row(loaded, "fail", fault(kind))
        for kind in ("no_devices", "no_permission", "no_library", "blocked", "error")
    ),
    row(loaded, "skip", fault("version_mismatch")),
    row(match, "fail", replace(fault("version_mismatch"), software=MISMATCH)),
    row(match, "fail", replace(fault("version_mismatch"), software=replace(MISMATCH, nvidia_library="9.1"))),
    row(match, "skip", fault("no_devices")),
    row(match, "ok"),
    row(match, "fail", software(nvidia_library="590.10.01")),
    row(match, "skip", software(nvidia_library=None)),
    row(match, "skip", module(loaded=False, version="570.10.01")),
    row(branch, "ok"),
    row(branch, "warn", software(nvidia_driver="535.104.05")),
    row(branch, "warn", software(nvidia_driver="510.73.08")),
    row(branch, "warn", software(nvidia_driver="610.57.04")),
    row(branch, "skip", software(nvidia_driver="615.71.09")),
    row(branch, "skip", software(nvidia_driver="700.10")),
    row(branch, "skip", software(nvidia_driver=None)),
    row(branch, "skip", software(nvidia_driver="unknown")),
    row(flavour, "ok"),
    row(flavour, "ok", module(flavour="proprietary")),
    row(flavour, "fail", replace(module(flavour="proprietary"), gpus=(NEW,))),
    row(flavour, "ok", gpus(NEW)),
    row(flavour, "fail", gpus(OLD)),
    row(flavour, "ok", replace(module(flavour="proprietary"), gpus=(OLD,))),
    row(
        flavour, "fail", replace(software(module(flavour="proprietary"), nvidia_driver="595.84"), gpus=(OLD,))
    ),
    row(flavour, "skip", module(flavour=None)),
    row(nouveau, "ok"),
    row(nouveau, "fail", gpus(NOUVEAU)),
    row(nouveau, "skip", replace(GONE, gpus=(NOUVEAU,))),
    row(nouveau, "skip", gpus()),
    row(secure_boot, "ok"),
    row(secure_boot, "warn", OFF),
    row(secure_boot, "fail", log(REJECTED, base=OFF)),
    row(secure_boot, "ok", log(REJECTED)),
    row(secure_boot, "fail", log(REJECTED, base=Inventory())),
    row(
        secure_boot,
        "skip",
        log(replace(REJECTED, message="vboxdrv: Loading of module is rejected"), base=Inventory()),
    ),
    row(secure_boot, "skip", system(OFF, secure_boot=False)),
    row(secure_boot, "skip", GONE),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (system(OFF, secure_boot=False), "modprobe nvidia"),
        (OFF, "/var/lib/shim-signed/mok/MOK.der"),
        (system(OFF, id="debian"), "/var/lib/dkms/mok.pub"),
        (module(system(secure_boot=False), loaded=False, nouveau_loaded=True), "blacklist nouveau"),
        (GONE, "ubuntu-drivers install"),
        (system(GONE, id="linuxmint", like=("ubuntu", "debian")), "ubuntu-drivers install"),
        (system(GONE, id="debian"), "apt install linux-headers-$(uname -r) nvidia-driver"),
        (replace(system(GONE, id="debian"), gpus=(NEW,)), "docs.nvidia.com"),
        (system(GONE, id="fedora"), "docs.nvidia.com"),
        (module(GONE, sources="580.95.05"), "dkms autoinstall"),
        (system(GONE, wsl=True), "Windows"),
        (software(GONE, driver_fault="not_loaded"), "dkms autoinstall"),
        (fault("key_rejected", loaded=False), "mokutil --import"),
        (system(module(loaded=False, installed=None), secure_boot=None), "modprobe nvidia"),
    ],
)
def test_the_remedy_follows_the_cause(machine: Inventory, words: str) -> None:
    assert words in remedy(Case(have=machine))[1]


def test_the_catalog_knows_what_it_needs_of_each_branch() -> None:
    known = driver_branches.branches()
    assert {number for number, one in known.items() if one.supported} == {580, 595}
    assert all("https://" in one.source for one in known.values())
    assert driver_branches.number("580.95.05") == 580
    assert driver_branches.number("²") is None


def test_a_card_that_is_lost_still_asks_for_its_driver() -> None:
    lost = replace(gpu(problem="no driver is bound to it", driver=None), software=GONE.software)
    (found,) = ask(loaded, Case(have=lost))
    assert found.status.value == "fail"
    assert GOOD.software.kernel_module.loaded
