"""What scripts rely on: names, exit codes, and one document on standard output."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dlws import codec
from dlws.cli.app import app
from dlws.errors import ExitCode
from dlws.model.document import Document
from dlws.model.finding import Finding, Status
from dlws.model.measurement import Measurement

from .conftest import Dlws, complains

COMMANDS = ("up", "inventory", "size", "check", "render", "apply", "smoke", "verify", "report", "snapshot",
            "explain", "workloads")  # fmt: skip
"""A command is never taken out of this list, only added."""


def one_document(text: str) -> dict[str, Any]:
    """Standard output, which must be exactly one line of JSON with the schema."""
    assert text.endswith("\n")
    assert text.count("\n") == 1
    found: dict[str, Any] = msgspec.json.decode(text)
    assert found["schema"] == codec.SCHEMA
    return found


def test_all_commands_are_there() -> None:
    assert {one.name for one in app.registered_commands} >= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, dlws: Dlws) -> None:
    done = dlws(command, "--help")
    assert done.returncode == 0
    assert f"Usage: dlws {command}" in done.stdout
    assert done.stderr == ""


def test_help_and_version(dlws: Dlws) -> None:
    listed = dlws("-h")
    assert all(re.search(rf"^  {command} ", listed.stdout, re.M) for command in COMMANDS)
    assert re.fullmatch(r"dlws \d+\.\d+\S*\n", dlws("--version").stdout)


def test_an_inventory_as_json(dlws: Dlws, tree: Path) -> None:
    done = dlws("inventory", "--root", tree, "--json")
    shown = one_document(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown["kind"] == "inventory"
    assert shown["inventory"]["memory"]["total_mib"] == 16000


@pytest.mark.parametrize("format", ["text", "yaml", "markdown"])
def test_an_inventory_for_people(format: str, dlws: Dlws, tree: Path) -> None:
    done = dlws("inventory", "--root", tree, "--format", format)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Xeon" in done.stdout
    assert "\x1b" not in done.stdout, "no colour where nobody looks"


def test_this_machine(dlws: Dlws) -> None:
    shown = one_document(dlws("inventory", "--json").stdout)
    assert shown["inventory"]["cpu"]["threads"] >= 1


def test_requirements_as_json(dlws: Dlws) -> None:
    done = dlws("size", "resnet50-train", "--set", "batch=4", "--json")
    assert done.returncode == 0
    assert one_document(done.stdout)["kind"] == "requirements"


@pytest.mark.parametrize("workload", ["lenet5-train", "llama-3.1-8b-lora"])
@pytest.mark.parametrize("fail_on", ["fail", "warn"])
def test_findings_as_json_and_the_exit_code_agree(
    workload: str, fail_on: str, dlws: Dlws, tree: Path
) -> None:
    done = dlws("check", workload, "--root", tree, "--json", "--fail-on", fail_on)
    shown = one_document(done.stdout)
    statuses = {one["status"] for one in shown["findings"]}
    bad = {"fail"} if fail_on == "fail" else {"fail", "warn"}
    assert shown["kind"] == "findings"
    assert shown["summary"]["ok"] >= 1
    assert done.returncode == (1 if statuses & bad else 3 if "unknown" in statuses else 0)
    assert workload == "lenet5-train" or done.returncode == ExitCode.FINDINGS, "it has no GPU"


def test_a_machine_of_which_nothing_is_known_is_never_well(dlws: Dlws, empty: Path) -> None:
    done = dlws("check", "--root", empty, "--json")
    assert done.returncode == ExitCode.UNKNOWN
    assert one_document(done.stdout)["summary"]["status"] == "unknown"


def test_stages_pipe(dlws: Dlws, tree: Path) -> None:
    have = dlws("inventory", "--root", tree, "--json")
    direct = dlws("check", "lenet5-train", "--root", tree, "--json")
    piped = dlws("check", "lenet5-train", "-i", "-", "--json", stdin=have.stdout)
    assert one_document(piped.stdout)["findings"] == one_document(direct.stdout)["findings"]
    assert piped.returncode == direct.returncode
    for format, mark in (("html", "<!doctype html>"), ("junit", "<testsuite"), ("prometheus", "# TYPE ")):
        made = dlws("report", "-", "-f", format, stdin=piped.stdout)
        assert made.returncode == 0
        assert mark in made.stdout.lower() or mark in made.stdout
    assert "main memory" in dlws("report", "-", stdin=piped.stdout).stdout


def test_a_report_has_the_form_that_its_name_promises(dlws: Dlws, tree: Path, home: Path) -> None:
    found = dlws("check", "lenet5-train", "--root", tree, "--json").stdout
    marks = {
        "r.html": "<!DOCTYPE html>",
        "r.xml": "<testsuite",
        "r.prom": "# HELP",
        "r.txt": "CPU\n",
        "r": "CPU\n",
    }
    for name, mark in marks.items():
        dlws("report", "-", "-o", name, stdin=found)
        assert (home / name).read_text().startswith(mark), name
    dlws("report", "-", "-f", "text", "-o", "r.html", stdin=found)
    assert (home / "r.html").read_text().startswith("CPU\n")


def test_a_document_of_good_findings_is_reported(dlws: Dlws) -> None:
    finding = Finding(check="a.b", subject="machine", status=Status.OK, what="all is well")
    measured = Measurement(name="lenet5.accuracy", value=0.99, unit="ratio", device="cpu")
    document = Document(kind="findings", findings=(finding,), measurements=(measured,))
    done = dlws("report", "-", stdin=codec.encode(document).decode())
    assert done.returncode == 0
    assert "all is well" in done.stdout


def test_a_project_is_written_where_one_wants_it(dlws: Dlws, tree: Path, home: Path) -> None:
    done = dlws("render", "--root", tree, "-o", home / "project", "--json")
    shown = one_document(done.stdout)
    assert done.returncode == 0
    assert shown["kind"] == "project"
    assert shown["directory"] == str(home / "project")
    assert (home / "project" / "site.yml").is_file()
    again = dlws("render", "--root", tree, "-o", home / "project")
    assert again.returncode == ExitCode.USAGE, "what is there is not overwritten"


def test_smoke_without_an_environment_says_so(dlws: Dlws) -> None:
    done = dlws("smoke", "matmul", "--json")
    shown = one_document(done.stdout)
    assert done.returncode == ExitCode.UNKNOWN
    assert shown["kind"] == "measurements"
    assert [one["value"] for one in shown["measurements"]] == [0]


def test_verify_without_an_environment_is_unknown_or_worse(dlws: Dlws) -> None:
    done = dlws("verify", "--level", "1", "--json")
    assert done.returncode in (ExitCode.FINDINGS, ExitCode.UNKNOWN)
    assert one_document(done.stdout)["measurements"]


def test_up_reports_and_says_how_to_go_on_where_nobody_can_be_asked(dlws: Dlws, home: Path) -> None:
    done = dlws("up", "lenet5-train", "--set", "batch=4", "--data-dir", "my data", "--json")
    shown = one_document(done.stdout)
    assert done.returncode == ExitCode.USAGE
    assert "7/7 report" in done.stderr
    assert done.stderr.endswith(
        "error: nothing was changed\n  why: nobody could be asked: standard input is no terminal\n"
        "  fix: agree in advance: dlws up lenet5-train --set batch=4 --data-dir 'my data' --json --yes\n"
    )
    assert "Not good" not in done.stderr, "that nothing ran is no fault of this machine"
    assert Path(shown["report"]).is_file()
    assert not (home / ".local/share/dlws").exists(), "the machine was not changed"
    assert not (home / "my data").exists()


@pytest.fixture
def data(home: Path) -> Path:
    """A data directory with an environment, whose Python can nothing but leave a trace."""
    place = home / "data" / "envs" / "torch-cpu"
    (place / "lib/python3.11/site-packages/torch-2.13.0+cpu.dist-info").mkdir(parents=True)
    (place / "bin").mkdir()
    (place / "bin/python").write_text('#!/bin/sh\ntouch "$HOME/ran"\n')
    (place / "bin/python").chmod(0o755)
    return home / "data"


@pytest.mark.parametrize("by_flag", [True, False])
def test_environments_are_where_data_dir_says(by_flag: bool, dlws: Dlws, home: Path, data: Path) -> None:
    flag, variable = (["--data-dir", "data"], "/nowhere") if by_flag else ([], "data")
    checked = one_document(dlws("check", "--json", *flag, DLWS_DATA_DIR=variable).stdout)
    (present,) = (one for one in checked["findings"] if one["check"] == "framework.present")
    assert present["evidence"].get("directory", str(data / "envs/torch-cpu")).startswith(str(data))
    assert str(data) in f"{present['what']}{present['why']}"
    assert not (home / "ran").exists()
    for words in (["smoke", "matmul"], ["verify", "--level", "1"]):
        dlws(*words, *flag, DLWS_DATA_DIR=variable)
        assert (home / "ran").exists(), words
        (home / "ran").unlink()


def test_a_workload_is_changed_in_each_command_that_takes_one(dlws: Dlws, tree: Path, home: Path) -> None:
    words = ("llama-3.1-8b-lora", "--set", "batch=64", "--set", "lora.rank=64", "--json")
    sized = one_document(dlws("size", *words).stdout)
    checked = one_document(dlws("check", *words, "--root", tree).stdout)
    assert checked["requirements"]["estimate"] == sized["estimate"]
    assert sized["named"] == "llama-3.1-8b-lora"
    assert sized["changes"] == {"batch": "64", "lora.rank": "64"}
    rendered = one_document(dlws("render", *words, "--root", tree, "-o", home / "p").stdout)
    (ram,) = (one["evidence"] for one in rendered["findings"] if one["check"] == "fit.ram")
    assert ram in [one["evidence"] for one in checked["findings"]]
    for command in ("check", "verify", "render", "apply", "up"):
        complains(dlws(command, "--set", "batch=4"), 2, "none is named")
        complains(dlws(command, "lenet5-train", "--set", "batch"), 2, "invalid setting")


def test_all_gpus_that_would_do_are_listed_on_request(dlws: Dlws) -> None:
    short, every = (dlws("size", "lenet5-train", *words).stdout for words in ((), ("--all",)))
    count = len(one_document(dlws("size", "lenet5-train", "--json").stdout)["options"])
    assert f"{count - 12} more: dlws size lenet5-train --all" in short
    assert "more: dlws size" not in every
    assert len(every.splitlines()) >= len(short.splitlines()) + count - 13


@pytest.mark.parametrize("words", [["explain"], ["workloads"], ["workloads", "lenet5-train"]])
def test_lists(words: list[str], dlws: Dlws) -> None:
    done = dlws(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "lenet5" in done.stdout or "fit.ram" in done.stdout


def test_lists_as_json(dlws: Dlws) -> None:
    checks, workloads = (one_document(dlws(words, "--json").stdout) for words in ("explain", "workloads"))
    assert checks["kind"] == "checks"
    asked = {one["check"]: one for one in checks["checks"]}
    assert len(asked) > 40
    assert all(one["question"] and one["rationale"] for one in checks["checks"])
    assert one_document(dlws("explain", "fit.vram", "--json").stdout)["checks"] == [asked["fit.vram"]]
    assert workloads["kind"] == "workloads"
    named = {one["name"]: one for one in workloads["workloads"]}
    assert set(dlws("workloads").stdout.split()) >= set(named)
    assert one_document(dlws("workloads", "lenet5-train", "--json").stdout)["workloads"] == [
        named["lenet5-train"]
    ]
    complains(dlws("explain", "nosuch", "--json"), 2)
    complains(dlws("workloads", "nosuch", "--json"), 2)


def test_a_ready_workload_is_a_start_for_ones_own(dlws: Dlws, home: Path) -> None:
    (home / "mine.yaml").write_text(dlws("workloads", "llama-3.1-8b-lora").stdout)
    assert dlws("size", "mine.yaml").returncode == 0


def test_what_cannot_be_had_as_wanted_is_a_finding(dlws: Dlws, tree: Path, tmp_path: Path) -> None:
    done = dlws("render", "--root", tree, "--torch-version", "9.9.9", "-o", tmp_path / "project")
    assert done.returncode == ExitCode.FINDINGS
    assert "conflict" in done.stdout
