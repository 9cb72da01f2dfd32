"""``python -m bot`` is ``emdia``."""

from bot.cli.app import main

if __name__ == "__main__":
    main()
