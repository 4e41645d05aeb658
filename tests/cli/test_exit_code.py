"""What findings make of the exit code."""

import pytest

from dlws.cli.judge import exit_code
from dlws.cli.options import FailOn
from dlws.errors import ExitCode
from dlws.model.finding import Finding, Status


@pytest.mark.parametrize(
    ("words", "fail_on", "code"),
    [
        ("ok skip", FailOn.FAIL, ExitCode.OK),
        ("ok warn", FailOn.FAIL, ExitCode.OK),
        ("ok warn", FailOn.WARN, ExitCode.FINDINGS),
        ("ok fail unknown", FailOn.FAIL, ExitCode.FINDINGS),
        ("ok warn unknown", FailOn.FAIL, ExitCode.UNKNOWN),
        ("skip", FailOn.FAIL, ExitCode.UNKNOWN),
        ("", FailOn.FAIL, ExitCode.UNKNOWN),
    ],
)
def test_what_is_not_known_never_exits_0(words: str, fail_on: FailOn, code: ExitCode) -> None:
    found = [Finding(check="a.b", subject="machine", status=Status(word), what="x") for word in words.split()]
    assert exit_code(found, fail_on) is code
