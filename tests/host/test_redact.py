"""What identifies a machine or its owner is not saved, and what a probe needs stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Recorder, Replay
from dlws.host.redact import Redactor
from dlws.probes import inventory

from . import secrets
from .secrets import FILES, MACS, NAMES, SECRETS, UUIDS


def everything(place: Path) -> str:
    """Names and contents of all files below a directory."""
    return "\n".join(
        f"{file.relative_to(place)}\n{file.read_bytes().decode('latin-1')}"
        for file in place.rglob("*")
        if file.is_file()
    )


def record_all(place: Path, into: Path) -> None:
    """Record the inventory, and every other file, command and name that the machine has."""
    host = secrets.machine(place)
    recorder = Recorder(host, into)
    inventory.take(recorder)
    for path in FILES:
        recorder.read(path)
        recorder.list(path.rpartition("/")[0])
    for words in host.answers.commands:
        recorder.run(*words.split("\x1f"))
    recorder.environ("USER")
    recorder.nvml()
    recorder.close()


def test_a_recording_holds_no_secret(tmp_path: Path) -> None:
    record_all(tmp_path / "real", tmp_path / "saved")
    saved = everything(tmp_path / "saved").lower()
    assert [secret for secret in SECRETS if secret.lower() in saved] == []
    assert "8899:aabb" not in saved
    assert "10.1.2.3" not in saved
    assert SECRETS[0].lower() in everything(tmp_path / "real").lower(), "the search finds what is there"


def test_the_inventory_is_the_same_but_for_the_names(tmp_path: Path) -> None:
    record_all(tmp_path / "real", tmp_path / "saved")
    real = inventory.take(Replay(tmp_path / "real"))
    saved = inventory.take(Replay(tmp_path / "saved"))
    assert saved.cpu == real.cpu
    assert saved.memory == real.memory
    assert saved.storage.disks == real.storage.disks
    assert saved.storage.volume_managers == real.storage.volume_managers
    assert saved.board == real.board
    assert [(one.size_gb, one.free_gb, one.fstype) for one in saved.storage.filesystems] == [
        (one.size_gb, one.free_gb, one.fstype) for one in real.storage.filesystems
    ]
    mounts = [one.mount.split("/")[:3] for one in saved.storage.filesystems if one.size_gb]
    assert mounts == [["", ""], ["", "home", "user1"], ["", "media", "user2"]]
    assert len(saved.network.links) == len(real.network.links) == 1
    assert saved.network.links[0].speed_mbps == 10000
    assert [one.kind for one in saved.kernel_log.events] == [one.kind for one in real.kernel_log.events]
    assert len(saved.problems) == len(real.problems)


def test_recording_a_recording_changes_nothing(tmp_path: Path) -> None:
    record_all(tmp_path / "real", tmp_path / "once")
    recorder = Recorder(Replay(tmp_path / "once"), tmp_path / "twice")
    once, twice = inventory.take(Replay(tmp_path / "once")), inventory.take(recorder)
    assert once == twice


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"GPU-{UUIDS[0]} {UUIDS[1]} {UUIDS[0]}", "GPU-{0}1 {0}2 {0}1".format("00000000-0000-0000-0000-" + "0" * 11)),
        (f"link {MACS[0]} up", "link 02:00:00:00:00:01 up"),
        ("PCI 0000:81:00.0 at 12:34:56, ratio 1:2", "PCI 0000:81:00.0 at 12:34:56, ratio 1:2"),
        ("00:00:00:00:00:00 ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff"),
        ("Serial Number: N/A", "Serial Number: N/A"),
        ("serial8250: ttyS0 at I/O", "serial8250: ttyS0 at I/O"),
        ("<serial>132401</serial>", "<serial>X0001</serial>"),
        ("/home/eva/x /home/eva /Users/tim/", "/home/user1/x /home/user1 /Users/user2/"),
        ("https://me:p@ss#w?rd@host.example/simple", "https://X:X@host.example/simple"),
        ("https://pYx3K9@host.example/simple", "https://X:X@host.example/simple"),
        ("https://host.example/@team/a?v=1 a@b", "https://host.example/@team/a?v=1 a@b"),
        ("https://host/s?token=pYx3K9&v=1", "https://host/s?token=X&v=1"),
        ('"https://host/w?sv=1&amp;sig=a%2Fb%3D" X-Amz', '"https://host/w?sv=1&amp;sig=X" X-Amz'),
        ("https://host/w?X-Amz-Signature=pYx3K9#x", "https://host/w?X-Amz-Signature=X#x"),
        ("root=/dev/vda1 key=value a?b=c", "root=/dev/vda1 key=value a?b=c"),
        ("STATUS 0xbc00000000000108 ADDR 0x5000c5001000", "STATUS 0xbc00000000000108 ADDR 0x5000c5001000"),
    ],
)  # fmt: skip
def test_texts(text: str, clean: str, tmp_path: Path) -> None:
    assert Redactor(Replay(tmp_path)).text(text) == clean


@pytest.mark.parametrize("name", ["fedora", "nvidia", "titan", "pop-os"])
def test_a_host_name_that_is_a_word_of_the_trade_is_left(name: str, tmp_path: Path) -> None:
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/hostname").write_text(name)
    text = f"ID={name}"
    assert Redactor(Replay(tmp_path)).text(text) == text


def test_a_host_name_is_masked_where_it_stands_alone_or_in_a_volume_group(tmp_path: Path) -> None:
    secrets.machine(tmp_path)
    redactor = Redactor(Replay(tmp_path))
    assert (
        redactor.text(f"{NAMES[0]} /dev/{NAMES[0]}-vg x{NAMES[0]}y")
        == f"this-host /dev/this-host-vg x{NAMES[0]}y"
    )


@given(st.text(max_size=200))
def test_any_text_is_redacted_once_and_for_all(text: str) -> None:
    redactor = Redactor(Replay(Path(__file__).parent))
    once = redactor.text(text)
    assert redactor.text(once) == once


@given(st.text(st.sampled_from("0123456789abcdef:-ABCDEFxU /serial=user"), max_size=80))
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    redactor = Redactor(Replay(Path(__file__).parent))
    once = redactor.text(text)
    assert redactor.text(once) == once


def test_a_path_made_of_masks_leads_back(tmp_path: Path) -> None:
    redactor = Redactor(Replay(tmp_path))
    for path in (f"/home/eva/{UUIDS[0]}/x", f"/sys/class/net/enx{MACS[2]}", "/home/eva/user2"):
        assert redactor.restore(redactor.text(path)) == path
