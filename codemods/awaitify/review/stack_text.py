"""The stages of a migration as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from awaitify.review.stack import Stack, Stage
from awaitify.review.text import Line, Style
from awaitify.review.visible import counted, visible

_FEW = 4


def stack_lines(stack: Stack, *, max_files: int | None = None) -> tuple[Line, ...]:
    """What is shown for ``--stages``: each stage with what becomes async in it, and what to type next."""
    return (*_head(stack), *(line for stage in stack.stages for line in _stage(stage, max_files)), *_end(stack))


def _head(stack: Stack) -> Iterator[Line]:
    if why := stack.why_no_stages():
        yield (("STAGES", Style.TITLE), (f"  none: {why}", Style.PLAIN))
        return
    files = {path for stage in stack.stages for path in stage.files}
    functions = sum(len(stage.converted) for stage in stack.stages)
    size = f"{counted(functions, 'function')}, {counted(len(files), 'file')}"
    verb = "is" if len(stack.stages) == 1 else "are"
    yield (
        ("STAGES", Style.TITLE),
        (f"  {counted(len(stack.stages), 'stage')}, which {verb} the whole change: {size}", Style.PLAIN),
    )
    if stack.why_not_first:
        yield ((f"  no stage swaps the library while all is sync: {visible(stack.why_not_first)}", Style.PLAIN),)


def _stage(stage: Stage, max_files: int | None) -> Iterator[Line]:
    lines = f"{stage.size}, +{stage.added} −{stage.removed}"
    yield ((f"{stage.number:>3} {visible(stage.title)}", Style.TITLE), (f"  {lines}", Style.PLAIN))
    for group in stage.groups[:_FEW]:
        yield ((f"      {visible(group.title)}", Style.PLAIN), (f"  {visible(group.cause)}", Style.DIM))
    if len(stage.groups) > _FEW:
        yield ((f"      … and {counted(len(stage.groups) - _FEW, 'group')} more", Style.DIM),)
    for note in stage.threads:
        yield ((f"      {visible(str(note.place))}  {visible(note.text)}", Style.DIM),)
    if max_files is not None and len(stage.changes) > max_files:
        text = f"      over the budget of {counted(max_files, 'file')}: what it holds can't be taken apart"
        yield ((text, Style.BAD),)


def _end(stack: Stack) -> Iterator[Line]:
    if undecided := len(stack.plan.undecided):
        held = f"{counted(undecided, 'stop')} undecided: what they hold back is in no stage; {stack.again} shows them"
        yield ()
        yield (("Held  ", Style.BAD), (visible(held), Style.PLAIN))
    for failure in stack.plan.failures[:_FEW]:
        yield (("Not processed  ", Style.BAD), (visible(str(failure)), Style.PLAIN))
    if stack.stages:
        yield ()
        does = "    writes the first stage; when it is merged, --stages shows the rest"
        yield (
            ("Next  ", Style.TITLE),
            (visible(f"{stack.again} --stage 1 --write"), Style.PLAIN),
            (does, Style.DIM),
        )
        does = "    writes a patch for each, with the text of a pull request"
        yield (
            ("      ", Style.TITLE),
            (visible(f"{stack.again} --stages-to FOLDER"), Style.PLAIN),
            (does, Style.DIM),
        )
