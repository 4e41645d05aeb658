"""The role python_env, really run, with a package index and a package made on the spot."""

import base64
import hashlib
import shutil
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from dlws.ansible.render import render
from dlws.ansible.run import run
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.model.outcome import Outcome
from dlws.model.stack import PythonEnvironment, Stack
from dlws.plan.plan import make

PACKAGE = "dlws-test-package"


def wheel(folder: Path, version: str) -> Path:
    """A package that holds one module."""
    name = PACKAGE.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": b"",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            archive.writestr(file, data)
    return path


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def index(folder: Path, *wheels: Path) -> str:
    """A package index of these files."""
    page = folder / PACKAGE / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("".join(f'<a href="{path.as_uri()}">{path.name}</a>' for path in wheels))
    return folder.as_uri()


class Site(NamedTuple):
    """A place with indexes and room for an environment."""

    place: Path
    empty: str
    full: str

    def apply(self, version: str, *, interpreter: str = sys.executable, check: bool = False) -> Outcome:
        """Render and run, as dlws does; each time in a new run directory."""
        python = PythonEnvironment(
            directory=str(self.directory),
            interpreter=interpreter,
            packages=(f"{PACKAGE}=={version}",),
            index_url=self.empty,
            extra_index_url=self.full,
        )
        finding = Finding(check="a.b", subject="m", status=Status.FAIL, what="none", role="python_env")
        stack = Stack(environment="test", python=python)
        runs = len(list(self.place.glob("run*")))
        directory = self.place / f"run{runs}"
        return run(render(make([finding], as_root=False), stack, Inventory(), directory), check=check)

    @property
    def directory(self) -> Path:
        """Where the environment is."""
        return self.place / "a place with spaces" / "envs" / "test"

    @property
    def module(self) -> list[Path]:
        """The installed module."""
        return list(self.directory.glob(f"lib/python*/site-packages/{PACKAGE.replace('-', '_')}.py"))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    wheels = [wheel(tmp_path / "wheels", version) for version in ("1.0+cpu", "2.0+cpu", "2.0+cu130")]
    return Site(tmp_path, index(tmp_path / "empty"), index(tmp_path / "full", *wheels))


@pytest.mark.slow
def test_made_repeated_updated_and_repaired(site: Site) -> None:
    first = site.apply("1.0+cpu")
    assert first.failures == ()
    assert (first.succeeded, first.changed > 0, len(site.module)) == (True, True, 1)

    again, dry = site.apply("1.0+cpu"), site.apply("1.0+cpu", check=True)
    assert (again.succeeded, again.changed, dry.succeeded, dry.changed) == (True, 0, True, 0)

    own = site.module[0].parent / "users_own.py"
    own.touch()
    assert site.apply("2.0+cpu").succeeded
    assert (own.exists(), len(list(own.parent.glob("*2.0+cpu.dist-info")))) == (True, 1)

    # As a cut-off installation leaves it: the mark is there, the package's own list of files is not.
    site.directory.with_name("test.unfinished").touch()
    next(own.parent.glob("*2.0+cpu.dist-info/RECORD")).unlink()
    assert site.apply("2.0+cpu").succeeded
    assert not own.exists(), "what was half-made is made anew"

    (site.directory / "bin" / "python").unlink()
    assert site.apply("2.0+cpu").succeeded


@pytest.mark.slow
def test_what_no_index_has_is_told_with_the_way_out(site: Site) -> None:
    told = site.apply("3.0+cpu")
    (failure,) = told.failures
    assert f"{PACKAGE}==3.0+cpu" in failure.message
    assert "--extra-index-url" in failure.message
    assert not (site.directory / ".dlws.json").exists()


def test_a_dry_run_tells_of_the_installation_and_does_nothing(site: Site) -> None:
    told = site.apply("1.0+cpu", check=True)
    assert (told.succeeded, told.changed > 1, site.directory.parent.parent.exists()) == (True, True, False)
    assert f"would install {PACKAGE}==1.0+cpu into {site.directory}" in Path(told.log or "").read_text()


def test_an_interpreter_that_cannot_do_it_is_told(site: Site) -> None:
    (failure,) = site.apply("1.0", interpreter="/no/such/python").failures
    assert "/no/such/python can't make an environment" in failure.message
    bare = site.place / "bare"
    bare.write_text(
        f"#!/bin/sh\nexec {sys.executable} -S -c 'import sys; sys.exit(\"it lacks the venv module\")'\n"
    )
    bare.chmod(0o755)
    (failure,) = site.apply("1.0", interpreter=str(bare)).failures
    assert "it lacks the venv module" in failure.message
    assert [each.name for each in site.directory.parent.iterdir()] == [f"{site.directory.name}.lock"]


def test_a_directory_that_dlws_did_not_make_is_never_emptied(site: Site) -> None:
    site.directory.mkdir(parents=True)
    (site.directory / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (failure,) = site.apply("1.0").failures
    assert "dlws did not make" in failure.message
    assert [path.name for path in site.directory.iterdir()] == ["pyvenv.cfg"]


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian packages here")
def test_packages_that_are_there_need_neither_root_nor_an_update(tmp_path: Path) -> None:
    finding = Finding(check="a.b", subject="m", status=Status.FAIL, what="none", role="base")
    directory = render(
        make([finding], as_root=True), Stack(environment="none"), Inventory(), tmp_path / "run"
    )
    (directory / "vars.json").write_text('{"base_packages": ["dpkg", "libc6"]}')
    text = (directory / "site.yml").read_text()
    (directory / "site.yml").write_text(text.replace("become: true", "become: false"))
    told = run(directory)
    assert (told.succeeded, told.changed, told.failures) == (True, 0, ())
