"""This machine is asked sparingly."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dlws.host import Live, Output
from dlws.probes import inventory


def test_a_command_that_several_probes_ask_for_starts_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    host = Live()
    script = ("sh", "-c", 'echo started >> "$1"; sleep 0.1; echo "$1"', "sh", str(count))
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(host.run, *script) for _ in range(4)]
    assert {one.result() for one in answers} == {Output(0, f"{count}\n")}
    assert count.read_text() == "started\n"
    assert Live().run(*script).ok
    assert count.read_text() == "started\n" * 2


def test_a_folder_is_seen_as_it_was_at_first(tmp_path: Path) -> None:
    host = Live()
    (tmp_path / "b").touch()
    host.list(str(tmp_path)).append("not kept")
    (tmp_path / "a").touch()
    assert host.list(str(tmp_path)) == ["b"]
    assert Live().list(str(tmp_path)) == ["a", "b"]


def test_size_of_a_file_system(tmp_path: Path) -> None:
    found = Live().usage(str(tmp_path))
    assert found is not None and 0 <= found.free <= found.total
    assert Live().usage(str(tmp_path / "absent")) is None
    assert Live().usage("/proc/\0") is None


class Counting(Live):
    """This machine, with a list of the programs that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        self.asked.append(argv[0])
        return super().run(*argv, timeout_s=timeout_s)


@pytest.mark.skipif(not Path("/sys/block").is_dir(), reason="this machine shows no /sys")
def test_no_program_is_started_for_what_proc_and_sys_hold() -> None:
    host = Counting()
    inventory.take(host)
    assert not {"lscpu", "lsblk", "lspci", "uname", "df", "free", "ip"} & set(host.asked)
