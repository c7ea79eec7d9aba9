"""pytest fixtures: which function supplies a test's parameter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from awaitify.index.summary import Function, Module

if TYPE_CHECKING:
    from awaitify.index.resolve import Resolver

_DECORATORS = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})


def is_fixture(resolver: Resolver, function: Function) -> bool:
    """Whether *function* is a pytest fixture."""
    return any(resolver.decorator_name(d, function) in _DECORATORS for d in function.node.decorator_list)


def is_test(function: Function) -> bool:
    """Whether pytest collects *function* as a test by its default rules; a method may be collected through any subclass."""
    return is_test_file(function.module.path) and not function.is_nested and function.node.name.startswith("test")


def is_test_file(path: str) -> bool:
    """Whether pytest looks for tests in the file by its default rules."""
    file = path.rpartition("/")[2]
    return file.startswith("test_") or file.endswith("_test.py")


def find_fixture(resolver: Resolver, function: Function, name: str) -> Function | None:
    """The fixture called *name* that pytest would pass to *function*, or None when it isn't a test or fixture."""
    if not is_test(function) and not (function.node.decorator_list and is_fixture(resolver, function)):
        return None
    for module in _visible_modules(resolver, function.module):
        for candidate in module.functions:
            if candidate is not function and name in _names(candidate) and is_fixture(resolver, candidate):
                return candidate
    return None


def _names(function: Function) -> set[str]:
    """The function's name, or the one that ``@pytest.fixture(name=…)`` gives it."""
    keywords = [
        k for d in function.node.decorator_list if isinstance(d, ast.Call) for k in d.keywords if k.arg == "name"
    ]
    given = {str(k.value.value) for k in keywords if isinstance(k.value, ast.Constant)}
    return given or {function.node.name}


def _visible_modules(resolver: Resolver, module: Module) -> list[Module]:
    """The test's own module, then the ``conftest.py`` files from its folder up to the root."""
    found = [module]
    folder = module.path.rpartition("/")[0]
    while True:
        path = f"{folder}/conftest.py" if folder else "conftest.py"
        if path in resolver.program.names and (conftest := resolver.program.module_at(path)) is not None:
            found.append(conftest)
        if not folder:
            return found
        folder = folder.rpartition("/")[0]
