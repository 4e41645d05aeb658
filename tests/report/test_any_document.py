"""Every layout takes every document: whatever is unknown, empty, odd or hostile."""

import random
import types
import typing
from enum import Enum
from typing import Any

import msgspec
import pytest

from dlws.model.finding import Finding
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement
from dlws.model.outcome import Outcome
from dlws.model.plan import Plan
from dlws.model.requirements import Requirements
from dlws.model.stack import Stack
from dlws.report import html, junit, markdown, prometheus, text, yaml
from tests.report.examples import HOSTILE

PLAIN: dict[Any, tuple[Any, ...]] = {
    bool: (True, False),
    int: (0, 1, -1, 7, 10**12),
    float: (0.0, 1.5, -3.0, 1e-7, 1e15),
    str: ("", "none", "x" * 200, "Modell \u00e4\u4e2d", HOSTILE),
    Any: (None, 1, "x"),
}
SEEDS = range(30)


def anything(kind: Any, chance: random.Random) -> Any:
    """A value of a type of the model."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return chance.choice(PLAIN[kind])
    if kind is type(None):
        return None
    if origin in (typing.Union, types.UnionType):
        return anything(chance.choice(arguments), chance)
    if origin is tuple:
        return tuple(anything(arguments[0], chance) for _ in range(chance.choice((0, 1, 3))))
    if origin is dict:
        return {anything(str, chance): anything(arguments[1], chance) for _ in range(chance.choice((0, 2)))}
    if issubclass(kind, Enum):
        return chance.choice(list(kind))
    assert issubclass(kind, msgspec.Struct), kind
    hints = typing.get_type_hints(kind)
    return kind(**{field: anything(hints[field], chance) for field in kind.__struct_fields__})


@pytest.mark.parametrize("seed", SEEDS)
def test_any_document_can_be_laid_out(seed: int) -> None:
    chance = random.Random(seed)
    inventory: Inventory = anything(Inventory, chance)
    needs: Requirements = anything(Requirements, chance)
    stack: Stack = anything(Stack, chance)
    outcome: Outcome = anything(Outcome, chance)
    findings: tuple[Finding, ...] = anything(tuple[Finding, ...], chance)
    figures: tuple[Measurement, ...] = anything(tuple[Measurement, ...], chance)
    shown = [
        text.inventory(inventory, 40),
        text.requirements(needs, 40),
        text.stack(stack, 40),
        text.outcome(outcome, 40),
        text.plan(anything(Plan, chance), 40),
        text.findings(findings, 40),
        text.measurements(figures, 40),
        markdown.inventory(inventory),
        prometheus.metrics(findings, inventory, figures),
        junit.suite(findings),
        yaml.dump(inventory),
        html.page(
            title=HOSTILE,
            made_at=HOSTILE,
            inventory=inventory,
            findings=findings,
            requirements=needs,
            measurements=figures,
            stack=stack,
            outcome=outcome,
        ),
    ]
    for document in shown:
        assert "\x1b" not in document
        assert "\u202e" not in document
    assert "<script" not in shown[-1]
