"""The ``def``s that become ``async def``, and what tests and fixtures need for it."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from awaitify.colour.constructors import is_constructor
from awaitify.colour.forms import Forms
from awaitify.index.fixtures import is_fixture, is_test
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.plan.constructors import constructor_edits
from awaitify.plan.context import Piece
from awaitify.plan.edit import AddDecorator, AddImport, MakeAsync, ReplaceExpression
from awaitify.plan.forms import take_form
from awaitify.plan.properties import getter_edits
from awaitify.plan.retrying import retrying_edits
from awaitify.plan.unittests import test_edits


def make_async(
    function: Function, forms: Forms, delegated: Collection[ast.AST], *, awaits: bool, marks_tests: bool
) -> Piece:
    """The edits that turn a ``def`` into an ``async def``; *marks_tests* where pytest doesn't run async tests by itself.

    *delegated* are the expressions in ``yield from`` that become async iterators. One that hands an iterator on stays a
    ``def`` unless it *awaits* before.
    """
    piece = Piece([function])
    module, resolver = function.module, forms.resolver
    if is_constructor(function):
        piece.edits += [(module.path, edit) for edit in constructor_edits(function, resolver)]
        return piece
    if awaits or forms.has_awaits(function):
        piece.edit(module, MakeAsync(module.span(function.node)))
    for edit in (*getter_edits(function, resolver), *take_form(function, forms, delegated)):
        piece.edit(module, edit)
    for edit in retrying_edits(function, resolver) if forms.has_awaits(function) else ():
        piece.edit(module, edit)
    for where, edit in test_edits(function, resolver):
        piece.edit(where, edit)
    if not marks_tests or _is_in_test_case(function, resolver):
        return piece
    if is_test(function) and not _has_mark(function, resolver):
        piece.edit(module, AddDecorator(module.span(function.node), "pytest.mark.asyncio"))
        piece.edit(module, AddImport("pytest"))
    elif function.node.decorator_list and is_fixture(resolver, function):
        for decorator in function.node.decorator_list:
            if resolver.decorator_name(decorator, function) == "pytest.fixture":
                target = decorator.func if isinstance(decorator, ast.Call) else decorator
                piece.edit(module, ReplaceExpression(module.span(target), "pytest_asyncio.fixture"))
                piece.edit(module, AddImport("pytest_asyncio"))
    return piece


def _is_in_test_case(function: Function, resolver: Resolver) -> bool:
    """Whether a class of ``unittest`` or Django runs the test: it awaits async ones itself, if any."""
    if function.owner is None:
        return False
    return any(base.endswith("TestCase") for base in resolver.hierarchy.foreign_bases(function.owner))


def _has_mark(function: Function, resolver: Resolver) -> bool:
    names = [resolver.decorator_name(d, function) for d in function.node.decorator_list]
    if not {"pytest.mark.asyncio", "pytest.mark.anyio"}.isdisjoint(names):
        return True
    marks = function.module.scope.bindings.get("pytestmark", [])
    return any("asyncio" in ast.unparse(m.node) or "anyio" in ast.unparse(m.node) for m in marks)


def runs_async_tests(root: Path) -> bool:
    """Whether the project's pytest settings say ``asyncio_mode = auto``."""
    for name, section in (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        if (root / name).is_file() and _ini_mode(root / name, section) == "auto":
            return True
    pytest = _pyproject(root).get("tool", {}).get("pytest", {})
    settings = pytest.get("ini_options", {}) if isinstance(pytest, Mapping) else {}
    return isinstance(settings, Mapping) and settings.get("asyncio_mode") == "auto"


def _ini_mode(path: Path, section: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return parser.get(section, "asyncio_mode", fallback="")


def _pyproject(root: Path) -> Mapping[str, Mapping[str, object]]:
    path = root / "pyproject.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def console_scripts(root: Path) -> frozenset[str]:
    """The functions that the project's metadata names as commands, as ``module:function``."""
    data = _pyproject(root)
    tables: list[object] = [data.get("project", {}).get(key, {}) for key in ("scripts", "gui-scripts")]
    poetry = data.get("tool", {}).get("poetry", {})
    tables.append(poetry.get("scripts", {}) if isinstance(poetry, Mapping) else {})
    found = {str(value).replace(" ", "") for table in tables if isinstance(table, Mapping) for value in table.values()}
    return frozenset(found | _setup_cfg_scripts(root) | _setup_py_scripts(root))


def _setup_cfg_scripts(root: Path) -> set[str]:
    path = root / "setup.cfg"
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return set()
    lines = parser.get("options.entry_points", "console_scripts", fallback="").splitlines()
    return {line.partition("=")[2].replace(" ", "") for line in lines if "=" in line}


def _setup_py_scripts(root: Path) -> set[str]:
    """``entry_points={"console_scripts": ["rates = rates.cli:main"]}``, as far as that is written out."""
    path = root / "setup.py"
    try:
        tree = ast.parse(path.read_bytes()) if path.is_file() else ast.Module([], [])
    except (SyntaxError, ValueError):
        return set()
    lists = (
        value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value in ("console_scripts", "gui_scripts")
    )
    texts = (node.value for value in lists for node in ast.walk(value) if isinstance(node, ast.Constant))
    return {text.partition("=")[2].replace(" ", "") for text in texts if isinstance(text, str) and "=" in text}
