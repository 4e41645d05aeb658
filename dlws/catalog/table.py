"""Reads the data files beside this one."""

DIRECTORY = __file__.rpartition("/")[0]


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file, by the names in its first line."""
    import csv  # here, for some inventories need no table

    # pathlib takes longer to load than a table to read, and every inventory asks one.
    with open(f"{DIRECTORY}/{name}", encoding="utf-8", newline="") as file:  # noqa: PTH123
        return list(csv.DictReader(file))
