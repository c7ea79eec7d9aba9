"""``python -m awaitify``, the same as the command ``awaitify``."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the working folder: a json.py of the project that is read must not be run
    from awaitify.cli.main import main

    main()
