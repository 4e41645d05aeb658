"""Logs that lost their indent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.probes.gpu.nvidia import nvidia_smi

LOG = """\
GPU 00000000:3B:00.0
    Product Name                          : Tesla V100-SXM2-16GB
    Persistence Mode                      : Enabled
    MIG Mode
        Current                           : N/A
        Pending                           : N/A
    GPU UUID                              : GPU-1
    PCI
        Device Id                         : 0x1DB110DE
        GPU Link Info
            PCIe Generation
                Max                       : 3
                Current                   : 1
            Link Width
                Max                       : 16x
                Current                   : 8x
        Bridge Chip
            Type                          : N/A
    Fan Speed                             : 30 %
    FB Memory Usage
        Total                             : 16160 MiB
        Used                              : 12 MiB
    BAR1 Memory Usage
        Total                             : 16384 MiB
    Compute Mode                          : Default
    ECC Mode
        Current                           : Enabled
        Pending                           : Disabled
    ECC Errors
        Volatile
            Single Bit
                Device Memory             : 4
                Total                     : 5
            Double Bit
                Total                     : 1
        Aggregate
            Single Bit
                Total                     : 262
            Double Bit
                Total                     : 2
    Clocks
        SM                                : 135 MHz
    Max Clocks
        SM                                : 1530 MHz
    Processes
        GPU instance ID                   : N/A
        Process ID                        : 4242
            Type                          : C
            Name                          : python3
            Used GPU Memory               : 10 MiB
"""


@pytest.mark.parametrize("indent", ["", " "])
@pytest.mark.parametrize("blanks", [" +", "(?!)"])
def test_a_flat_log_tells_the_same(indent: str, blanks: str) -> None:
    flat = "\n".join(re.sub(blanks, " ", line.strip()) for line in LOG.splitlines())
    head, _, body = flat.partition("\n")
    spoilt = "\n".join([head, *(f"{indent}{line}" for line in body.splitlines())])
    assert nvidia_smi.parse(spoilt) == nvidia_smi.parse(LOG)
    assert nvidia_smi.parse(spoilt)[0].ecc.corrected_total == 262


LINES = st.lists(st.sampled_from([line.strip() for line in LOG.splitlines()]) | st.text())


@given(LINES.map("\n".join))
def test_any_text_is_read(text: str) -> None:
    nvidia_smi.parse(f"GPU 00000000:3B:00.0\n{text}")
