"""The command line: what stands before a command, and the commands."""

from __future__ import annotations

from typing import Annotated

import typer

from awaitify.cli.colours import colours
from awaitify.cli.exits import guarded
from awaitify.cli.explain import explain
from awaitify.cli.migrate import migrate
from awaitify.cli.scan import scan
from awaitify.cli.screen import say
from awaitify.cli.swaps import swaps
from awaitify.cli.undo import undo
from awaitify.cli.why import why

_EPILOG = (
    "Exit codes: 0 done, or a dry run shown; 1 scan has findings, or --check would change a file; 2 usage or configuration; 3 a file could not be"
    " processed; 4 held back, a decision is needed; 70 internal error, nothing written; 130 interrupted."
)
app = typer.Typer(
    name="awaitify",
    help="Turns blocking Python into async Python, whole programs at a time, and shows you the diff first.",
    epilog=_EPILOG,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        import platform  # noqa: PLC0415  as what reads the versions, it takes longer to load than most else

        say(f"awaitify {_installed('awaitify')} (Python {platform.python_version()}, LibCST {_installed('libcst')})")
        raise typer.Exit


def _installed(package: str) -> str:
    from importlib import metadata  # noqa: PLC0415

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


@app.callback()
def _awaitify(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands before the command."""


for _command in (scan, migrate, why, colours, explain, swaps, undo):
    app.command(_command.__name__)(guarded(_command))
