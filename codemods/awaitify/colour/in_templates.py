"""Where a template calls a method: the engine gets a coroutine and writes it out, or takes it for true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from awaitify.index.program import Program

_RENDERS = (
    "jinja2",
    "Jinja2Templates",
    "aiohttp_jinja2",
    "mako",
    "chameleon",
    "TemplateResponse",
    "TemplateView",
    "render",
    "render_template",
    "render_template_string",
    "render_to_string",
    "get_template",
)
"""Words without one of which a program renders no template."""
_TAG = re.compile(rb"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<%.*?%>", re.DOTALL)
_PROSE = frozenset({".md", ".rst"})


def calls_in_templates(method: str, program: Program) -> Iterator[tuple[str, int]]:
    """The templates in whose tags ``.method`` stands, each with the line: ``{% if user.can_edit() %}``.

    A text that only explains something is none, unless it lies among the templates.
    """
    if not any(program.text.mentioning(word) for word in _RENDERS):
        return
    word = re.compile(rb"\.\s*" + re.escape(method.encode()) + rb"(?!\w)")
    for path, data in program.templates.items():
        if method.encode() not in data or _is_prose(path):
            continue
        for tag in _TAG.finditer(data):
            if found := word.search(tag[0]):
                yield path, data[: tag.start() + found.start()].count(b"\n") + 1
                break


def _is_prose(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.suffix in _PROSE and "templates" not in pure.parts
