"""A library's modules, read with the project as if they were its own, and as they were before they changed colour.

Which version is installed doesn't matter so: what is `async def` in the new one is read as the `def` that it was, and the
project is asked what it would take to make that async. Line by line it is the library's text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from awaitify.failure import Failure, UsageError
from awaitify.index.program import parse
from awaitify.index.published import Changed, Published, Was
from awaitify.index.summary import FunctionNode
from awaitify.names import BORROWED
from awaitify.source.environment import Library, Located
from awaitify.source.file import SourceFile
from awaitify.source.read import read_file

_MANAGER = "contextmanager_as_it_was"
_IMPORT = f"; from contextlib import contextmanager as {_MANAGER}"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The files of libraries by path, the dotted name of each, and those changed functions that aren't there."""

    files: Mapping[str, SourceFile]
    names: Mapping[str, str]
    missing: tuple[tuple[Changed, str], ...] = ()
    """Each with what is to be said when it matters after all."""


def borrow(all_published: Iterable[Published], library: Library) -> Borrowed:
    """The modules of the packages in which something changed, as *library* has them installed.

    Raises UsageError for a package that isn't installed and a changed module that can't be read.
    """
    files: dict[str, SourceFile] = {}
    names: dict[str, str] = {}
    missing: list[tuple[Changed, str]] = []
    for published in all_published:
        modules = dict(_modules(published, library))
        by_module: dict[str, list[Changed]] = {}
        for changed in published.functions:
            by_module.setdefault(changed.name.module, []).append(changed)
        for name, (path, file) in modules.items():
            source = read_file(file.parent, file.name)
            if isinstance(source, Failure):
                if name in by_module:
                    raise UsageError(f"{published.origin}: {path} can't be read: {source.reason}")
                continue
            source = SourceFile(path, source.data, source.text, source.encoding, source.bom)
            restored, absent = _as_it_was(source, by_module.get(name, ()), published)
            files[path], names[path] = restored, name
            missing += absent
        for name in by_module.keys() - modules.keys():
            close = get_close_matches(name, modules, n=1, cutoff=0.5)
            meant = f"; did you mean {close[0]}?" if close else ""
            problem = f"{published.origin}: {_where(library)} has no module {name}{meant}"
            missing += [(changed, problem) for changed in by_module[name]]
    return Borrowed(files, names, tuple(sorted(missing, key=lambda pair: pair[0].name)))


def _where(library: Library) -> str:
    return library.label or "the environment"


def _modules(published: Published, library: Library) -> Iterator[tuple[str, tuple[str, Path]]]:
    """Dotted name → the path under which it is known here, and the file."""
    names = [*(changed.name for changed in published.functions), *(held.name for held in published.attributes)]
    for top in sorted({name.module.partition(".")[0] for name in names}):
        located = library.find(top)
        if located is None:
            raise UsageError(
                f"{published.origin}: {top} isn't installed in {library.label or 'any environment beside the project'};"
                " --python says where it is"
            )
        yield from _below(top, located, library)


def _below(name: str, located: Located, library: Library) -> Iterator[tuple[str, tuple[str, Path]]]:
    if (file := located.source or located.stub) is not None:
        is_package = file.stem == "__init__"
        path = f"{BORROWED}{name.replace('.', '/')}{'/__init__' if is_package else ''}{file.suffix}"
        yield name, (path, file)
    for inner in sorted({inner for folder in located.inside for inner in _importable(folder)}):
        found = library.find(f"{name}.{inner}")
        if found is not None:
            yield from _below(f"{name}.{inner}", found, library)


def _importable(folder: Path) -> Iterator[str]:
    for entry in folder.iterdir():
        name = entry.name.partition(".")[0]
        is_module = entry.suffix in (".py", ".pyi") and name != "__init__" or entry.is_dir() and name == entry.name
        if is_module and name.isidentifier() and name != "__pycache__":
            yield name


# a file as it was


def _as_it_was(
    source: SourceFile, changes: Iterable[Changed], published: Published
) -> tuple[SourceFile, list[tuple[Changed, str]]]:
    """The file with each changed function as it was, and those of them that it hasn't got."""
    changes = list(changes)
    if not changes:
        return source, []
    tree = parse(source)
    if isinstance(tree, Failure):
        raise UsageError(f"{published.origin}: {source.path} can't be parsed: {tree.reason}")
    functions = dict(_functions(tree, ""))
    text = _Text(source.text)
    missing: list[tuple[Changed, str]] = []
    for changed in changes:
        before, now = changed.name.qualname, changed.name_now.qualname
        node = functions.get(now if now in functions else before)
        if node is None:
            close = get_close_matches(before, functions, n=1, cutoff=0.5)
            meant = f"; did you mean {close[0]}?" if close else ""
            missing.append((changed, f"{published.origin}: {source.path} defines no {before}{meant}"))
        elif changed.was is not Was.CONSTRUCTOR and (now in functions and now != before or _is_async(node)):
            text.restore(node, changed)
    if text.needs_manager:
        text.import_manager(tree)
    restored = text.whole()
    return SourceFile(source.path, source.bom + restored.encode(source.encoding), restored, source.encoding), missing


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, FunctionNode]]:
    """The functions and methods by qualified name, at whatever depth of ``if`` and ``try``; the last one of a name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield f"{prefix}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif not isinstance(child, ast.expr):
            yield from _functions(child, prefix)


def _is_async(node: FunctionNode) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)


class _Text:
    """The lines of a file, which stay as many as they were as far as that is possible."""

    def __init__(self, text: str) -> None:
        self.lines = _LINE.findall(text)
        self.needs_manager = False

    def whole(self) -> str:
        return "".join(self.lines)

    def restore(self, node: FunctionNode, changed: Changed) -> None:
        """``async def __aenter__`` → ``def __enter__``, with the decorators that it had."""
        line = self.lines[node.lineno - 1]
        head = re.compile(rf"(async\s+)?def\s+{node.name}\b")
        self.lines[node.lineno - 1] = head.sub(f"def {changed.name.last}", line, count=1)
        for decorator in node.decorator_list:
            if changed.was is Was.CONTEXT_MANAGER and _last(decorator) == "asynccontextmanager":
                self.replace(decorator, _MANAGER)
                self.needs_manager = True
        if changed.was is Was.PROPERTY and not any(_last(decorator) == "property" for decorator in node.decorator_list):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            indent = line[: len(line) - len(line.lstrip())]
            self.decorate(first, f"{indent}@property\n")

    def decorate(self, first: int, decorator: str) -> None:
        """Put a decorator above line *first*: in place of an empty line, so that all others keep their numbers."""
        if first > 1 and not self.lines[first - 2].strip():
            self.lines[first - 2] = decorator
        else:
            self.lines[first - 1] = decorator + self.lines[first - 1]

    def replace(self, node: ast.expr, words: str) -> None:
        if node.lineno == node.end_lineno:
            raw = self.lines[node.lineno - 1].encode()
            self.lines[node.lineno - 1] = (
                raw[: node.col_offset] + words.encode() + raw[node.end_col_offset :]
            ).decode()

    def import_manager(self, tree: ast.Module) -> None:
        """Behind an import that is there, in its line."""
        last = next(node for node in reversed(tree.body) if isinstance(node, ast.Import | ast.ImportFrom))
        raw = self.lines[(last.end_lineno or last.lineno) - 1].encode()
        at = last.end_col_offset
        self.lines[(last.end_lineno or last.lineno) - 1] = (raw[:at] + _IMPORT.encode() + raw[at:]).decode()


def _last(decorator: ast.expr) -> str:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
