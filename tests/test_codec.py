"""Documents: what is written can be read, by this version and the next minor one, and nothing else is."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlws import codec
from dlws.errors import DlwsError, ExitCode
from dlws.model.document import Document
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.model.requirements import Requirements
from dlws.sizing import estimate, load

from . import documents

INVENTORY = Document(kind="inventory", inventory=Inventory())

CONTRACT = """
cpu.model cpu.vendor cpu.sockets cpu.cores cpu.threads cpu.base_mhz cpu.max_mhz cpu.l3_mib cpu.governor
cpu.numa_nodes cpu.flags.avx2 cpu.flags.avx512f cpu.flags.avx512_vnni cpu.flags.avx512_bf16
cpu.flags.amx_bf16 cpu.flags.amx_int8
memory.total_mib memory.available_mib memory.swap_mib memory.channels memory.modules.size_mib
memory.modules.type memory.modules.speed_mts memory.modules.configured_mts memory.modules.slot
storage.disks.name storage.disks.model storage.disks.size_gb storage.disks.kind storage.disks.transport
storage.disks.pcie_gen storage.disks.pcie_width storage.disks.removable
storage.filesystems.mount storage.filesystems.fstype storage.filesystems.size_gb storage.filesystems.free_gb
storage.raid.name storage.raid.level storage.raid.state
gpus.index gpus.vendor gpus.name gpus.architecture gpus.compute_capability gpus.memory_mib gpus.uuid
gpus.pci_address gpus.pcie.gen gpus.pcie.gen_max gpus.pcie.width gpus.pcie.width_max gpus.power.limit_w
gpus.power.default_w gpus.power.draw_w gpus.temperature_c gpus.ecc.enabled gpus.throttle_reasons
gpus.persistence gpus.mig gpus.driver gpus.problem
board.vendor board.model board.bios board.slots.name
os.id os.version os.codename os.kernel os.arch os.virtualization os.secure_boot
software.nvidia_driver software.kernel_module.loaded software.kernel_module.version
software.kernel_module.flavour software.cuda_toolkits.version software.cudnn software.docker.version
software.container_toolkit.version software.frameworks.name software.frameworks.version
software.frameworks.python software.frameworks.cuda software.frameworks.sees_gpu
problems
"""
"""What outside scripts read of an inventory. A path is never taken out of this list, only added."""

REQUIREMENTS = """
vram.total_gib vram.weights_gib vram.gradients_gib vram.optimizer_gib vram.activations_gib vram.kv_cache_gib
vram.logits_gib vram.framework_gib ram_gib disk_gb time_hours energy_kwh
"""


def body(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(codec.encode(document))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents.of(Document))
def test_what_is_written_is_read(document: Document) -> None:
    assert codec.decode(codec.encode(document)) == document


@pytest.mark.parametrize("path", CONTRACT.split())
def test_an_inventory_keeps_what_scripts_read(path: str) -> None:
    assert documents.has(Inventory, path)


def test_an_empty_inventory_shows_all_its_groups() -> None:
    shown = body(INVENTORY)
    assert (shown["schema"], shown["kind"]) == ("dlws/1", "inventory")
    assert {path.split(".")[0] for path in CONTRACT.split()} <= shown["inventory"].keys()
    assert shown["inventory"]["cpu"]["flags"]["avx2"] is None, "unknown is said, not left out"


def test_findings_keep_what_scripts_read() -> None:
    finding = Finding(check="a.b", subject="machine", status=Status.OK, what="fine")
    shown = body(Document(kind="findings", findings=(finding,), summary={"ok": 1}))
    assert shown.keys() >= {"schema", "kind", "findings", "summary"}
    assert shown["findings"][0] == {
        "check": "a.b", "subject": "machine", "status": "ok", "what": "fine", "why": None, "fix": None,
        "role": None, "evidence": {},
    }  # fmt: skip


def test_requirements_stand_flat_at_the_top() -> None:
    need = estimate.requirements(load.workload("lenet5-train"))
    document = Document(kind="requirements", requirements=need)
    shown = body(document)
    assert shown.keys() >= {"schema", "kind", "estimate", "minimum", "recommended", "options"}
    assert "requirements" not in shown
    assert all(documents.has(type(need.estimate), path) for path in REQUIREMENTS.split())
    assert codec.decode(codec.encode(document)) == document


def test_no_field_of_requirements_hides_one_of_the_document() -> None:
    assert not {"schema", *Document.__struct_fields__} & set(Requirements.__struct_fields__)


def test_a_newer_minor_version_is_read_without_what_is_new_in_it() -> None:
    newer = body(INVENTORY) | {"schema": "dlws/1.7", "new": [1]}
    newer["inventory"]["cpu"] |= {"model": "Some CPU", "colour": "blue"}
    read = codec.decode(msgspec.json.encode(newer)).inventory
    assert read is not None
    assert read.cpu.model == "Some CPU"


@pytest.mark.parametrize("schema", ["dlws/2", "dlws/0", "dlws/11", "other/1", "dlws/1.x", "", None, 1, []])
def test_another_schema_is_refused_by_name(schema: object) -> None:
    data = msgspec.json.encode(body(INVENTORY) | {"schema": schema})
    with pytest.raises(DlwsError) as caught:
        codec.decode(data)
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.fix
    assert repr(schema) in f"{caught.value.what} {caught.value.why}"


@pytest.mark.parametrize(
    "data",
    [
        b"null", b"[]", b"1", b'"text"', b"{", b"\xff\xfe\x00", b"\x00" * 64, b"[" * 100_000,
        b'{"schema":"dlws/1"}',
        b'{"schema":"dlws/1","kind":1}',
        b'{"schema":"dlws/1","kind":"inventory","inventory":[]}',
        b'{"schema":"dlws/1","kind":"inventory","inventory":{"cpu":{"cores":"many"}}}',
        b'{"schema":"dlws/1","kind":"requirements"}',
        b'{"schema":"dlws/1","kind":"findings","findings":[{"check":"a"}]}',
        b'{"schema":"dlws/1","kind":"findings","summary":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
        b'{"schema":"dlws/1","kind":"\\ud800"}',
    ],
    ids=lambda data: data[:60].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_document_is_refused_with_a_way_out(data: bytes) -> None:
    with pytest.raises(DlwsError) as caught:
        codec.decode(data, "some.json")
    assert caught.value.code is ExitCode.USAGE
    assert "some.json" in caught.value.what
    assert caught.value.why
    assert caught.value.fix


@given(st.binary(max_size=200) | documents.PLAIN.map(msgspec.json.encode))
def test_any_bytes_are_a_document_or_an_error_that_is_told(data: bytes) -> None:
    with pytest.raises(DlwsError):
        codec.decode(data)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_document_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(codec.encode(INVENTORY))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        assert codec.decode(bytes(whole)).kind
    except DlwsError as error:
        assert error.code is ExitCode.USAGE


@pytest.mark.parametrize("name", ["missing.json", ".", "nul\0name", "x" * 5000])
def test_what_cannot_be_opened_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DlwsError) as caught:
        codec.read(name)
    assert caught.value.what.startswith("cannot read")
    assert caught.value.why


@pytest.mark.parametrize("data", [b"", b" \n\t"])
def test_an_empty_file_is_called_empty(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(data)
    with pytest.raises(DlwsError, match="is empty"):
        codec.read(str(tmp_path / "empty.json"))


def test_a_huge_file_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(codec.LIMIT_BYTES * 4)  # a hole: no disk is filled
    with pytest.raises(DlwsError, match="is over 64 MiB"):
        codec.read(str(tmp_path / "huge.json"))


def test_text_that_is_no_unicode_is_written_with_a_mark_in_its_place() -> None:
    odd = Document(kind="project", directory="/home/\udcfc")  # a path in a locale of C
    assert codec.decode(codec.encode(odd)).directory == "/home/?"
