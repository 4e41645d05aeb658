"""Tables of old and new drivers, of cards that are shared, cut off, hurt or lost."""

from dlws.model.gpu import Gpu, GpuMig
from dlws.probes.gpu.nvidia import nvidia_smi_table

OLDEST = """\
| NVIDIA-SMI 4.304.54   Driver Version: 304.54         |
|===============================+======================+======================|
|   0  Tesla K20m               | 0000:03:00.0     Off |                    0 |
| N/A   25C    P8    16W / 225W |   7%   12MB / 4799MB |      0%      Default |
"""
OLD = """\
|   0  GeForce GTX 580     Off  | 0000:02:00.0     N/A |                  N/A |
| 40%   42C   P12    N/A /  N/A |      8MiB /  1535MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+
|   1  Tesla K40m          Off  | 0000:82:00.0     Off |                    0 |
| N/A   26C    P8    20W / 235W |     55MiB / 11519MiB |      0%   E. Process |
+-------------------------------+----------------------+----------------------+
| Compute processes:                                               GPU Memory |
|    0            Not Supported                                               |
|    1     29683  ./a.out -n 3                                          44MiB |
+-----------------------------------------------------------------------------+
"""
SHARED = """\
|   0  NVIDIA A100-PCI...  Off  | 00000000:24:00.0 Off |                    0 |
| N/A   28C    P0    31W / 250W |      0MiB / 40536MiB |      0%      Default |
|                               |                      |             Disabled |
+-------------------------------+----------------------+----------------------+
|   1  NVIDIA A100-PCI...  Off  | 00000000:43:00.0 Off |                   On |
| N/A   48C    P0   171W / 250W |  24205MiB / 40536MiB |     N/A      Default |
|                               |                      |              Enabled |
+-------------------------------+----------------------+----------------------+
| MIG devices:                                                                |
|==================+======================+===========+=======================|
|  1    3   0   0  |  14366MiB / 19968MiB | 28      0 |  2   0    1    0    0 |
|                  |      4MiB / 32767MiB |           |                       |
+------------------+----------------------+-----------+-----------------------+
|  1    5   0   1  |   9826MiB / 19968MiB | 28      0 |  2   0    1    0    0 |
|                  |      2MiB / 32767MiB |           |                       |
+------------------+----------------------+-----------+-----------------------+
|    1    3    0      36393      C   python                          14363MiB |
"""
HURT = """\
|   0  NVIDIA GeForce RTX 2080 ...    Off |   00000000:01:00.0 Off |                  N/A |
|ERR!   45C    P8            N/A  /  N/A  |       1MiB /   8192MiB |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+
|   1  ERR!                           Off |   00000000:02:00.0 Off |                 ERR! |
|ERR!  ERR! ERR!             N/A  / ERR!  |     GPU is lost        |     ERR!        ERR! |
|                                         |                        |                 ERR! |
"""
CUT = """\
|   0  NVIDIA GeForce RTX 4070 ...    On  | 00000000:01:00.0  On |                  N/A |

| N/A   49C    P5               9W /  90W |   {memory} |     30%      Default |

|                                         |                      |                  N/A |
"""


def one(text: str) -> Gpu:
    [gpu] = nvidia_smi_table.parse_table(text)
    return gpu


def test_a_driver_that_knows_no_persistence() -> None:
    gpu = one(OLDEST)
    assert (gpu.name, gpu.memory_mib, gpu.memory_used_mib, gpu.persistence) == ("Tesla K20m", 4799, 12, None)


def test_processes_without_a_type_and_a_card_that_does_not_tell() -> None:
    first, second = nvidia_smi_table.parse_table(OLD)
    assert first.processes is None
    [process] = second.processes or ()
    assert (process.pid, process.name, process.memory_mib, process.kind) == (
        29683,
        "./a.out -n 3",
        44,
        "compute",
    )


def test_shares_of_a_card_are_counted() -> None:
    whole, shared = nvidia_smi_table.parse_table(SHARED)
    assert whole.mig == GpuMig(enabled=False)
    assert shared.mig == GpuMig(enabled=True, instances=2)
    assert (shared.ecc.enabled, shared.utilization_percent) == (True, None)
    assert [process.pid for process in shared.processes or ()] == [36393]


def test_a_fan_that_cannot_be_read_is_no_lost_card() -> None:
    hurt, lost = nvidia_smi_table.parse_table(HURT)
    assert (hurt.fan_percent, hurt.temperature_c, hurt.problem) == (None, 45, None)
    assert (lost.name, lost.pci_address) == (None, "0000:02:00.0")
    assert lost.problem is not None


def test_a_name_that_was_cut_off() -> None:
    assert one(CUT.format(memory="1138MiB /  8188MiB")).name == "NVIDIA GeForce RTX 4070 Laptop GPU"
    ambiguous = one(CUT.format(memory="1138MiB / 12282MiB"))
    assert (ambiguous.name, ambiguous.architecture) == ("NVIDIA GeForce RTX 4070 ...", "Ada Lovelace")
