"""Numbers and text for people."""

import unicodedata

import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st

from dlws.report.words import amount, count, gb, given, joined, mhz, mib, plain
from tests.report.examples import HOSTILE


@property_of(st.text())
def test_nothing_that_steers_a_terminal_survives(text: str) -> None:
    clean = plain(text)
    assert not [letter for letter in clean if unicodedata.category(letter) in ("Cc", "Cf")]
    assert clean.encode("utf-8").decode() == clean
    assert plain(clean) == clean


def test_escape_sequences_go_whole() -> None:
    assert plain(HOSTILE).startswith("Evil <script>")
    assert plain("a\x1b]0;title\x07b\x1b[1;31mc\x1bPq\x1b\\d\x9b31me") == "abcd31me"
    assert plain("two\n lines\t") == "two lines"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (amount(0), "0"),
        (amount(0.0000012), "1.2e-06"),
        (amount(0.12345), "0.123"),
        (amount(99.95), "100"),
        (amount(1234567), "1,234,567"),
        (mib(512), "512 MiB"),
        (mib(81559), "79.6 GiB"),
        (mib(2**21), "2.00 TiB"),
        (gb(12), "12 GB"),
        (gb(2000.4), "2.00 TB"),
        (mhz(800), "800 MHz"),
        (mhz(2450), "2.45 GHz"),
        (count(1, "disk"), "1 disk"),
        (count(0, "process", "processes"), "0 processes"),
        (given("{} rpm", 0), "0 rpm"),
        (joined("a", None, "", "b"), "a, b"),
    ],
)
def test_units(found: str, shown: str) -> None:
    assert found == shown


def test_what_is_not_known_stays_so() -> None:
    assert (mib(None), gb(None), mhz(None), count(None, "disk"), given("{}", None), joined(None)) == (
        None,
    ) * 6
