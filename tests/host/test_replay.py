"""A captured tree that a stranger made shows nothing of this machine, and breaks nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.errors import DlwsError
from dlws.host import Replay
from dlws.probes import inventory

SECRET = "nobody may read this"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file and a folder beside the tree, which nothing in the tree may show."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "secret").write_text(SECRET)
    return place


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "proc").mkdir(parents=True)
    return tmp_path / "tree"


@pytest.mark.parametrize(
    "target",
    [
        "{outside}/secret",
        "../../outside/secret",
        "../../../../../../../..{outside}/secret",
        "./../../outside/secret",
    ],
)
def test_a_link_out_of_the_tree_shows_nothing(target: str, tree: Path, outside: Path) -> None:
    (tree / "proc/cpuinfo").symlink_to(target.format(outside=outside))
    host = Replay(tree)
    assert (tree / "proc/cpuinfo").read_text() == SECRET, "the link does lead out"
    assert host.read("/proc/cpuinfo") is None
    assert host.list("/proc/cpuinfo") == []


@pytest.mark.parametrize(
    "path", ["/door/secret", "/door/../door/secret", "/proc/../door/secret", "door/secret"]
)
def test_a_folder_that_is_a_link_out_shows_nothing(path: str, tree: Path, outside: Path) -> None:
    (tree / "door").symlink_to(outside)
    host = Replay(tree)
    assert host.read(path) is None
    assert host.list("/door") == []
    assert host.list(path) == []


@pytest.mark.parametrize("path", ["/../outside/secret", "/proc/../../outside/secret", "../outside/secret"])
def test_a_path_cannot_climb_out(path: str, tree: Path, outside: Path) -> None:
    assert Replay(tree).read(path) is None


def test_links_inside_the_tree_are_followed_as_on_the_machine(tree: Path) -> None:
    (tree / "sys/devices/pci0/card").mkdir(parents=True)
    (tree / "sys/devices/pci0/card/vendor").write_text("0x10de\n")
    (tree / "sys/class").mkdir()
    (tree / "sys/class/relative").symlink_to("../devices/pci0/card")
    (tree / "sys/class/absolute").symlink_to("/sys/devices/pci0/card")
    host = Replay(tree)
    assert host.read("/sys/class/relative/vendor") == "0x10de"
    assert host.read("/sys/class/absolute/vendor") == "0x10de"
    assert host.read("/sys/class/absolute/../card/vendor") == "0x10de", ".. is the real folder's parent"
    assert host.link("/sys/class/absolute") == "/sys/devices/pci0/card"


def test_loops_end(tree: Path) -> None:
    (tree / "a").symlink_to("b")
    (tree / "b").symlink_to("/a")
    (tree / "deep").symlink_to("deep/deep/deep")
    host = Replay(tree)
    assert host.read("/a") is None
    assert host.list("/b/c") == []
    assert host.read("/deep/x") is None


def test_what_is_no_plain_file_is_not_waited_for(tree: Path) -> None:
    os.mkfifo(tree / "proc/meminfo")
    os.mkfifo(tree / "answers.json")
    host = Replay(tree)
    assert host.read("/proc/meminfo") is None
    assert host.machine() is None


def test_answers_that_are_a_link_are_not_read(tree: Path, outside: Path) -> None:
    (outside / "answers.json").write_text('{"machine":"ours"}')
    (tree / "answers.json").symlink_to(outside / "answers.json")
    assert Replay(tree).machine() is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "[" * 100_000, '{"links": 1}', '{"usage": {"/": {}}}', "\0"]
)
def test_damaged_answers_are_an_error_with_a_way_out(content: str, tree: Path) -> None:
    (tree / "answers.json").write_text(content)
    with pytest.raises(DlwsError) as caught:
        Replay(tree)
    assert caught.value.fix


def test_a_tree_of_links_is_an_inventory(tree: Path, outside: Path) -> None:
    for name in ("sys", "etc", "dev", "run", "usr", "var"):
        (tree / name).symlink_to("/")
    (tree / "proc/self").symlink_to("/proc/self/self")
    have = inventory.take(Replay(tree))
    assert have.os.id is None
    assert have.problems


@given(
    st.text(max_size=60)
    | st.sampled_from(["/" * 5000, "/x" * 3000, "/" + "y" * 300, "\0", "/a\0b", "\udcff"])
)
def test_any_path_has_an_answer(path: str) -> None:
    host = Replay(Path(__file__).parent)
    host.read(path)
    host.list(path)
    host.link(path)
    host.number(path)
    assert host.usage(path) is None
