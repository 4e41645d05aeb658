"""What a user may name, and what is refused with which advice."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlws import codec
from dlws.catalog import workloads
from dlws.errors import DlwsError, ExitCode
from dlws.model.document import Document
from dlws.model.network_shape import Parameters, Transformer
from dlws.model.workload import Lora, Precision, Task, Technique, Workload
from dlws.sizing.document import LARGEST_BYTES
from dlws.sizing.load import workload
from dlws.sizing.machine import parameters

SMALL = "name: mine\nmodel: {kind: parameters, parameters: 1000000}\n"


def refused(text: str, place: Path) -> DlwsError:
    place.write_text(text, encoding="utf-8")
    with pytest.raises(DlwsError) as caught:
        workload(str(place))
    assert caught.value.code is ExitCode.USAGE
    assert caught.value.what.startswith(str(place))
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("name", workloads.names())
def test_library_workload_is_called_as_its_file_and_says_what_it_is(name: str) -> None:
    found = workload(name)
    assert found.name == name
    assert found.description
    assert not isinstance(found.model, Parameters)
    assert found.model.source


@pytest.mark.parametrize("name", workloads.names())
def test_a_workload_comes_back_from_the_document_that_holds_it_alone(name: str, tmp_path: Path) -> None:
    found = workload(name)
    document = Document(kind="workloads", workloads=(msgspec.to_builtins(found),))
    (tmp_path / "one.json").write_bytes(codec.encode(document))
    assert workload(str(tmp_path / "one.json")) == found


def test_library_has_what_the_command_line_names() -> None:
    names = {"lenet5-train", "resnet50-train", "llama-3.1-8b-lora", "llama-3.1-8b-infer"}
    assert names <= set(workloads.names())


def test_shape_of_llama_gives_its_published_parameter_count() -> None:
    assert parameters(workload("llama-3.1-8b-lora")) == 8_030_261_248


def test_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(DlwsError, match="no workload is called 'resnet50-trian'") as caught:
        workload("resnet50-trian")
    assert caught.value.fix == "dlws size resnet50-train"


@pytest.mark.parametrize(
    ("text", "count"), [("8B", 8_000_000_000), ("1.5b", 1_500_000_000), ("125M", 125_000_000)]
)
def test_parameter_count_is_a_workload(text: str, count: int) -> None:
    assert workload(text).model == Parameters(parameters=count)


def test_settings_win_over_the_library() -> None:
    found = workload(
        "llama-3.1-8b-lora", {"batch": "4", "lora.rank": 64, "precision": "amp", "padded": "yes"}
    )
    assert (found.batch, found.lora, found.precision, found.padded) == (4, Lora(rank=64), Precision.AMP, True)


def test_misspelt_setting_is_refused() -> None:
    with pytest.raises(DlwsError) as caught:
        workload("lenet5-train", {"bacth": "4"})
    assert caught.value.fix == "did you mean batch?"


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("", "is empty", "dlws workloads"),
        ("# nothing\n", "is empty", "dlws workloads"),
        (SMALL + "bach: 8\n", "there is no key 'bach'", "did you mean batch?"),
        (SMALL + "batch: -8\n", "batch: -8 is not a whole number >= 1", "give batch a whole number >= 1"),
        (SMALL + "batch: 0\n", "batch: 0 is not a whole number >= 1", "give batch a whole number >= 1"),
        (SMALL + "batch: '8'\n", "batch: '8' is not a whole number", "without quotes: batch: 8"),
        (SMALL + "batch: many\n", "batch: 'many' is not a whole number", "give batch a whole number"),
        (SMALL + "batch: 1.5\n", "batch: 1.5 is not a whole number", "give batch"),
        (SMALL + "batch: true\n", "batch: True is not a whole number", "give batch"),
        (SMALL + "precision: bf61\n", "precision: 'bf61' is not known", "did you mean bf16?"),
        (SMALL + "lora: {rnak: 8}\n", "lora: there is no key 'rnak'", "did you mean rank?"),
        (SMALL + "lora: {targets: [x]}\n", "lora target 'x' is not one of", "change one of the keys"),
        (SMALL + "name: again\n", "line 3: the key 'name' appears twice", "once"),
        (
            SMALL + "description: &a x\n",
            "line 3: anchors and aliases are not allowed",
            "write each value out",
        ),
        (SMALL + "epochs: .nan\n", "epochs", "epochs"),
        (SMALL + "epochs: .inf\n", "epochs", "epochs"),
        (SMALL + "task: infer\ntechnique: lora\n", "technique belongs to training", "leave it out"),
        ("name: a\nmodel: {kind: transfomer}\n", "'transfomer' is not known", "did you mean transformer?"),
        ("name: a\nmodel: {kind: parameters}\n", "model: the key 'parameters' is missing", "parameters: ..."),
        ("name: a\n", "the key 'model' is missing", "model: ..."),
        (SMALL + "1: 2\n", "the key 1 is not text", "write each value out"),
        (SMALL + "lora: {1: 2}\n", "the key 1 is not text", "write each value out"),
        (SMALL + "lora: 5\n", "lora: 5 is not keys with values", "give lora keys with values"),
        (SMALL + "batch:\n", "batch: nothing is not a whole number", "give batch a whole number"),
        ("- a\n", "holds a list", "batch: 8"),
        ("just text\n", "holds a single value", "batch: 8"),
        ("name: a: b\n", "line 1: not YAML", "dlws workloads"),
        ("a: !!python/object:os.system x\n", "not YAML", "dlws workloads"),
        ("[" * 5000, "nested deeper", "write each value out"),
        ('{"a":' * 50000, "cannot be read", "dlws workloads"),
        ('{"name": "a", "name": "b"}', "the key 'name' appears twice", "once"),
    ],
)
def test_bad_text_is_refused_with_advice(text: str, what: str, fix: str, tmp_path: Path) -> None:
    error = refused(text, tmp_path / "mine.yaml")
    assert what in error.what
    assert fix in str(error.fix)


def test_a_billion_laughs_are_refused_at_the_first(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "line 1: anchors" in refused("\n".join(lines), tmp_path / "laughs.yaml").what


def test_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    place = tmp_path / "large.yaml"
    with place.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(DlwsError, match=r"50\.0 MB, more than a workload can have"):
        workload(str(place))
    assert place.stat().st_size > LARGEST_BYTES


def test_binary_file_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "binary.yaml"
    place.write_bytes(bytes(range(256)))
    with pytest.raises(DlwsError, match="is not text"):
        workload(str(place))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DlwsError, match=r"no such file|is a directory"):
        workload(str(tmp_path / name))


def test_error_names_all_allowed_values(tmp_path: Path) -> None:
    error = refused(SMALL + "optimizer: adam\n", tmp_path / "mine.yaml")
    assert error.why == "allowed are: adamw, adamw-8bit, adafactor, sgd, sgd-momentum"


@pytest.mark.parametrize("name", workloads.names())
def test_workload_survives_a_round_trip(name: str, tmp_path: Path) -> None:
    place = tmp_path / "again.json"
    place.write_bytes(msgspec.json.encode(workload(name)))
    assert workload(str(place)) == workload(name)


@given(st.text(max_size=300))
@example("llama" * 2000)
@example("a\0b")
def test_no_name_breaks_it(text: str) -> None:
    try:
        assert isinstance(workload(text), Workload)
    except DlwsError as error:
        assert error.what


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(Workload.__struct_fields__), inner)
)))  # fmt: skip
def test_no_document_breaks_it(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    place = tmp_path_factory.mktemp("any") / "any.json"
    place.write_text(json.dumps(data), encoding="utf-8")
    try:
        assert isinstance(workload(str(place)), Workload)
    except DlwsError as error:
        assert error.what
        assert error.fix


@given(st.binary(max_size=200))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    place = tmp_path_factory.mktemp("any") / "any.yaml"
    place.write_bytes(data)
    with pytest.raises(DlwsError):
        workload(str(place))


def test_config_of_hugging_face_is_a_workload(tmp_path: Path) -> None:
    place = tmp_path / "Llama-3.1-8B" / "config.json"
    place.parent.mkdir()
    place.write_text(
        json.dumps(
            {
                "architectures": ["LlamaForCausalLM"],
                "hidden_size": 4096,
                "intermediate_size": 14336,
                "model_type": "llama",
                "num_attention_heads": 32,
                "num_hidden_layers": 32,
                "num_key_value_heads": 8,
                "tie_word_embeddings": False,
                "vocab_size": 128256,
            }
        ),
        encoding="utf-8",
    )
    found = workload(str(place), {"task": "train", "technique": "lora"})
    assert (found.name, found.task, found.technique) == ("Llama-3.1-8B", Task.TRAIN, Technique.LORA)
    known = workload("llama-3.1-8b-lora").model
    assert isinstance(found.model, Transformer)
    assert isinstance(known, Transformer)
    assert msgspec.structs.replace(found.model, source=known.source) == known
