"""The stages of a migration as JSON, for programs.

Schema 1, as in ``as_json``: ``stages`` holds for each ``number``, ``title``, ``groups`` (numbers of the plan's groups, which
``migrate --format json`` explains), ``functions`` (names), ``files``, ``added``, ``removed``, ``notes`` and ``threads`` (what
runs on a thread until a later stage): each ``place`` (or null) and ``text``. ``undecided`` are the stops of which what they
hold back is in no stage; ``why_not_first`` says why no stage swaps a library while all is sync (or null).
"""

from __future__ import annotations

import json

from awaitify.plan.plan import Note
from awaitify.review.as_json import SCHEMA, Json
from awaitify.review.stack import Stack, Stage


def stack_json(stack: Stack) -> str:
    """The stack in schema 1, indented, with a line end."""
    whole: dict[str, Json] = {
        "schema": SCHEMA,
        "tool": {"name": "awaitify", "version": stack.version},
        "command": stack.again,
        "targets": list(stack.plan.targets),
        "stages": [_stage(stage) for stage in stack.stages],
        "why_not_first": stack.why_not_first or None,
        "undecided": [stop.id for stop in stack.plan.undecided],
        "failures": [str(failure) for failure in stack.plan.failures],
    }
    return json.dumps(whole, indent=1) + "\n"


def _stage(stage: Stage) -> Json:
    return {
        "number": stage.number,
        "title": stage.title,
        "groups": [group.number for group in stage.groups],
        "functions": [str(one.name) for one in stage.converted],
        "files": list(stage.files),
        "added": stage.added,
        "removed": stage.removed,
        "notes": [_note(note) for note in stage.notes if note not in stage.threads],
        "threads": [_note(note) for note in stage.threads],
    }


def _note(note: Note) -> Json:
    place: Json = {"path": note.place.path, "line": note.place.span.line} if note.place else None
    return {"place": place, "text": note.text}
