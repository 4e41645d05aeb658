"""Three tests that cost nothing and go through everything: this machine, less of it, and none of it."""

import random
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import msgspec
import pytest

from dlws import checks, codec
from dlws.host import Live, Recorder, Replay
from dlws.host.answers import ANSWERS
from dlws.host.attachment import open_attachment
from dlws.model.case import Case
from dlws.model.document import Document
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.plan import plan, resolver, settings
from dlws.probes import inventory
from dlws.report import html, text
from dlws.sizing import estimate, load

MACHINES = Path(__file__).parent / "machines"
MOST = 400
"""More deletions than this are sampled, always the same ones."""
VOLATILE = ("uptime_s", "available_mib", "swap_free_mib", "free_gb", "value", "temperature_c")
"""Facts that are different a moment later."""
NEED = estimate.requirements(load.workload("lenet5-train"))


class Recording(msgspec.Struct, frozen=True):
    """This machine's inventory as the recorder saw it, and where the recording lies."""

    seen: Inventory
    place: Path


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    place = tmp_path_factory.mktemp("machine") / "snapshot"
    recorder = Recorder(Live(), place)
    seen = inventory.take(recorder)
    recorder.close()
    return Recording(seen, place)


def whole_way(have: Inventory) -> tuple[Finding, ...]:
    """Everything that dlws makes of an inventory without touching the machine."""
    assert not [sentence for sentence in have.problems if "broken" in sentence]
    stack = resolver.resolve(have, settings.load({"HOME": "/root"}))
    found = checks.run(Case(have=have, need=NEED, stack=stack))
    plan.make(found, as_root=False)
    text.inventory(have, 100)
    text.findings(found, 100)
    html.page(title="any", made_at=None, inventory=have, findings=found, requirements=None, measurements=None,
              stack=stack, outcome=None)  # fmt: skip
    return found


def broken(found: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in found if one.what == "this check is broken"]


def steady(have: Inventory) -> object:
    """An inventory without the facts that change by the moment."""

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {name: without(item) for name, item in value.items() if name not in VOLATILE}
        return [without(item) for item in value] if isinstance(value, list | tuple) else value

    return without(msgspec.to_builtins(have))


def test_the_machine_replays_to_what_was_seen(recording: Recording) -> None:
    assert inventory.take(Replay(recording.place)) == recording.seen


def test_the_machine_that_was_seen_is_this_one(recording: Recording) -> None:
    live, seen = steady(inventory.take(Live())), steady(recording.seen)
    assert isinstance(live, dict)
    assert isinstance(seen, dict)
    masked = {"storage", "topology"}  # a mount point may hold a user's name, a GPU a UUID
    assert {name: live[name] for name in live.keys() - masked} == {
        name: seen[name] for name in seen.keys() - masked
    }
    assert recording.seen.cpu.model
    assert recording.seen.memory.total_mib


def test_the_machine_passes_through_an_archive(recording: Recording, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "machine.tar.gz", "w:gz") as archive:
        archive.add(recording.place, arcname="machine")
    assert inventory.take(open_attachment(tmp_path / "machine.tar.gz")) == recording.seen
    assert inventory.take(open_attachment(recording.place)) == recording.seen


def test_the_machine_passes_through_git(recording: Recording, tmp_path: Path) -> None:
    """git keeps files alone: no empty folder, no time, no mode but the executable bit."""
    for file in recording.place.rglob("*"):
        assert not file.is_symlink(), "a link would not survive every checkout"
        if file.is_file():
            copy = tmp_path / file.relative_to(recording.place)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    assert inventory.take(Replay(tmp_path)) == recording.seen


def test_the_command_saves_what_replays(tmp_path: Path) -> None:
    archive = tmp_path / "here.tar.gz"
    dlws = [sys.executable, "-m", "dlws"]
    subprocess.run([*dlws, "snapshot", str(archive)], check=True, capture_output=True)
    assert [one.name for one in tmp_path.iterdir()] == ["here.tar.gz"], "nothing else is left"
    with tarfile.open(archive) as members:
        assert {(one.uid, one.uname) for one in members} == {(0, "root")}
    command = [*dlws, "inventory", "--from", str(archive), "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert codec.decode(done.stdout).inventory == inventory.take(open_attachment(archive))


def test_any_one_file_may_be_missing(recording: Recording, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(recording.place, copy)
    files = sorted(file for file in copy.rglob("*") if file.is_file())
    chosen = files if len(files) <= MOST else random.Random(0).sample(files, MOST)
    for file in chosen:
        hidden = file.rename(tmp_path / "hidden")
        assert not broken(whole_way(inventory.take(Replay(copy)))), file
        hidden.rename(file)
    print(f"\nleft out one file at a time: {len(chosen)} of {len(files)}")


def test_any_one_answer_may_be_missing(recording: Recording, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(recording.place, copy)
    answers = msgspec.json.decode((copy / ANSWERS).read_bytes())
    places = [(kind, None) for kind in answers]
    places += [
        (kind, name) for kind, entries in answers.items() if isinstance(entries, dict) for name in entries
    ]
    chosen = places if len(places) <= MOST else random.Random(0).sample(places, MOST)
    for kind, name in chosen:
        less = dict(answers)
        if name is None:
            del less[kind]
        else:
            less[kind] = {one: value for one, value in answers[kind].items() if one != name}
        (copy / ANSWERS).write_bytes(msgspec.json.encode(less))
        assert not broken(whole_way(inventory.take(Replay(copy)))), (kind, name)
    print(f"\nleft out one answer at a time: {len(chosen)} of {len(places)}")


def test_a_recording_that_finds_no_room_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "snapshot").write_text("a file where a folder should be")
    recorder = Recorder(Live(), tmp_path / "snapshot")
    assert inventory.take(recorder).cpu.threads, "probes do not notice"
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        recorder.close()


@pytest.mark.parametrize(
    "machine", sorted(one for one in MACHINES.iterdir() if one.is_dir()), ids=lambda one: one.name
)
def test_a_captured_machine_is_read_as_it_was_reviewed(machine: Path, request: pytest.FixtureRequest) -> None:
    """``pytest --update`` writes what is read now; the difference is to be looked at before it is committed."""
    have = inventory.take(Replay(machine))
    whole_way(have)
    golden = machine / "inventory.json"
    if request.config.getoption("--update"):
        golden.write_bytes(
            msgspec.json.format(codec.encode(Document(kind="inventory", inventory=have))) + b"\n"
        )
    assert codec.decode(golden.read_bytes(), str(golden)).inventory == have, (
        "if it is right so: pytest --update"
    )


def test_an_empty_machine_is_unknown_and_never_well(tmp_path: Path) -> None:
    have = inventory.take(Replay(tmp_path))
    found = whole_way(have)
    assert not broken(found)
    assert have.cpu.cores is None
    assert have.memory.total_mib is None
    assert have.gpus == ()
    assert have.problems
    assert Status.UNKNOWN in {one.status for one in found}
    assert not [one for one in found if one.status is Status.OK], "nothing is known, so nothing is fine"
