"""Counts right answers over many captured files, and says which were wrong."""


class Share:
    """Right and wrong answers of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.right = 0
        self.wrong: list[str] = []

    def equal(self, where: str, got: object, wanted: object) -> None:
        """Count one answer."""
        if got == wanted:
            self.right += 1
        else:
            self.wrong.append(f"{where}: got {got!r}, wanted {wanted!r}")

    def check(self, floor: float, at_least: int) -> None:
        """Print the share; fail below the floor, or when there was hardly anything to count."""
        total = self.right + len(self.wrong)
        print(f"\n{self.kind}: {self.right} of {total} right", *self.wrong, sep="\n  ")
        assert total >= at_least
        assert self.right >= floor * total, self.wrong
