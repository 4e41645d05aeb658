"""The HTML page."""

import re
from html.parser import HTMLParser

from dlws.model.finding import Finding, Status
from dlws.report import html
from tests.report.examples import FINDINGS, HOSTILE, MACHINE, MEASUREMENTS


class Reader(HTMLParser):
    """Collects what a browser would see, and whether the elements nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def whole() -> str:
    return html.page(
        title=f"report of {HOSTILE}",
        made_at="2026-01-02",
        inventory=MACHINE,
        findings=FINDINGS,
        measurements=MEASUREMENTS,
    )


def test_nothing_hostile_becomes_markup() -> None:
    reader = read(whole())
    assert not reader.seen & {"script", "iframe", "object", "img", "a", "link", "form"}
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in reader.text
    assert "{{ 7*7 }}" in reader.text
    assert "\x1b" not in reader.text
    assert "\u202e" not in reader.text


def test_the_page_refers_to_nothing_outside() -> None:
    page = whole()
    assert not re.search(r"https?:|//|@import|url\(", page.replace("</", ""))
    assert not {"src", "href", "srcset", "xlink:href"} & {name for name, _ in read(page).attributes}
    assert "default-src 'none'" in page


def test_the_verdict_stands_before_all_else() -> None:
    text = read(whole()).text
    places = [
        text.index(part) for part in ("Not good: 1 failure", "What to look at", "Measured", "The machine")
    ]
    assert places == sorted(places)
    assert "fix: reseat the card and look again: dlws check" in text
    assert "warning: fewer lanes than the card can use" in text


def test_documents_that_are_not_there_leave_no_trace() -> None:
    text = read(html.page(title="empty")).text
    assert "Nothing was checked" not in text
    assert "Measured" not in text
    assert "None" not in text


def test_bars_are_as_wide_as_their_shares() -> None:
    parts = html.status_bar(FINDINGS)
    assert [part.name for part in parts] == ["fail", "warn", "unknown", "ok", "skip"]
    assert sum(part.width for part in parts) == html.WIDTH
    assert html.status_bar(()) == ()
    assert [
        part.width for part in html.bar([("a", "a", 3, "3"), ("b", "b", 0, "0"), ("c", "c", 1, "1")])
    ] == [750, 250]


def test_checks_that_were_skipped_for_one_reason_share_a_line() -> None:
    findings = tuple(
        Finding(check=check, subject="machine", status=Status.SKIP, what=what)
        for check, what in (("a.a", "no GPU"), ("b.b", "no disk"), ("a.c", "no GPU"), ("a.c", "no GPU"))
    )
    page = html.page(title="x", findings=findings)
    assert page.count("t-skip") - page.count(".t-skip") == 2
    text = " ".join(read(page).text.split())
    assert "no GPU (3 times) a.a, a.c" in text
    assert "no disk b.b" in text
