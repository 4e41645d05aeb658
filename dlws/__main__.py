"""The ``dlws`` program."""


def main() -> None:
    """Run the command line."""
    from .cli.app import app

    app(prog_name="dlws")


if __name__ == "__main__":
    main()
