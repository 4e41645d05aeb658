"""All probes together."""

import pytest

from dlws.host import Live
from dlws.probes import inventory
from dlws.probes.memory import memory


def test_a_broken_probe_costs_its_own_subject_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    whole = inventory.take(Live())
    monkeypatch.setattr(memory, "probe", broken)
    with pytest.warns(inventory.BrokenProbe, match="oh"):
        found = inventory.take(Live())
    assert found.memory.total_mib is None
    assert found.cpu == whole.cpu
    assert any("ZeroDivisionError: oh" in sentence for sentence in found.problems)
