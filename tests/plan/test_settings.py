"""What a user may decide."""

from pathlib import Path

import pytest

from dlws.errors import DlwsError
from dlws.plan.settings import load, own_python


def test_flags_come_before_variables_before_defaults(tmp_path: Path) -> None:
    environ = {
        "DLWS_TORCH_VERSION": "2.11.0",
        "DLWS_INDEX_URL": "https://a.example/simple",
        "HOME": str(tmp_path),
    }
    assert load(environ).torch_version == "2.11.0"
    assert load(environ, torch_version="2.12.0").torch_version == "2.12.0"
    assert load(environ, torch_version=None).index_url == "https://a.example/simple"
    assert load({}).torch_version is None


def test_an_empty_variable_is_no_setting_but_an_empty_extra_index_means_none() -> None:
    assert load({"DLWS_INDEX_URL": "", "DLWS_TORCH_VERSION": ""}).index_url is None
    assert load({"DLWS_EXTRA_INDEX_URL": ""}).extra_index_url == ""
    assert load({}).extra_index_url is None


def test_data_lives_where_xdg_says_unless_that_is_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert load({"XDG_DATA_HOME": "/big"}).data_dir == "/big/dlws"
    assert load({"XDG_DATA_HOME": "small"}).data_dir == "/home/me/.local/share/dlws"
    assert load({}, data_dir="/else").data_dir == "/else"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("torch_version", "2.13.0; rm -rf /"),
        ("torch_version", "newest"),
        ("torch_variant", "cuda"),
        ("torch_variant", "../x"),
        ("index_url", "ftp://x"),
        ("extra_index_url", "--pre"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(DlwsError) as caught:
        load({f"DLWS_{name.upper()}": value})
    assert value in caught.value.what
    assert f"--{name.replace('_', '-')}" in (caught.value.fix or "")


@pytest.mark.parametrize("name", ["index_url", "extra_index_url"])
@pytest.mark.parametrize(
    "url",
    [
        "https://me:s3cret@mirror.example/simple",
        "https://s3cret@mirror.example:8443/simple",
        "https://me:p@s3cret@mirror.example",
        "ftp://me:s3cret@mirror.example/simple",
        "https://me:s3cret@mirror.example/sim ple",
        "https://mirror.example/simple?token=s3cret",
        "https://mirror.example:8443/simple/?v=1&access_token=s3cret",
        "https://mirror.example?sv=2024-11-04&sig=s3cret%3D",
        "https://mirror.example/simple#s3cret",
        "me:s3cret@mirror.example/simple",
        "https://me:s3cret@mirror.example/https://x",
    ],
)
def test_credentials_in_an_address_are_refused_and_not_repeated(name: str, url: str) -> None:
    with pytest.raises(DlwsError) as caught:
        load({f"DLWS_{name.upper()}": url})
    error = caught.value
    assert "s3cret" not in f"{error.what}{error.why}{error.fix}"
    assert "machine mirror.example login" in (error.fix or "")


def test_an_at_sign_after_the_host_is_no_credential() -> None:
    url = "https://mirror.example/@team/simple"
    assert load({"DLWS_INDEX_URL": url}).index_url == url


def test_a_named_interpreter_has_no_known_version_until_it_is_asked() -> None:
    chosen = load({}, python="/opt/python/bin/python3")
    assert (chosen.python, chosen.python_version) == ("/opt/python/bin/python3", None)
    assert load({}, python="python3.12").python == "python3.12"


def test_our_own_python_is_not_the_one_of_a_virtual_environment() -> None:
    assert Path(own_python()).exists()
    assert not (Path(own_python()).parent.parent / "pyvenv.cfg").exists()
