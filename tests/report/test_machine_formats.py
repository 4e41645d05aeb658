"""JUnit, Prometheus, Markdown and YAML."""

import re
from xml.etree import ElementTree

import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from dlws.model.finding import Finding, Status
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement
from dlws.report import junit, markdown, prometheus, yaml
from tests.report.examples import FINDINGS, MACHINE, MEASUREMENTS

SAMPLE = re.compile(r'[a-z_]+(\{([a-z_]+="(\\.|[^"\\\n])*",?)+\})? [-+0-9.e]+')


def test_junit_counts_unknown_as_error_and_passes_a_warning() -> None:
    suite = ElementTree.fromstring(junit.suite(FINDINGS))
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "1", "1", "1"]
    answers = {case.get("name"): [answer.tag for answer in case] for case in suite}
    assert answers == {
        "board.bios [machine]": [],
        "gpu.bus [gpu1]": ["failure"],
        "gpu.pcie [gpu0]": ["system-out"],
        "memory.ecc [machine]": ["error"],
        "net.ib [machine]": ["skipped"],
    }
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "fix: power the machine off" in (failure.text or "")


@given(st.text(), st.text())
def test_any_text_makes_xml_and_metrics_that_parse(what: str, subject: str) -> None:
    finding = Finding(check="a.b", subject=subject, status=Status.FAIL, what=what, why=what, fix=what)
    ElementTree.fromstring(junit.suite([finding]))
    for line in prometheus.metrics([finding], Inventory(gpus=(Gpu(name=what, memory_mib=1),))).splitlines():
        assert line.startswith("# ") or SAMPLE.fullmatch(line), line


def test_metrics_follow_the_format() -> None:
    lines = prometheus.metrics(FINDINGS, MACHINE, MEASUREMENTS).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in samples)
    assert len({line.rpartition(" ")[0] for line in samples}) == len(samples)
    assert 'dlws_findings{status="fail"} 1' in lines
    assert 'dlws_check_status{check="gpu.bus",subject="gpu1"} 4' in lines
    assert 'dlws_measurement{name="lenet5.accuracy",unit="share",device="cpu"} 0.9915' in lines
    assert 'dlws_gpu_memory_bytes{gpu="0",name="NVIDIA H100 80GB HBM3"} 85520809984' in lines
    assert 'dlws_gpus{usable="no"} 1' in lines


def test_the_worst_of_two_findings_of_one_check_is_the_metric() -> None:
    two = [Finding(check="a.b", subject="x", status=status, what="") for status in (Status.FAIL, Status.OK)]
    assert 'dlws_check_status{check="a.b",subject="x"} 4' in prometheus.metrics(two)


def test_a_measurement_without_a_value_is_no_metric() -> None:
    nothing = Measurement(name="a.b", value=None, unit="s", device="cpu")
    assert prometheus.metrics(measurements=[nothing]) == ""


def test_markdown_is_one_table_without_markup_of_others() -> None:
    table = markdown.inventory(MACHINE)
    for line in table.splitlines():
        assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
    assert "<script" not in table
    assert "UUID" not in table
    assert "unknown" not in table
    assert "**warning: fewer lanes than the card can use**" in table


def test_yaml_says_the_same_as_the_document() -> None:
    found = pyyaml.safe_load(yaml.dump(MACHINE))
    assert found["cpu"]["cores"] == 64
    assert found["gpus"][1]["name"] == MACHINE.gpus[1].name
    assert next(iter(found)) == "cpu"
