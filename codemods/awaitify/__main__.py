"""``python -m awaitify``, the same as the command ``awaitify``."""

from awaitify.cli.main import main

if __name__ == "__main__":
    main()
