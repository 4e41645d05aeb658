"""The ``dlws`` program."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from .cli.app import app
        from .cli.guard import protect

        protect(lambda: app(prog_name="dlws"))
    except KeyboardInterrupt:  # while modules were being loaded; commands tell it themselves
        sys.exit(130)


if __name__ == "__main__":
    main()
