from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.probes.cpu import cgroup, cpu, numa
from dlws.probes.cpu.cpulist import as_list, parse_list, parse_mask

from .machine import machine

CPU = "sys/devices/system/cpu"


@pytest.mark.parametrize(
    ("files", "quota", "memory"),
    [
        (
            {
                "proc/self/cgroup": "0::/a/b",
                "sys/fs/cgroup/a/cpu.max": "150000 100000",
                "sys/fs/cgroup/a/b/cpu.max": "max 100000",
            },
            1.5,
            None,
        ),
        (
            {
                "proc/self/cgroup": "0::/",
                "sys/fs/cgroup/cpu.max": "50000 100000",
                "sys/fs/cgroup/memory.max": "1073741824",
            },
            0.5,
            1024,
        ),
        ({"proc/self/cgroup": "0::/../x", "sys/fs/cgroup/x/memory.max": "max"}, None, None),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/1\n3:memory:/docker/1",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "400000",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
                "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "9223372036854771712",
            },
            4.0,
            None,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu:/",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            None,
            None,
        ),
    ],
)
def test_limits_of_control_groups(
    tmp_path: Path, files: dict[str, str | bytes], quota: float | None, memory: int | None
) -> None:
    host = machine(tmp_path, files)
    assert (cgroup.cpu_quota(host), cgroup.memory_mib(host)) == (quota, memory)


def test_numa_nodes_without_cpus_stay_and_gpu_memory_is_known(tmp_path: Path) -> None:
    node = "sys/devices/system/node/node"
    files: dict[str, str | bytes] = {
        f"{node}0/cpulist": "0-87",
        f"{node}0/meminfo": "Node 0 MemTotal:       129839104 kB",
        f"{node}250/cpulist": "\n",
        f"{node}250/meminfo": "Node 250 MemTotal:       15728640 kB",
        "proc/driver/nvidia/gpus/0004:06:00.0/numa_status": "Node:      250\nStatus:    online\n",
    }
    host = machine(tmp_path, files)
    assert [(one.index, one.cpus, one.memory_mib) for one in numa.nodes(host)] == [
        (0, "0-87", 126796),
        (250, "", 15360),
    ]
    assert numa.gpu_nodes(host) == (250,)


def test_what_this_process_may_use(tmp_path: Path) -> None:
    status = {"proc/self/status": "Name: x\nCpus_allowed_list:\t0-2,6-9\n", f"{CPU}/online": "0-7"}
    assert cpu.limits(machine(tmp_path / "tree", {**status})).usable_threads == 5
    assert cpu.limits(machine(tmp_path / "live", {**status}, affinity=(1, 2))).usable_threads == 2
    assert cpu.limits(machine(tmp_path / "none", {})).usable_threads is None


@given(st.sets(st.integers(0, 300), max_size=40))
def test_lists_of_cpus_go_round(cpus: set[int]) -> None:
    assert parse_list(as_list(frozenset(cpus))) == cpus
    assert parse_mask(f"{sum(1 << one for one in cpus):x}") == cpus or not cpus or max(cpus) > 63


@given(st.text(max_size=60))
def test_any_text_is_a_list_or_none(text: str) -> None:
    parse_list(text)
    parse_mask(text)
