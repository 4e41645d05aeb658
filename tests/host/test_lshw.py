"""lshw's text, read back through the probes."""

from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import Attachment
from dlws.host.attachments import lshw, recognise
from dlws.host.attachments.evidence import Evidence
from dlws.host.attachments.quoting import clean
from dlws.model.inventory import Inventory
from dlws.probes import inventory

CARD = """\
  *-display
       description: 3D controller
       product: GX100 [ACME RTX 1234]
       vendor: NVIDIA Corporation
       physical id: 0
       bus info: pci@0000:41:00.0
       version: a1
       capabilities: pm msi pciexpress
       configuration: driver=nvidia latency=0
"""
MACHINE = """\
workshop
    description: Desktop Computer
    product: Model 1 (SKU 5)
  *-core
       description: Motherboard
       product: X1 PRO
       vendor: ACME
       physical id: 0
     *-firmware
          vendor: BIOS Makers
          physical id: 1
          version: 2.03
          date: 01/02/2023
     *-cpu
          description: CPU
          product: Intel(R) Core(TM) i9-9900K CPU @ 3.60GHz
          vendor: Intel Corp.
          physical id: 4
          bus info: cpu@0
          size: 4GHz
          capabilities: x86-64 fpu fpu_exception pni avx avx2 cpufreq
          configuration: cores=8 enabledcores=8 threads=16
     *-memory
          description: System Memory
          size: 16GiB
        *-bank:0
             description: DIMM DDR4 Synchronous 2667 MHz (0.4 ns)
             product: AB-16
             vendor: Chips
             physical id: 0
             slot: DIMM_A1
             size: 16GiB
             clock: 2667MHz (0.4ns)
        *-bank:1
             description: [empty]
             physical id: 1
             slot: DIMM_A2
     *-disk
          description: ATA Disk
          product: ACME SSD
          physical id: 0.0.0
          logical name: /dev/sda
          size: 465GiB (500GB)
     *-disk:1
          description: SCSI Disk
          product: Card Reader
          physical id: 0.0.1
          logical name: /dev/sdb
          capabilities: removable
"""


def read(text: str) -> Inventory:
    """The machine of which a text speaks."""
    kinds, evidence = recognise(clean(text))
    assert kinds, "not recognised"
    return inventory.take(Attachment("x", kinds[0].name, evidence), ())


def test_a_graphics_card_is_known_by_name_place_and_driver() -> None:
    (gpu,) = read(f"$ sudo lshw -C display\n{CARD}").gpus
    assert (gpu.name, gpu.vendor, gpu.pci_address, gpu.driver) == (
        "ACME RTX 1234",
        "NVIDIA",
        "0000:41:00.0",
        "nvidia",
    )


def test_a_maker_is_no_name_of_a_card() -> None:
    for product in ("", "       product: NVIDIA Corporation\n"):
        (gpu,) = read(CARD.replace("       product: GX100 [ACME RTX 1234]\n", product)).gpus
        assert (gpu.name, gpu.vendor) == (None, "NVIDIA")


def test_a_card_beside_devices_with_drivers_has_none() -> None:
    alone = CARD.replace("*-display", "*-display UNCLAIMED").replace("driver=nvidia ", "")
    disk = (
        "  *-sata\n       description: SATA controller\n       product: ACME AHCI\n       vendor: ACME\n"
        "       physical id: 17\n       bus info: pci@0000:00:17.0\n       configuration: driver=ahci latency=0\n"
    )
    assert [gpu.problem for gpu in read(alone).gpus] == [None]
    (gpu,) = read(disk + alone).gpus
    assert gpu.problem == "no driver is bound to it"


def test_the_screen_of_a_bmc_is_no_gpu() -> None:
    assert not read(CARD.replace("NVIDIA Corporation", "ASPEED Technology, Inc.").replace("3D", "VGA")).gpus


def test_a_whole_machine() -> None:
    found = read(MACHINE)
    assert (found.cpu.model, found.cpu.sockets, found.cpu.flags.avx2, found.cpu.flags.avx512f) == (
        "Intel(R) Core(TM) i9-9900K CPU @ 3.60GHz",
        1,
        True,
        False,
    )
    assert found.cpu.threads is None, "lshw has it from the firmware, not from the kernel"
    assert (found.memory.slots, found.memory.empty_slots) == (2, 1)
    (module,) = [one for one in found.memory.modules or () if one.size_mib]
    assert (module.size_mib, module.type, module.slot) == (16384, "DDR4", "DIMM_A1")
    (disk,) = found.storage.disks
    assert (disk.name, disk.model, round(disk.size_gb or 0)) == ("sda", "ACME SSD", 499)
    assert (found.board.model, found.board.bios, found.board.bios_date) == ("X1 PRO", "2.03", "01/02/2023")


def test_a_translated_answer() -> None:
    german = {"product": "Produkt", "vendor": "Hersteller", "bus info": "Bus-Informationen", "size": "Größe"}
    german |= {"physical id": "Physische ID", "configuration": "Konfiguration", "slot": "Steckplatz"}
    text = MACHINE + CARD
    for word, translated in german.items():
        text = text.replace(f" {word}: ", f" {translated}: ")
    found = read(text)
    assert found.cpu.model == "Intel(R) Core(TM) i9-9900K CPU @ 3.60GHz"
    assert [gpu.name for gpu in found.gpus] == ["ACME RTX 1234"]
    assert (found.memory.slots, found.memory.empty_slots) == (2, 1)


@given(st.text() | st.lists(st.sampled_from((*MACHINE.splitlines(), *CARD.splitlines(), ""))).map("\n".join))
def test_no_text_breaks_it(text: str) -> None:
    evidence = Evidence()
    if lshw.KIND.matches(text):
        lshw.KIND.read(text, evidence)
        inventory.take(Attachment("x", "y", evidence), ())
