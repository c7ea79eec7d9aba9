"""A progress bar, for those who would otherwise wait without a word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

_PATIENCE = 0.5
"""Seconds without a bar; most runs are over by then."""


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with the stage, what is done of it and its total; it draws on a terminal only."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda stage, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("", total=None)
    start = time.monotonic()

    def advance(stage: str, done: int, total: int) -> None:
        if time.monotonic() - start > _PATIENCE:
            bar.start()
        bar.update(task, description=stage, completed=done, total=total)

    try:
        yield advance
    finally:
        bar.stop()
