"""Findings as JUnit XML, which every CI server draws."""

from collections.abc import Iterable
from xml.etree import ElementTree

from dlws.model.finding import Finding, Status

from .verdict import counts
from .words import plain

TAGS = {Status.FAIL: "failure", Status.UNKNOWN: "error", Status.SKIP: "skipped", Status.WARN: "system-out"}
"""``unknown`` is an error: a CI server must not count it as passed. A warning passes, with output."""


def suite(findings: Iterable[Finding]) -> str:
    """One test suite with a case for each finding."""
    some = tuple(findings)
    number = counts(some)
    root = ElementTree.Element(
        "testsuite",
        name="dlws",
        tests=str(len(some)),
        failures=str(number[Status.FAIL]),
        errors=str(number[Status.UNKNOWN]),
        skipped=str(number[Status.SKIP]),
    )
    for one in some:
        area = plain(one.check).partition(".")[0]
        case = ElementTree.SubElement(
            root, "testcase", classname=f"dlws.{area}", name=f"{plain(one.check)} [{plain(one.subject)}]"
        )
        if tag := TAGS.get(one.status):
            answer = ElementTree.SubElement(case, tag)
            lines = [plain(one.what)]
            lines += [f"{name}: {plain(text)}" for name, text in (("why", one.why), ("fix", one.fix)) if text]
            answer.text = "\n".join(lines)
            if one.status is not Status.WARN:
                answer.set("message", plain(one.what))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"
