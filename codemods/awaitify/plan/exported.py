"""What of a project may others use? What its settings call public, what ``__all__`` names, and what its distribution exports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from awaitify.index.program import Program
from awaitify.index.summary import BindingKind, Function, Module
from awaitify.names import is_borrowed
from awaitify.source.packaging import Packaging, read_packaging

_NOT_SHIPPED = frozenset({"tests", "test", "testing", "docs", "doc", "examples", "benchmarks", "scripts", "tools"})
_TEST_FILE = re.compile(r"(test_\w+|\w+_test|conftest)\.pyi?")


@dataclass(frozen=True, slots=True, eq=False)
class Exports:
    """What of *program* is public: what matches *patterns*, the commands *scripts*, and what *packaging* says is shipped."""

    program: Program
    patterns: tuple[str, ...] = ()
    scripts: frozenset[Function] = frozenset()
    packaging: Packaging | None = None

    def is_public(self, function: Function) -> bool:
        """Whether others may call the function, or override it."""
        if function.is_nested or is_borrowed(function.module.path):
            return False
        if self._is_named(function) or function in self.scripts:
            return True
        first = function.qualname.partition(".")[0]
        if not all(map(_is_open, function.qualname.split("."))):
            return False
        return any(self._offers(module, first) for module in self._giving(function.module, first))

    def is_shipped(self, module: Module) -> bool:
        """Whether the module is part of the distribution."""
        top, *rest = module.name.split(".")
        if self.packaging is None or top in _NOT_SHIPPED or "tests" in rest:
            return False
        if _TEST_FILE.fullmatch(module.path.rpartition("/")[2]):
            return False
        return bool(rest) or module.is_package or top in self.packaging.modules

    def _is_named(self, function: Function) -> bool:
        dotted = f"{function.module.name}.{function.qualname}"
        return any(fnmatchcase(text, pattern) for pattern in self.patterns for text in (str(function.name), dotted))

    def _giving(self, module: Module, name: str) -> Iterator[Module]:
        """The modules from which the name can be imported: its own, and the packages above that import it from there."""
        yield module
        parts = module.name.split(".")
        for length in range(len(parts) - 1, 0, -1):
            name_of_package = ".".join(parts[:length])
            mentioning = self.program.text.mentioning(name)
            if not any(path in mentioning for path in self.program.paths_of(name_of_package)):
                continue  # it needn't be read
            package = self.program.module(name_of_package)
            bindings = package.scope.bindings.get(name, ()) if package is not None else ()
            if package is not None and any(_comes_from(b.source, module.name, name) for b in bindings):
                yield package

    def _offers(self, module: Module, name: str) -> bool:
        """Whether the module's *name* is for others: ``__all__`` names it; without one, a shipped module isn't private."""
        declared = declared_names(module)
        if declared is not None:
            return name in declared
        return self.is_shipped(module) and all(map(_is_open, module.name.split(".")))


def read_exports(root: Path, program: Program, patterns: tuple[str, ...], scripts: frozenset[Function]) -> Exports:
    """What the project at *root* exports."""
    return Exports(program, patterns, scripts, read_packaging(root))


def declared_names(module: Module) -> frozenset[str] | None:
    """What ``__all__`` names; None where there is none, or it is worked out at run time."""
    found: set[str] = set()
    bindings = [b for b in module.scope.bindings.get("__all__", ()) if b.kind in (BindingKind.VALUE, BindingKind.OTHER)]
    for binding in bindings:
        match binding.node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                names = [e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)]
                if len(names) < len(elements):
                    return None
                found.update(names)
            case _:
                return None
    return frozenset(found) if bindings else None


def _comes_from(source: str, module: str, name: str) -> bool:
    """Whether an import brings the name from *module*, or from a package above it that imports it itself."""
    # from shop.clients import Client, in shop/__init__.py
    home, _, imported = source.partition(":")
    return imported == name and (home == module or module.startswith(f"{home}."))


def _is_open(part: str) -> bool:
    return not part.startswith("_") or part.startswith("__") and part.endswith("__")
