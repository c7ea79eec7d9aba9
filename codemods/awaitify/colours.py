"""The journey: two states of a library read, compared, and what its functions became said for those who use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from awaitify.colour.compared import compare
from awaitify.failure import Failure, UsageError
from awaitify.index.environment import Environment
from awaitify.index.program import Program
from awaitify.index.published import Published
from awaitify.index.resolve import Resolver
from awaitify.options import Options
from awaitify.plan.exported import Exports, read_exports
from awaitify.source.environment import Library, find_library
from awaitify.source.file import SourceFile
from awaitify.source.find import find_root
from awaitify.source.git import last_tag, python_files_at
from awaitify.source.layout import module_names
from awaitify.source.packaging import Packaging, read_packaging
from awaitify.source.read import decode_file
from awaitify.source.snapshot import look


@dataclass(frozen=True, slots=True)
class Compared:
    """What the library's functions became, and since when, in words."""

    published: Published
    since: str


def colours(path: Path, options: Options, since: str | None) -> Compared:
    """What became of the functions of the project around *path* since the commit *since*.

    Without one it is the newest tag, and what is checked out where there is no tag.
    Raises UsageError for a project that is no distribution, and for a commit that git hasn't got.
    """
    root = find_root(path)
    packaging = read_packaging(root)
    if packaging is None:
        raise UsageError(
            "there is no distribution here: pyproject.toml has no [build-system] and [project] name, and there is no"
            " setup.cfg or setup.py with one"
        )
    commit = since or last_tag(root) or "HEAD"
    before = python_files_at(root, commit)
    if before is None:
        raise UsageError(f"git knows no commit {commit!r} here; --since names what the library is compared with")
    files = look(root, options.exclude, {}, lambda stage, done, total: None)
    after = {name: files.data(name) for name in files.paths}
    library = find_library(root, options.python)
    old = _resolver(root, before, library)
    return Compared(_compare(old, _resolver(root, after, library), packaging, root, options), commit)


def _compare(old: Resolver, new: Resolver, packaging: Packaging, root: Path, options: Options) -> Published:
    exports = read_exports(root, old.program, options.public, frozenset())
    functions, attributes = compare(old, new, _shipped(exports, new.program), exports.is_public)
    return Published(packaging.name, packaging.version or None, functions, attributes)


def _shipped(exports: Exports, program: Program) -> tuple[str, ...]:
    modules = (program.module_at(path) for path in program.names)
    found = {module.name for module in modules if module is not None and exports.is_shipped(module)}
    return tuple(sorted(found))


def _resolver(root: Path, files: Mapping[str, bytes], library: Library) -> Resolver:
    names = module_names(root, tuple(files))

    def read(path: str) -> SourceFile | Failure:
        return decode_file(path, files[path])

    program = Program(files, names, read)
    return Resolver(program, {}, Environment(library, program, Resolver))


def with_version(compared: Compared, version: str) -> Compared:
    """The same, for a version that the packaging settings don't say yet."""
    return replace(compared, published=replace(compared.published, version=version))
