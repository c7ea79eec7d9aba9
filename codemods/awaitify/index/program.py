"""The whole program, read on demand: every file's bytes, and the modules that were asked for, parsed."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from awaitify.failure import Failure
from awaitify.index.collection import no_collection
from awaitify.index.summarise import summarise
from awaitify.index.summary import Function, Module
from awaitify.index.text import ClassText, TextIndex, has_word
from awaitify.source.file import SourceFile

Read = Callable[[str], SourceFile | Failure]


class Program:
    """The files of a project: *data* by path, their dotted *names*, how to *read* one, and those that are *excluded*.

    *known* is what the text of files is known to say of classes, by path; *read_templates* and *read_settings* give
    the files that aren't Python and may name what is.
    Modules are parsed when they are first asked for and kept; files that can't be are in ``failures``.
    """

    def __init__(
        self,
        data: Mapping[str, bytes],
        names: Mapping[str, str],
        read: Read,
        excluded: Mapping[str, bytes] | None = None,
        known: Mapping[str, ClassText] | None = None,
        read_templates: Callable[[], Mapping[str, bytes]] = dict,
        read_settings: Callable[[], Mapping[str, bytes]] = dict,
    ) -> None:
        self.text = TextIndex(data, known)
        self._excluded = excluded or {}
        self.names = names
        self.failures: dict[str, Failure] = {}
        self.read = read
        self._read_templates = read_templates
        self._read_settings = read_settings
        self._modules: dict[str, Module | None] = {}
        self._paths = _paths_by_name(names)

    def module_at(self, path: str) -> Module | None:
        """The module in the file at *path*, or None when it can't be read or parsed."""
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    def module(self, name: str) -> Module | None:
        """The module that ``import NAME`` brings in; a ``.py`` file goes before its stub.

        None, and a failure, when more than one file claims the name: which is meant can't be told.
        """
        paths = self._paths.get(name, ())
        if len(paths) > 1 and not paths[1].endswith(".pyi"):
            claimed = ", ".join(path for path in paths if not path.endswith(".pyi"))
            self.failures.setdefault(paths[1], Failure(paths[1], "AW907", f"{name} may be any of {claimed}"))
            return None
        return self.module_at(paths[0]) if paths else None

    def absolute(self, name: str, importer: Module) -> str:
        """The dotted name that an absolute import of *name* means in *importer*.

        Python puts a script's folder, and pytest a test's, on its path: ``import helpers`` in ``scripts/run.py`` means
        ``scripts.helpers`` when the folder is no package and no top-level module has that name.
        """
        folder = importer.path.rpartition("/")[0]
        first = name.partition(".")[0]
        if not folder or self.has_package(first) or f"{folder}/__init__.py" in self.names:
            return name
        beside = f"{importer.name.rpartition('.')[0]}.{first}"
        return f"{importer.name.rpartition('.')[0]}.{name}" if self.has_package(beside) else name

    @cached_property
    def templates(self) -> Mapping[str, bytes]:
        """The bytes of the files that may be templates, by path."""
        return self._read_templates()

    @cached_property
    def settings(self) -> Mapping[str, bytes]:
        """The bytes of the files that say how the program is run, by path."""
        return self._read_settings()

    @property
    def has_read_templates(self) -> bool:
        """Whether what was found may depend on files that aren't Python."""
        return "templates" in self.__dict__

    def unread_mentions(self, word: str) -> Iterator[tuple[str, int]]:
        """The files that can't be parsed or are excluded in which *word* stands, each with the line."""
        failed = (
            path for path, failure in self.failures.items() if failure.code != "AW907" and path in self.text.files
        )
        for path in sorted({*failed, *self._excluded}):
            data = self.text.files.get(path) or self._excluded.get(path, b"")
            if has_word(data, word.encode()):
                yield path, data[: data.index(word.encode())].count(b"\n") + 1

    def loaded(self) -> list[Module]:
        """The modules that were parsed so far."""
        return [module for module in self._modules.values() if module is not None]

    @property
    def asked(self) -> frozenset[str]:
        """The paths whose modules were asked for so far, those among them that can't be read or parsed too."""
        return frozenset(self._modules)

    def paths_of(self, name: str) -> tuple[str, ...]:
        """The files that claim the dotted *name*."""
        return self._paths.get(name, ())

    def has_package(self, name: str) -> bool:
        """Whether *name* is a module of this project or a package above one."""
        return name in self._paths or name in self._packages

    def may_hold(self, name: str) -> bool:
        """Whether some file or folder of the project is called *name*: a path that is set up at run time may lead there."""
        return name in self._components

    @cached_property
    def _components(self) -> frozenset[str]:
        return frozenset(part for name in self._paths for part in name.split("."))

    @cached_property
    def _packages(self) -> frozenset[str]:
        parts = (name.split(".") for name in self._paths)
        return frozenset(".".join(p[:n]) for p in parts for n in range(1, len(p)))

    def mentioning(self, word: str) -> Iterator[Module]:
        """The modules whose text has *word* as a whole word, in the order of their paths."""
        with no_collection():
            for path in self.text.mentioning(word):
                module = self.module_at(path)
                if module is not None:
                    yield module

    def defining(self, word: str) -> Iterator[Module]:
        """The modules whose text may define *word*."""
        with no_collection():
            for path in self.text.defining(word):
                module = self.module_at(path)
                if module is not None:
                    yield module

    def assigning(self, attribute: str) -> Iterator[Module]:
        """The modules whose text may set *attribute* through another name than ``self``."""
        with no_collection():
            for path in self.text.assigning(attribute):
                module = self.module_at(path)
                if module is not None:
                    yield module

    def stub_twins(self, function: Function) -> Iterator[Function]:
        """The same function in the ``.pyi`` beside its module, or in the ``.py`` beside its stub."""
        for path in self.paths_of(function.module.name):
            if path != function.module.path and path.rpartition(".")[0] == function.module.path.rpartition(".")[0]:
                module = self.module_at(path)
                yield from (f for f in (module.functions if module else ()) if f.qualname == function.qualname)

    def _load(self, path: str) -> Module | None:
        source = self.read(path)
        if isinstance(source, Failure):
            self.failures[path] = source
            return None
        parsed = parse(source)
        if isinstance(parsed, Failure):
            self.failures[path] = parsed
            return None
        try:
            return summarise(source.text, parsed, name=self.names[path], path=path)
        except RecursionError:
            self.failures[path] = Failure(path, "AW908", "its statements are nested too deeply")
            return None


def parse(source: SourceFile) -> ast.Module | Failure:
    """The file's tree, or why this Python can't parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        return Failure(source.path, "AW901", _explain(source, error), error.lineno)
    except (RecursionError, MemoryError, ValueError) as error:
        return Failure(source.path, "AW908", f"this Python can't parse it: {type(error).__name__}")


def _explain(source: SourceFile, error: SyntaxError) -> str:
    here = ".".join(map(str, sys.version_info[:2]))
    if (
        error.msg.startswith("Missing parentheses in call to 'print'")
        or "exec" in error.msg
        and "parentheses" in error.msg
    ):
        return f"Python 2 code ({error.msg})"
    return f"Python {here} can't parse it: {error.msg}; if it is newer Python, run awaitify with that version"


def _paths_by_name(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, list[str]] = {}
    for path, name in names.items():
        by_name.setdefault(name, []).append(path)
    return {name: tuple(sorted(paths, key=lambda p: (p.endswith(".pyi"), p))) for name, paths in by_name.items()}
