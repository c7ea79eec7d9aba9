"""The command ``awaitify``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process, and exit."""
    try:
        from awaitify.cli.app import app  # noqa: PLC0415  so that Ctrl-C is heard while all is loaded

        app(prog_name="awaitify")
    except KeyboardInterrupt:
        sys.stderr.write("awaitify: interrupted\n")
        raise SystemExit(130) from None  # ExitCode.INTERRUPTED, which may not be loaded yet
