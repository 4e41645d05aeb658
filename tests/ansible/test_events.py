"""Events of a run."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.ansible.events import Follower, outcome
from dlws.model.outcome import Event, Outcome


def result(status: str, task: str = "t", message: str | None = None) -> Event:
    """A result on one host."""
    return Event(kind="result", host="localhost", role="r", task=task, status=status, message=message)


def add_up(*events: Event, log: Path = Path("/nowhere"), interrupted: bool = False) -> Outcome:
    """The Outcome of some events."""
    return outcome(
        events, directory=Path("/run"), log=log, check=False, interrupted=interrupted, duration_s=1.26
    )


def test_counts_are_those_of_the_results() -> None:
    statuses = ("ok", "changed", "skipped", "ignored", "changed")
    told = add_up(*map(result, statuses), Event(kind="stats", host="localhost"))
    (host,) = told.hosts
    assert (host.ok, host.changed, host.skipped, host.ignored, host.failed) == (3, 2, 1, 1, 0)
    assert (told.changed, told.complete, told.succeeded, told.duration_s) == (2, True, True, 1.3)


def test_a_failure_is_told_in_the_tasks_words() -> None:
    told = add_up(result("failed", "Install", "disk full"), Event(kind="stats", host="localhost"))
    assert [(one.task, one.message) for one in told.failures] == [("Install", "disk full")]
    assert not told.succeeded


def test_a_run_without_its_end_did_not_succeed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("some words\nERROR! syntax is wrong\nat line 3\n")
    told = add_up(result("ok"), log=log)
    assert (told.succeeded, told.complete, told.error) == (False, False, "ERROR! syntax is wrong\nat line 3")


def test_an_interrupted_run_needs_no_other_reason() -> None:
    told = add_up(result("ok"), interrupted=True)
    assert (told.interrupted, told.succeeded, told.error) == (True, False, None)


@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=4), cut=st.integers(0, 200))
def test_a_growing_file_is_read_once_and_never_by_halves(texts: list[str], cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "events"
        lines = "".join(json.dumps({"kind": "task", "task": text}) + "\n" for text in texts).encode()
        seen: list[Event] = []
        follower = Follower(path, seen.append)
        path.write_bytes(lines[:cut])
        follower.look()
        path.write_bytes(lines)
        follower.look()
        follower.look()
    assert [event.task for event in follower.events] == texts


def written(*events: Event) -> bytes:
    return b"".join(msgspec.json.encode(event) + b"\n" for event in events)


def test_a_task_is_told_once_it_is_sure_that_it_is_not_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    path = tmp_path / "events"
    seen: list[str] = []
    follower = Follower(path, lambda event: seen.append(f"{event.kind} {event.task}"))
    one, two, three = (Event(kind="task", role="r", task=task) for task in ("one", "two", "three"))
    path.write_bytes(begun := written(one, result("skipped", "one"), two, result("ok", "two"), three))
    follower.look()
    assert seen == ["task two", "result two"], "one was skipped, and three may still be"
    now += 0.4
    follower.look()
    assert len(seen) == 2
    now += 0.2
    follower.look()
    assert seen[2:] == ["task three"], "a long task is told while it runs"
    path.write_bytes(begun + written(result("changed", "three")))
    follower.look()
    assert seen[3:] == ["result three"]
    assert len(follower.events) == 6


def test_a_task_that_one_of_two_hosts_skips_is_told(tmp_path: Path) -> None:
    seen: list[str | None] = []
    path = tmp_path / "events"
    path.write_bytes(written(Event(kind="task", task="t"), result("skipped"), result("ok")))
    Follower(path, lambda event: seen.append(event.status)).look()
    assert seen == [None, "ok"]


def test_a_garbled_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(b'{"kind": "ta{"kind": "task"}\n{"kind": "stats"}\n')
    follower = Follower(path, lambda event: None)
    follower.look()
    assert [event.kind for event in follower.events] == ["stats"]
