"""A stage as files: a patch that ``git am`` applies, and the text of a pull request."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

from awaitify.plan.plan import Note
from awaitify.review.diff import unified_diff
from awaitify.review.markdown import code, prose
from awaitify.review.stack import Stack, Stage
from awaitify.review.visible import counted, visible
from awaitify.rewrite.change import FileChange

_AUTHOR = "awaitify <awaitify@localhost>"
_MOST = 40


def file_name(stage: Stage) -> str:
    """``0002-weatherclient-current``: in the order of the stages, whatever sorts them."""
    words = re.sub(r"[^a-z0-9]+", "-", stage.title.lower()).strip("-")[:50].strip("-")
    return f"{stage.number:04}-{words or 'stage'}"


def mail(stage: Stage, stack: Stack, *, seconds: int, folder: str = "") -> bytes:
    """The stage as ``git am`` takes it, in the project's *folder* below the top of its repository.

    The same bytes for the same stage: who made it is a fixed name, and when is *seconds*, which the stages before it
    count up from. What holds carriage returns is encoded, since mail has no line ends of its own kind.
    """
    patch = b"".join(unified_diff(_below(change, folder)) for change in stage.changes)
    body = f"{_message(stage, stack)}\n---\n\n".encode() + patch + f"-- \nawaitify {stack.version}\n".encode()
    is_plain = b"\r" not in body
    when = format_datetime(datetime.fromtimestamp(seconds + stage.number, UTC))
    subject = f"[PATCH {stage.number}/{len(stack.stages)}] {visible(stage.subject)}"
    head = (
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001",
        f"From: {_AUTHOR}",
        f"Date: {when}",
        f"Subject: {subject if subject.isascii() else Header(subject, 'utf-8', maxlinelen=900).encode()}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        f"Content-Transfer-Encoding: {'8bit' if is_plain else 'base64'}",
    )
    text = body if is_plain else base64.encodebytes(body)
    return "\n".join(head).encode() + b"\n\n" + text + b"\n"


def _below(change: FileChange, folder: str) -> FileChange:
    return replace(change, source=replace(change.source, path=f"{folder}{change.path}"))


def _message(stage: Stage, stack: Stack) -> str:
    names = [f"- {visible(group.title)}: {visible(group.cause)}" for group in stage.groups]
    more = [f"- and {len(names) - _MOST} more"] if len(names) > _MOST else []
    return "\n".join((_what(stage, stack), "", *names[:_MOST], *more))


def _what(stage: Stage, stack: Stack) -> str:
    targets = ", ".join(map(visible, stack.plan.targets[:3])) + (" …" if len(stack.plan.targets) > 3 else "")
    return f"Stage {stage.number} of {len(stack.stages)} of making async: {targets}"


def readme(stage: Stage, stack: Stack) -> str:
    """The text of a pull request for the stage, as GitHub's Markdown."""
    return "\n\n".join("\n".join(part) for part in map(list, _parts(stage, stack)) if part) + "\n"


def _parts(stage: Stage, stack: Stack) -> Iterator[Iterator[str]]:
    yield _opening(stage, stack)
    yield _groups(stage)
    yield _notes("Until a later stage", stage.threads)
    yield _notes("Look first", tuple(note for note in stage.notes if note.kind == "look"))
    yield _notes("At run time", tuple(n for n in stage.notes if n.kind == "run" and n not in stage.threads))
    yield _alone(stage, stack)


def _opening(stage: Stage, stack: Stack) -> Iterator[str]:
    yield f"## {prose(stage.subject)}"
    yield ""
    targets = ", ".join(map(code, stack.plan.targets))
    yield f"Stage {stage.number} of {len(stack.stages)} of making async: {targets}."
    yield f"{stage.size}, +{stage.added} −{stage.removed}."


def _groups(stage: Stage) -> Iterator[str]:
    if stage.groups:
        yield "### What becomes async"
        yield ""
    for group in stage.groups[:_MOST]:
        names = ", ".join(code(name) for name in group.names[:6])
        more = f" and {len(group.names) - 6} more" if len(group.names) > 6 else ""
        yield f"- {names}{more}: {prose(group.cause)}"
    if len(stage.groups) > _MOST:
        yield f"- … and {counted(len(stage.groups) - _MOST, 'group')} more"


def _notes(title: str, notes: tuple[Note, ...]) -> Iterator[str]:
    if notes:
        yield f"### {title}"
        yield ""
        for note in notes[:_MOST]:
            yield f"- {code(str(note.place))}: {prose(note.text)}" if note.place else f"- {prose(note.text)}"
        if len(notes) > _MOST:
            yield f"- … and {len(notes) - _MOST} more"


def _alone(stage: Stage, stack: Stack) -> Iterator[str]:
    yield "### On its own"
    yield ""
    rest = len(stack.stages) - stage.number
    if stage.swap:
        yield "It can be merged alone: all is as sync as it was, and behaves as it did."
    else:
        yield "It can be merged alone: whoever calls what becomes async is async already, or becomes so here."
    if rest:
        yield (
            f"What is still sync below, and an `async def` that awaits nothing yet, is left to the {counted(rest, 'stage')}"
            " to come."
        )
    else:
        yield "It is the last one: the stages together are what one `--write` gives, byte for byte."
    yield "Places are those in the program before the first stage."


def overview(stack: Stack) -> str:
    """What is in the folder, and how it is applied."""
    lines = ["# Stages", ""]
    if why := stack.why_no_stages():
        return "\n".join([*lines, f"There are none: {why}."]) + "\n"
    lines += ["| # | stage | functions | files | lines |", "|--:|---|--:|--:|--:|"]
    for stage in stack.stages:
        name = prose(stage.title)
        lines.append(
            f"| {stage.number} | {name} | {len(stage.converted)} | {len(stage.changes)} | +{stage.added} −{stage.removed} |"
        )
    lines += ["", "`git am FOLDER/*.patch` applies them in order; each can be merged alone, those before it first."]
    lines += [
        "The `.md` beside a patch is the text of its pull request.",
        "",
        "```sh",
        visible(f"{stack.again} --stages"),
        "```",
    ]
    return "\n".join(lines) + "\n"
