"""A program on disk, and questions about its expressions that are answered in words."""

from __future__ import annotations

import ast
from pathlib import Path

from awaitify.index.environment import Environment
from awaitify.index.load import load_program
from awaitify.index.references import Mention, mentions_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import (
    ClassValue,
    Container,
    Foreign,
    FunctionValue,
    Instance,
    ModuleValue,
    PackageValue,
    Unknown,
    Value,
)
from awaitify.source.environment import Library, this_python
from tests.programs import program

SHOP = """
    from __future__ import annotations
    class Client:
        def fetch(self): return 1
        def again(self): return self.fetch()
        @classmethod
        def create(cls): return cls()
        def me(self): return self
        def __enter__(self): return self
        def __exit__(self, *error): ...
    class Http(Client):
        def fetch(self): return super().fetch()
    class Dog:
        def fetch(self): ...
    def make() -> Client: return Http()
    def make_plainly(x):
        if x:
            return Http()
        return None
    """
CLIENT, HTTP, DOG = {"shop:Client.fetch"}, {"shop:Http.fetch"}, {"shop:Dog.fetch"}


def resolver_of(
    folder: Path, files: dict[str, str] | None = None, library: Library | None = None, /, **modules: str
) -> Resolver:
    """A resolver for the program that is written into *folder*, where nothing but Python's own modules is installed."""
    loaded = load_program(program(folder, files, **modules), (), lambda stage, done, total: None)
    return Resolver(loaded, environment=Environment(library or this_python(), loaded, Resolver))


def module_named(resolver: Resolver, name: str) -> Module:
    module = resolver.program.module(name)
    assert module is not None, name
    return module


def class_named(resolver: Resolver, name: str) -> Class:
    """``shop.cart:Cart``"""
    where, _, qualname = name.partition(":")
    return [cls for cls in module_named(resolver, where).classes if cls.qualname == qualname][-1]


def function_named(resolver: Resolver, name: str) -> Function:
    """``shop.cart:Cart.total``"""
    where, _, qualname = name.partition(":")
    return next(f for f in module_named(resolver, where).functions if f.qualname == qualname)


def what_is(resolver: Resolver, text: str, module: str = "main") -> set[str]:
    """What the last expression that reads *text* can be: ``{"shop:Cart()"}``; ``?`` where nothing is known."""
    where = module_named(resolver, module)
    nodes = [n for n in ast.walk(where.tree) if isinstance(n, ast.expr) and ast.unparse(n) == text]
    node = max(nodes, key=lambda n: (n.lineno, n.col_offset))
    return {_said(value) for value in resolver.answer(node, where).values}


def asked(folder: Path, text: str, files: dict[str, str] | None = None, /, **modules: str) -> set[str]:
    """What the last expression in ``main.py`` that reads *text* can be."""
    return what_is(resolver_of(folder, files, **modules), text)


def mentions(folder: Path, name: str, /, **modules: str) -> list[Mention]:
    """The mentions of *name* in a program."""
    return list(mentions_of(name, resolver_of(folder, **modules)))


def fetched(folder: Path, main: str, receiver: str = "x", /, **modules: str) -> set[str]:
    """What ``receiver.fetch`` can be at its last mention in *main*."""
    return asked(folder, f"{receiver}.fetch", main=f"from shop import *\n{main}", shop=SHOP, **modules)


def reached(folder: Path, main: str) -> set[str]:
    """What the last ``….fetch`` in *main* can be."""
    text = f"from shop import *\n{main}"
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Attribute) and n.attr == "fetch"]
    return asked(folder, ast.unparse(max(nodes, key=lambda n: (n.lineno, n.col_offset))), main=text, shop=SHOP)


def _said(value: Value) -> str:
    match value:
        case Unknown():
            return "?"
        case Instance(cls):
            return f"{cls.name}()"
        case ClassValue(cls):
            return str(cls.name)
        case FunctionValue(function):
            return str(function.name)
        case Foreign(name, made):
            return f"{name}()" if made else name
        case ModuleValue(module):
            return module.name
        case PackageValue(name):
            return f"{name}/"
        case Container(elements=elements):
            return f"[{', '.join(sorted(map(_said, elements)))}]"
    return type(value).__name__
