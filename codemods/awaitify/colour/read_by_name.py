"""Where an attribute may be read by its name: a string that something looks up, a format, a template, a class pattern.

The list is generous: what is left out stands where a name is the key of a mapping, or a value to compare with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Module

_ENGINES = frozenset(
    "aiohttp_jinja2 bottle chameleon chevron django fastapi flask genshi jinja2 liquid litestar mako pystache pyramid quart"
    " sanic starlette string tornado".split()
)
"""Modules that read templates, or may."""
_TAGS = re.compile(rb"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<%.*?%>|\{[^{}\s][^{}]*\}", re.DOTALL)


def place_that_reads(name: str, resolver: Resolver) -> str | None:
    """The first place that may read the attribute *name* of an object whose class it doesn't say."""
    for module in resolver.program.mentioning(name):
        node = next(chain[ast.AST](_strings(name, module), _patterns(name, module)), None)
        if node is not None:
            return str(module.place(node))
    if _ENGINES.isdisjoint(resolver.program.text.imported):
        return None
    for path, data in resolver.program.templates.items():
        if _names_in_tags(name, data):
            return path
    return None


def _strings(name: str, module: Module) -> Iterator[ast.Constant]:
    """``getattr(page, "owner")``, ``fields = ["id", "owner"]``, ``"{0.owner}".format(page)``, ``"{{ page.owner }}"``"""
    for node in module.mentions.get(name, ()):
        if isinstance(node, ast.Constant) and not _is_harmless(node, module):
            yield node
    in_text = re.compile(rf"[{{$%][^}}\n]*\.{re.escape(name)}\b")
    if in_text.search(module.text):
        for node in module.texts:
            if in_text.search(str(node.value)) and not _is_docstring(node, module):
                yield node


def _patterns(name: str, module: Module) -> Iterator[ast.MatchClass]:
    """``case Page(owner=someone):``"""
    yield from (node for node in module.class_patterns if name in node.kwd_attrs)


def _is_harmless(node: ast.Constant, module: Module) -> bool:
    """Whether the string is a key, a value to compare with, or no more than text."""
    match module.parents.get(node):
        case ast.Dict(keys=keys):
            return node in keys
        case ast.Subscript() | ast.Compare() | ast.MatchMapping() | ast.MatchValue() | ast.JoinedStr() | ast.Expr():
            return True
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=[first, *_]):
            return first is node
        case ast.Call(func=ast.Name(id="print")):
            return True
    return False


def _is_docstring(node: ast.AST, module: Module) -> bool:
    return isinstance(module.parents.get(node), ast.Expr)


def _names_in_tags(name: str, data: bytes) -> bool:
    """Whether the name stands as a word in ``{{ … }}``, ``{% … %}``, ``${…}`` or their like."""
    word = re.compile(rb"(?<!\w)" + re.escape(name.encode()) + rb"(?!\w)")
    return any(word.search(tag) for tag in _TAGS.findall(data)) if word.search(data) else False
