"""Bad input: one clear error with its fix, the right exit code, no traceback, nothing half-written."""

from pathlib import Path

import pytest

from dlws import codec
from dlws.cli.app import app
from dlws.model.document import Document
from dlws.model.inventory import Inventory

from .conftest import Dlws, complains

INVENTORY = codec.encode(Document(kind="inventory", inventory=Inventory())).decode()
FULL = """\
name: mine
model: {kind: parameters, parameters: 1000000}
"""
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)) * 20, "is not text"),
    "large": (b"# \n" * (50 * 2**20 // 3), "more than a workload can have"),
    "misspelt": (FULL.encode() + b"bacth: 4\n", "batch"),
    "negative": (FULL.encode() + b"batch: -3\n", "batch"),
    "text": (FULL.encode() + b"batch: many\n", "batch"),
    "alias": (b"a: &a [x, x]\nb: [*a, *a]\n", "aliases"),
    "list": (b"- a\n- b\n", ""),
    "scalar": (b"just words\n", ""),
    "broken": (b"name: [\n", "line"),
    "deep": (b"[" * 20_000, ""),
    "tag": (b"!!python/object/apply:os.system ['touch /tmp/owned']\n", ""),
    "many": (FULL.encode() + b"---\n" + FULL.encode(), ""),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_workload_file_that_is_none(name: str, dlws: Dlws, home: Path) -> None:
    content, word = FILES[name]
    (home / f"{name}.yaml").write_bytes(content)
    complains(dlws("size", f"{name}.yaml", "--json"), 2, word, f"{name}.yaml")


@pytest.mark.parametrize(
    "name", ["missing.yaml", ".", "lenet5-trian", "", "1.5.5B", "x" * 5000, "/dev/full/x"]
)
def test_a_workload_that_is_not_there(name: str, dlws: Dlws) -> None:
    complains(dlws("check", name), 2)


def test_a_near_miss_is_named(dlws: Dlws) -> None:
    complains(dlws("size", "lenet5-trian"), 2, "lenet5-train")
    complains(dlws("explain", "fit.vramm"), 2, "fit.vram")
    complains(dlws("workloads", "resnet50-trian"), 2, "resnet50-train")


@pytest.mark.parametrize("setting", ["batch", "=4", "batch=-1", "batch=x", "nosuch=1", "lora.nosuch=1"])
def test_a_bad_setting(setting: str, dlws: Dlws) -> None:
    complains(dlws("size", "llama-3.1-8b-lora", "--set", setting), 2)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("not json", "no document of dlws"),
        ("[]", "no document of dlws"),
        ("\0\1\2", "no document of dlws"),
        (INVENTORY.replace("dlws/1", "dlws/2"), "dlws/2"),
        (INVENTORY.replace('"inventory":{', '"inventory":7,"x":{'), "damaged"),
        ('{"schema":"dlws/1","kind":"measurements","measurements":[]}', "holds no inventory"),
    ],
)
def test_a_document_that_is_none(text: str, word: str, dlws: Dlws) -> None:
    complains(dlws("check", "-i", "-", "--json", stdin=text), 2, word)


def test_a_report_of_what_is_no_document(dlws: Dlws, home: Path) -> None:
    complains(dlws("report", "missing.json"), 2, "missing.json")
    complains(dlws("report", "-", "-f", "junit", stdin=INVENTORY), 2, "no findings")
    complains(dlws("report", "-", "-f", "html", "-o", home / "page.html", stdin="{"), 2)
    assert list(home.iterdir()) == [], "nothing half-written"


@pytest.mark.parametrize("option", ["--root", "--from"])
@pytest.mark.parametrize("place", ["missing", "empty.txt", "binary", "x" * 5000])
def test_a_machine_that_is_none(option: str, place: str, dlws: Dlws, home: Path) -> None:
    (home / "empty.txt").write_bytes(b"")
    (home / "binary").write_bytes(bytes(range(256)) * 50)
    complains(dlws("inventory", option, place, "--json"), 2)


def test_a_tree_that_is_missing_and_one_that_is_a_file(dlws: Dlws, home: Path) -> None:
    (home / "file").write_text("x")
    complains(dlws("inventory", "--root", home / "none"), 2, "there is no")
    complains(dlws("inventory", "--root", home / "file"), 2, "is not a directory")


def test_two_machines_at_once(dlws: Dlws, tree: Path) -> None:
    complains(dlws("inventory", "--root", tree, "--from", tree), 2, "both given")
    complains(dlws("check", "-i", "-", "--root", tree, stdin=INVENTORY), 2, "both given")


def test_a_snapshot_does_not_overwrite(dlws: Dlws, home: Path) -> None:
    (home / "there").write_text("precious")
    complains(dlws("snapshot", "there"), 2, "is there already")
    assert (home / "there").read_text() == "precious"


def test_a_python_that_is_none(dlws: Dlws) -> None:
    complains(dlws("smoke", "--python", "/nowhere/python"), 2, "/nowhere/python")
    complains(dlws("verify", "--python", "/nowhere/python"), 2, "/nowhere/python")


def test_settings_that_are_none(dlws: Dlws, home: Path) -> None:
    complains(dlws("render", "-o", "project", DLWS_TORCH_VERSION="newest"), 2)
    complains(dlws("render", "-o", "project", "--torch-variant", "cu1;rm -rf /"), 2)
    assert list(home.iterdir()) == []


def test_nobody_can_be_asked(dlws: Dlws, home: Path) -> None:
    done = dlws("apply")
    complains(done, 2, "nothing was changed", "dlws apply --yes")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [["nosuch"], ["inventory", "--nosuch"], ["size"], ["verify", "--level", "9"], ["smoke", "nosuch"],
     ["check", "--fail-on", "never"], ["report"], ["inventory", "--format", "xml"], ["smoke", "--timeout", "x"]],
)  # fmt: skip
def test_a_bad_command_line(words: list[str], dlws: Dlws) -> None:
    done = dlws(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "dlws" in done.stderr


def test_each_command_is_guarded() -> None:
    assert app.registered_commands
    for command in app.registered_commands:
        assert hasattr(command.callback, "__wrapped__"), command.name


def test_a_report_and_a_snapshot_name_what_they_can_write(dlws: Dlws, tree: Path, tmp_path: Path) -> None:
    found = dlws("check", "lenet5-train", "--root", tree, "--json").stdout
    done = dlws("report", "-", "-f", "html", "-o", tmp_path, stdin=found)
    assert (done.returncode, "is a directory" in done.stderr) == (2, True)
    done = dlws("snapshot", tmp_path / "machine.zip")
    assert (done.returncode, "dlws snapshot machine.tar.gz" in done.stderr) == (2, True)
    assert not (tmp_path / "machine.zip").exists()


@pytest.mark.parametrize("output", ["machine.json", "./machine.json", "link"])
def test_a_report_does_not_take_the_place_of_its_document(output: str, dlws: Dlws, home: Path) -> None:
    (home / "machine.json").write_text(INVENTORY)
    (home / "link").symlink_to("machine.json")
    complains(dlws("report", "machine.json", "-f", "html", "-o", output), 2, "is the document itself")
    assert (home / "machine.json").read_text() == INVENTORY
