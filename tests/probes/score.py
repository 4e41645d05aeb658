"""Counts how many fields of captured machines are right, unknown or wrong."""

import sys
from collections.abc import Mapping
from typing import Any


class Score:
    """``show`` prints the share by field; a floor for it is a test's business."""

    def __init__(self, name: str, rounding: float = 0.001) -> None:
        self.name = name
        self.rounding = rounding
        self.right: dict[str, int] = {}
        self.unknown: dict[str, int] = {}
        self.wrong: list[str] = []

    def compare(self, subject: str, found: Any, truth: Mapping[str, Any]) -> None:
        """Compare the attributes of an answer with what is known of it; None in ``truth`` is not compared."""
        for field, value in truth.items():
            if value is None:
                continue
            answer = getattr(found, field)
            tally = self.unknown if answer is None else self.right
            if answer is None or self._same(answer, value):
                tally[field] = tally.get(field, 0) + 1
            else:
                self.wrong.append(f"{subject}: {field} is {value!r}, found {answer!r}")

    @property
    def share(self) -> float:
        """Right ones of all."""
        right = sum(self.right.values())
        return right / max(1, right + sum(self.unknown.values()) + len(self.wrong))

    def show(self) -> None:
        """A line, and what is wrong or unknown."""
        total = sum(self.right.values()) + sum(self.unknown.values()) + len(self.wrong)
        lines = [f"{self.name}: {self.share:.1%} of {total} fields are right"]
        lines += [f"  unknown: {field}: {count}" for field, count in sorted(self.unknown.items())]
        lines += [f"  wrong: {sentence}" for sentence in self.wrong]
        sys.stdout.write("\n" + "\n".join(lines) + "\n")

    def _same(self, answer: Any, value: Any) -> bool:
        if isinstance(answer, float) or isinstance(value, float):
            return abs(float(answer) - float(value)) <= self.rounding * abs(float(value))
        return bool(answer == value)
