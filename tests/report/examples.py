"""Documents to lay out, with hostile text where a device or a user could put it."""

from dlws.model.cpu import Cpu, CpuFlags
from dlws.model.finding import Finding, Status
from dlws.model.gpu import Gpu, GpuPower, PcieLink
from dlws.model.inventory import Inventory
from dlws.model.kernel_log import KernelEvent, KernelLog
from dlws.model.measurement import Measurement
from dlws.model.memory import Memory, MemoryModule
from dlws.model.storage import Disk, DiskHealth, Filesystem, Raid, Storage
from dlws.model.system import Board, Os, Software

HOSTILE = (
    "\x1b[31mEvil\x1b[0m <script>alert(1)</script>\u202e\x07 \"quoted\" & 'more' | `rm`\n# TYPE \\ {{ 7*7 }}"
)
"""What a device name could hold: escapes, markup, reversed writing, quotes, and a template expression."""

CPU = Cpu(
    model="AMD EPYC 7763 64-Core Processor",
    cores=64,
    threads=128,
    sockets=1,
    smt=True,
    base_mhz=2450,
    max_mhz=3529,
    l2_kib=32768,
    l3_mib=256,
    flags=CpuFlags(avx2=True, avx512f=False),
    governor="schedutil",
    numa_nodes=4,
)
MEMORY = Memory(
    total_mib=515_000,
    available_mib=500_000,
    swap_mib=0,
    modules=(MemoryModule(size_mib=65536, type="DDR4", speed_mts=3200, configured_mts=2933),) * 8,
)
GOOD_GPU = Gpu(
    index=0,
    vendor="NVIDIA",
    name="NVIDIA H100 80GB HBM3",
    architecture="Hopper",
    compute_capability="9.0",
    memory_mib=81559,
    memory_free_mib=81000,
    pcie=PcieLink(gen=1, gen_max=5, width=8, width_max=16),
    power=GpuPower(limit_w=700, default_w=700, draw_w=71.3),
    temperature_c=34,
    uuid="GPU-00000000-0000-0000-0000-000000000001",
    pci_address="0000:18:00.0",
    driver="nvidia",
)
LOST_GPU = Gpu(name=HOSTILE, pci_address="0000:2a:00.0", problem="it has fallen off the bus")
STORAGE = Storage(
    disks=(
        Disk(
            name="nvme0n1", model="Samsung SSD 990 PRO", size_gb=2000.4, kind="nvme", pcie_gen=4, pcie_width=4
        ),
        Disk(name="sda", kind="hdd", size_gb=8001.6, health=DiskHealth(passed=True, media_errors=12)),
    ),
    filesystems=(Filesystem(mount="/", fstype="ext4", size_gb=900, free_gb=12),),
    raid=(Raid(name="md0", level="raid1", state="degraded", devices_wanted=2, devices_active=1),),
)
LOST = KernelEvent(
    kind="xid", code=79, subject="0000:2a:00.0", this_boot=True, message="GPU has fallen off the bus."
)
MACHINE = Inventory(
    cpu=CPU,
    memory=MEMORY,
    gpus=(GOOD_GPU, LOST_GPU),
    storage=STORAGE,
    board=Board(vendor="Supermicro", model="H12DSG-O-CPU"),
    os=Os(
        id="ubuntu",
        version="22.04",
        name="Ubuntu 22.04.5 LTS",
        kernel="5.15.0-122-generic",
        secure_boot=False,
    ),
    software=Software(nvidia_driver="580.95.05", nvidia_library="570.10"),
    kernel_log=KernelLog(source="dmesg", events=(LOST,)),
    problems=("the firmware's tables are readable by root alone",),
)

FINDINGS = (
    Finding(
        check="board.bios", subject="machine", status=Status.OK, what="the firmware is newer than a year"
    ),
    Finding(
        check="gpu.bus",
        subject="gpu1",
        status=Status.FAIL,
        what=f"the GPU {HOSTILE} is lost",
        why="it has fallen off the bus",
        fix="power the machine off and on, then reseat the card: sudo poweroff",
    ),
    Finding(
        check="gpu.pcie",
        subject="gpu0",
        status=Status.WARN,
        what="the link uses 8 of 16 lanes",
        why="the card is not seated fully, or shares its slot",
        fix="reseat the card and look again: dlws check",
    ),
    Finding(
        check="memory.ecc",
        subject="machine",
        status=Status.UNKNOWN,
        what="ECC is not known",
        why="needs root",
    ),
    Finding(check="net.ib", subject="machine", status=Status.SKIP, what="there is no InfiniBand"),
)

MEASUREMENTS = (
    Measurement(name="lenet5.ran", value=1, unit="yes=1", device="cpu"),
    Measurement(name="lenet5.accuracy", value=0.9915, unit="share", device="cpu"),
    Measurement(name="lenet5.images_per_s", value=14476.8, unit="images/s", device="cpu"),
    Measurement(
        name="matmul.ran",
        value=0,
        unit="yes=1",
        device="cuda:0",
        device_name=HOSTILE,
        conditions={"what": "out of memory", "why": "2 GiB"},
    ),
)
