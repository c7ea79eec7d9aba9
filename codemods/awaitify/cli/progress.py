"""A progress bar, for those who would otherwise wait without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

_PATIENCE = 0.5
"""Seconds without a bar; most runs are over by then."""


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with the stage, what is done of it and its total; it draws on a terminal only.

    A total of 0 is one that isn't known.
    """
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("", total=None, count="")
    # by the clock, for one stage may take long and say nothing meanwhile
    waiting = Timer(_PATIENCE, bar.start)
    waiting.daemon = True
    waiting.start()

    def advance(stage: str, done: int, total: int) -> None:
        count = f"{done:,}/{total:,}" if total else ""
        bar.update(task, description=stage, completed=done, total=total or None, count=count)

    try:
        yield advance
    finally:
        waiting.cancel()
        waiting.join()
        bar.stop()
