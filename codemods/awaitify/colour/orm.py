"""Where Django's ORM is used: it raises SynchronousOnlyOperation in a thread in which an event loop runs.

https://docs.djangoproject.com/en/5.2/topics/async/#async-safety [run 5.2]
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue, Foreign, Instance

_MODEL = re.compile(r"django\.(db|contrib)\.(\w+\.)*(Model|\w*User)")
_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_CALLS = re.compile(
    r"django\.(db|contrib)\.(\w+\.)*(Model|\w*User)\.(save|delete|refresh_from_db|full_clean|validate_unique)"
    r"|django\.shortcuts\.get_(object|list)_or_404"
    r"|django\.db\.(\w+\.)*(connection|connections)\.\w+"
    r"|django\.db\.transaction\.(atomic|on_commit|commit|rollback|savepoint\w*)"
)
_LAZY_FIELDS = re.compile(r"django\.db\.models\.(\w+\.)*(ForeignKey|OneToOneField)")


def is_used(resolver: Resolver) -> bool:
    """Whether the program mentions Django at all."""
    return bool(resolver.program.text.mentioning("django"))


def orm_uses(function: Function, resolver: Resolver) -> Iterator[tuple[ast.AST, str]]:
    """The places in *function* itself that ask the database, or may: each with what is used there."""
    for node in resolver.scopes.own_nodes(function):
        match node:
            case ast.Attribute(attr=attr) if attr in _MANAGERS and _is_model_class(
                node.value, function.module, resolver
            ):
                if not _is_async_use(node, function.module):
                    yield node, ast.unparse(node)
            case ast.Call(func=func) if _is_named(func, function.module, resolver):
                yield node, f"{ast.unparse(func)}()"
            case ast.Attribute(attr="user" | "session", value=ast.Name(id="request")) if (
                "django" in function.module.text
            ):
                yield node, ast.unparse(node)
            case ast.Attribute(ctx=ast.Load()) if _is_lazy_field(node, function.module, resolver):
                yield node, ast.unparse(node)


def _is_model_class(node: ast.expr, module: Module, resolver: Resolver) -> bool:
    for value in resolver.answer(node, module).values:
        match value:
            case ClassValue(cls) | Instance(cls) if _is_model(cls, resolver):
                return True
            case Foreign(name) if _MODEL.fullmatch(name):
                return True
    return False


def _is_model(cls: Class, resolver: Resolver) -> bool:
    return any(_MODEL.fullmatch(base) for base in resolver.hierarchy.foreign_bases(cls))


def _is_named(func: ast.expr, module: Module, resolver: Resolver) -> bool:
    return bool(_CALLS.fullmatch(resolver.dotted(func, module)))


def _is_lazy_field(node: ast.Attribute, module: Module, resolver: Resolver) -> bool:
    """``book.author``, which is a ``ForeignKey``: reading it may ask the database."""
    for value in resolver.answer(node.value, module).values:
        if isinstance(value, Instance) and _is_model(value.cls, resolver):
            for cls in resolver.hierarchy.order(value.cls):
                for binding in cls.attributes.get(node.attr, ()):
                    field = binding.node
                    if isinstance(field, ast.Call) and _LAZY_FIELDS.fullmatch(resolver.dotted(field.func, cls.module)):
                        return True
    return False


def _is_async_use(node: ast.AST, module: Module) -> bool:
    """``await Book.objects.aget(…)``, ``async for book in Book.objects.all()``"""
    parent = module.parents.get(node)
    while isinstance(parent, ast.Attribute | ast.Call):
        node, parent = parent, module.parents.get(parent)
    match parent:
        case ast.Await():
            return True
        case ast.AsyncFor(iter=iterable):
            return iterable is node
        case ast.comprehension(is_async=1, iter=iterable):
            return iterable is node
    return False
