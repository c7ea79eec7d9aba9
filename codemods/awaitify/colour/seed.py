"""Finds the functions that a person names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase

from awaitify.colour.blocking import Blocking
from awaitify.failure import UsageError
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.index.values import ClassValue, FunctionValue

_LINE = re.compile(r"(?P<path>.+\.pyi?):(?P<line>\d+)")
_GLOB = re.compile(r"[*?\[]")
_DEF = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def find_targets(names: Iterable[str], resolver: Resolver, blocking: Blocking) -> tuple[Function, ...]:
    """The functions that *names* mean, in the order of the names.

    A name is ``shop.clients:Base.fetch``, ``shop/clients.py:Base.fetch``, ``shop/clients.py::Base::fetch``,
    ``shop/clients.py:31``, ``Base.fetch`` where that is unique, a class (its methods that block) or a glob.
    Raises UsageError, with names that are near, for one that is unknown or ambiguous.
    """
    finder = _Finder(resolver, blocking)
    return tuple(dict.fromkeys(function for name in names for function in finder.find(name)))


def find_named(name: str, resolver: Resolver, blocking: Blocking) -> tuple[Function, ...]:
    """The functions that *name* means; a class means all its methods. Raises UsageError as ``find_targets`` does."""
    return tuple(_Finder(resolver, blocking, all_methods=True).find(name))


class _Finder:
    """Looks names up in one program; a class stands for its methods that block, or for them all."""

    def __init__(self, resolver: Resolver, blocking: Blocking, *, all_methods: bool = False) -> None:
        self.all_methods = all_methods
        self.resolver = resolver
        self.program = resolver.program
        self.blocking = blocking

    def find(self, name: str) -> list[Function]:
        if match := _LINE.fullmatch(name):
            return [self.at_line(name, match["path"], int(match["line"]))]
        if "::" in name:
            path, _, rest = name.partition("::")
            return self.in_module(name, self.module_at(name, path), rest.replace("::", "."))
        if _GLOB.search(name):
            return self.matching(name)
        if ":" in name:
            where, _, qualname = name.rpartition(":")
            is_path = where.endswith((".py", ".pyi"))
            module = self.module_at(name, where) if is_path else self.module_named(name, where)
            return self.in_module(name, module, qualname)
        return self.anywhere(name)

    def module_at(self, name: str, path: str) -> Module:
        path = path.removeprefix("./")
        if path not in self.program.names:
            raise UsageError(f"{name}: there is no file {path}{_near(path, self.program.names)}")
        return self.parsed(name, path)

    def module_named(self, name: str, module_name: str) -> Module:
        paths = [path for path in self.program.paths_of(module_name) if not path.endswith(".pyi")]
        paths = paths or list(self.program.paths_of(module_name))
        if len(paths) > 1:
            raise UsageError(f"{name}: more than one file is {module_name}: {', '.join(paths)}; name the file instead")
        if not paths:
            raise UsageError(
                f"{name}: there is no module {module_name}{_near(module_name, self.program.names.values())}"
            )
        return self.parsed(name, paths[0])

    def parsed(self, name: str, path: str) -> Module:
        module = self.program.module_at(path)
        if module is None:
            raise UsageError(f"{name}: {self.program.failures[path]}")
        return module

    def at_line(self, name: str, path: str, line: int) -> Function:
        module = self.module_at(name, path)
        around = [f for f in module.functions if f.node.lineno <= line <= (f.node.end_lineno or line)]
        if not around:
            raise UsageError(f"{name}: no function stands at that line of {path}")
        return around[-1]

    def in_module(self, name: str, module: Module, qualname: str) -> list[Function]:
        found = [function for function in module.functions if function.qualname == qualname]
        if found:
            return found
        classes = [cls for cls in module.classes if cls.qualname == qualname]
        if classes:
            return self.methods_that_block(name, classes[-1])
        exported = self.exported(module, qualname)
        if exported:
            return exported
        known = [f.qualname for f in module.functions] + [c.qualname for c in module.classes]
        raise UsageError(f"{name}: {module.path} defines no {qualname}{_near(qualname, known)}")

    def exported(self, module: Module, qualname: str) -> list[Function]:
        """What the module imports under that name: ``shop:Base.fetch`` where ``shop/__init__.py`` imports Base."""
        first, *rest = qualname.split(".")
        values = self.resolver.bindings.member_of_module(module.name, first)
        for part in rest:
            values = frozenset(v for owner in values for v in self.resolver.members.attribute(owner, part))
        classes = [value.cls for value in values if isinstance(value, ClassValue)]
        if classes:
            return self.methods_that_block(qualname, classes[0])
        return [value.function for value in values if isinstance(value, FunctionValue)]

    def methods_that_block(self, name: str, cls: Class) -> list[Function]:
        methods = [function for functions in cls.functions.values() for function in functions]
        if self.all_methods and methods:
            return methods
        found = [m for m in methods if m.is_async or any(map(self.blocking.blocks, self.resolver.hierarchy.family(m)))]
        found = [m for m in found if not (m.node.name.startswith("__") and m.node.name.endswith("__"))]
        if not found:
            raise UsageError(f"{name}: no method of {cls.name} blocks; name the method that becomes async")
        return found

    def anywhere(self, name: str) -> list[Function]:
        """``Base.fetch``, ``fetch`` or ``shop.clients.Base.fetch``"""
        last = name.rpartition(".")[2]
        found = [f for m in self.program.mentioning(last) for f in m.functions if _is_named(f, name)]
        groups = {(f.module.path, f.qualname): f for f in found}
        if len(groups) > 1:
            choices = ", ".join(sorted(str(f.name) for f in groups.values()))
            raise UsageError(f"{name}: more than one function has that name: {choices}")
        if found:
            return found
        classes = [c for m in self.program.mentioning(last) for c in m.classes if _is_class_named(c, name)]
        if len(classes) == 1:
            return self.methods_that_block(name, classes[0])
        raise UsageError(
            f"{name or 'an empty name'}: there is no function of that name{_near(name, self.names_like(last))}"
        )

    def names_like(self, last: str) -> list[str]:
        """The qualified names of the functions whose bare name is near *last*."""
        texts = {found.decode() for data in self.program.text.files.values() for found in _DEF.findall(data)}
        close = get_close_matches(last, texts, n=5, cutoff=0.6)
        return [
            f.qualname
            for word in close
            for m in self.program.mentioning(word)
            for f in m.functions
            if f.node.name == word
        ]

    def matching(self, name: str) -> list[Function]:
        found = [f for f in self.candidates(name) if _matches(f, name)]
        if not found:
            raise UsageError(f"{name}: no function matches")
        return found

    def candidates(self, name: str) -> Iterator[Function]:
        last = re.split(r"[.:]", name)[-1]
        paths = self.program.names if _GLOB.search(last) else self.program.text.mentioning(last)
        for path in sorted(paths):
            module = self.program.module_at(path)
            yield from module.functions if module is not None else ()


def _is_named(function: Function, name: str) -> bool:
    dotted = f"{function.module.name}.{function.qualname}"
    return function.qualname == name or function.qualname.endswith(f".{name}") or dotted == name


def _is_class_named(cls: Class, name: str) -> bool:
    return cls.qualname == name or f"{cls.module.name}.{cls.qualname}" == name


def _matches(function: Function, pattern: str) -> bool:
    path_name = f"{function.module.path}:{function.qualname}"
    return any(fnmatchcase(text, pattern) for text in (str(function.name), path_name, function.qualname))


def _near(word: str, known: Iterable[str]) -> str:
    names = sorted(set(known))
    close = get_close_matches(word, names, n=3, cutoff=0.5)
    last = word.rpartition(".")[2]
    close += [name for name in names if name.rpartition(".")[2] == last and name not in close][: 3 - len(close)]
    return f"; did you mean {' or '.join(close)}?" if close else ""
