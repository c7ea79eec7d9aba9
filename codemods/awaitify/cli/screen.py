"""Where text goes: what was asked for to stdout, what is said about it to stderr, in colour on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from rich.console import Console
from rich.text import Text

from awaitify.failure import UsageError
from awaitify.review.text import Line, Style, plain
from awaitify.review.visible import visible


class Color(StrEnum):
    """When to colour; ``auto`` is on a terminal, unless NO_COLOR is set."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Screen:
    """The two streams, each with its colours or without."""

    out: Console
    err: Console


def open_screen(color: Color = Color.AUTO) -> Screen:
    """The screen of this process."""
    return Screen(_console(sys.stdout, color), _console(sys.stderr, color))


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print the lines; wide ones are left to the terminal to wrap."""
    shown = tuple(lines)
    if not shown:
        return
    if not console.color_system:
        _write(console.file, plain(shown))
        return
    text = Text("\n").join(Text.assemble(*((piece, _COLOURS[style]) for piece, style in line)) for line in shown)
    try:
        console.print(text, soft_wrap=True)
        console.file.flush()
    except UnicodeEncodeError:
        _write(console.file, plain(shown))
    except OSError as error:
        _give_up(console.file, error)


def say(text: str) -> None:
    """Print *text*, which was asked for, to stdout."""
    _write(sys.stdout, visible(text, keep="\n") + "\n")


def tell(text: str) -> None:
    """Print *text* to stderr."""
    _write(sys.stderr, f"awaitify: {visible(text, keep=chr(10))}\n")


def send(data: bytes) -> None:
    """Write *data*, byte for byte, to stdout."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(sys.stdout, error)


_COLOURS = {
    Style.PLAIN: "",
    Style.TITLE: "bold",
    Style.DIM: "dim",
    Style.CODE: "cyan",
    Style.GOOD: "green",
    Style.BAD: "bold red",
    Style.ADDED: "green",
    Style.REMOVED: "red",
    Style.HUNK: "cyan",
}


class _Console(Console):
    """Rich's console, which by itself ends the process with 1 when nobody reads its output any more."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704  the BrokenPipeError that Rich is handling


def _console(file: IO[str], color: Color) -> Console:
    if color is Color.ALWAYS:
        return _Console(file=file, force_terminal=True, no_color=False, color_system="standard", highlight=False)
    if color is Color.NEVER or os.environ.get("NO_COLOR"):
        return _Console(file=file, color_system=None, highlight=False)
    return _Console(file=file, highlight=False)


def _write(stream: IO[str], text: str) -> None:
    # a stream that can't spell "→" shows it as \u2192; a character is never worth a crash
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        _give_up(stream, error)


def _give_up(stream: IO[str], error: OSError) -> None:
    """Print no more on *stream*: whoever read it (``| head``) has gone. Raises UsageError where it is something else."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    if not isinstance(error, BrokenPipeError):
        raise UsageError(f"can't print: {error.strerror}") from error
