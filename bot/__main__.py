"""``python -m bot`` is ``emdia``."""

from bot.cli.collector import nothing_to_collect


def main() -> None:
    """Import the whole program, and run a command of it."""
    with nothing_to_collect():
        from bot.cli.app import main as emdia  # noqa: PLC0415 - it is what takes so long
    emdia()


if __name__ == "__main__":
    main()
