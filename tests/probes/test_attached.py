"""An attachment's inventory says in one sentence what the file is silent about; a machine's keeps its own."""

from pathlib import Path

from dlws.host.attachment import open_attachment
from dlws.model.inventory import Inventory
from dlws.probes import attached, inventory

from .machines import machine


def test_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mem.txt"
    path.write_text("MemTotal:       32768000 kB\nMemAvailable:   16384000 kB\n")
    have = inventory.take(open_attachment(path))
    assert have.memory.total_mib == 32000
    assert have.problems == (
        "mem.txt is a copy of /proc/meminfo: it says nothing about the processor, disks, GPUs, the board, "
        "the operating system, software, the network, topology or the kernel log, "
        "and what else is unknown here is not in it",
    )


def test_a_captured_machine_keeps_its_sentences(tmp_path: Path) -> None:
    have = Inventory(problems=("the distribution is unknown",))
    assert attached.explain(machine(tmp_path, {}), have).problems == have.problems


def test_an_empty_list_means_none_only_where_there_was_something_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    silent = attached.explain(machine(tmp_path / "a", {}), Inventory())
    assert {"gpus", "storage", "network", "software"} <= set(silent.not_told)
    looked = attached.explain(
        machine(tmp_path / "b", {"/sys/bus/pci/x": "", "/sys/block/x": ""}), Inventory()
    )
    assert not {"gpus", "storage"} & set(looked.not_told)


def test_that_dkms_built_no_module_outlives_the_one_sentence(tmp_path: Path) -> None:
    line = "_" * 44
    path = tmp_path / "nvidia-bug-report.log"
    path.write_text(
        f"{line}\n\nnvidia-bug-report.sh Version: 1\n\n{line}\n\n"
        "*** /var/lib/dkms/nvidia/580.95.05/build/make.log\n*** ls: -rw-r--r-- 1 root root 9 x\nerror\n\n"
        f"{line}\n\n/usr/sbin/modinfo nvidia\n\n{line}\n\n/usr/bin/lsmod\n\nModule Size Used by\n\n{line}\n"
    )
    module = inventory.take(open_attachment(path)).software.kernel_module
    assert (module.installed, module.sources) == (False, "580.95.05")
