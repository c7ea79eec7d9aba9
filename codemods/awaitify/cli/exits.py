"""How a run ends: the exit codes, and what becomes of an exception on its way out."""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from awaitify.cli.screen import tell
from awaitify.failure import UsageError


class ExitCode(IntEnum):
    """Where several of HELD, UNPROCESSED and CHANGES hold, the highest is given: it needs a person first."""

    DONE = 0
    CHANGES = 1
    USAGE = 2
    UNPROCESSED = 3
    HELD = 4
    INTERNAL = 70
    INTERRUPTED = 130


_Arguments = ParamSpec("_Arguments")


def guarded(command: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    """*command*, ending with the exit code that the exception stands for, and a message instead of a traceback."""

    @functools.wraps(command)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except UsageError as error:
            tell(str(error))
            raise typer.Exit(ExitCode.USAGE) from error
        except KeyboardInterrupt as error:
            tell("interrupted")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except Exception as error:
            tell(_internal(error))
            raise typer.Exit(ExitCode.INTERNAL) from error

    return run


def _internal(error: Exception) -> str:
    lines = [f"internal error, nothing was written: {type(error).__name__}: {error}"]
    if os.environ.get("AWAITIFY_DEBUG"):
        lines += ["".join(traceback.format_exception(error)).rstrip()]
        lines += ["Please report it with this traceback, the command line and what `awaitify --version` prints."]
    else:
        lines += ["Run it again with AWAITIFY_DEBUG=1 for the traceback to report."]
    return "\n".join(lines)
