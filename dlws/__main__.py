"""The ``dlws`` program."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from .cli import guard, quick

        if sys.argv[1:] == quick.ARGUMENTS:
            guard.protect(quick.run)
        from .cli.app import app

        guard.protect(lambda: app(prog_name="dlws"))
    except KeyboardInterrupt:  # while modules were being loaded; commands tell it themselves
        sys.exit(130)


if __name__ == "__main__":
    main()
